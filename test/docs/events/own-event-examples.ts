/** What suited's own events say: meaning in both languages and a payload, for docs/events.md. */

interface OwnExample {
  readonly en: string
  readonly zh: string
  readonly payload: Readonly<Record<string, unknown>>
}

const failingSince = 1_700_000_000_000

export const ownExamples: Readonly<Record<string, OwnExample>> = {
  'suited.corp_authorized': {
    en: 'A company is authorised: its permanent code is kept',
    zh: '企业已授权：永久授权码已保存',
    payload: { by: 'create_auth' },
  },
  'suited.corp_imported': { en: 'A company was imported', zh: '企业已导入', payload: {} },
  'suited.corp_changed': {
    en: 'What a company granted has changed',
    zh: '企业的授权内容有变',
    payload: { changes: [] },
  },
  'suited.corp_admins_changed': {
    en: 'The admins of the app have changed',
    zh: '应用管理员有变',
    payload: { added: ['woUserA'], removed: [] },
  },
  'suited.corp_suspended': {
    en: 'A company is suspended',
    zh: '企业已被停用',
    payload: { reason: '…' },
  },
  'suited.corp_invalid': {
    en: 'WeCom no longer takes a permanent code',
    zh: '永久授权码已失效',
    payload: { reason: '…' },
  },
  'suited.corp_restored': {
    en: 'A company is served again',
    zh: '企业恢复服务',
    payload: { reason: '…' },
  },
  'suited.corp_cancelled': { en: 'A company has left', zh: '企业已取消授权', payload: {} },
  'suited.corp_erased': {
    en: 'What was kept of a company that left is erased; this receipt stays',
    zh: '已离开企业的数据已清除，仅保留此凭据',
    payload: {
      leftAt: '2023-10-15T20:00:00.000Z',
      erasedAt: '2023-11-14T22:13:20.123Z',
      events: 812,
    },
  },
  'suited.mass_refusal': {
    en: 'WeCom refuses many companies at once: nothing is erased for it',
    zh: '企业微信同时拒绝许多企业：不会因此删除任何内容',
    payload: { refused: 40 },
  },
  'suited.url_checked': {
    en: 'WeCom has checked a callback URL',
    zh: '企业微信已校验回调 URL',
    payload: { place: 'command default' },
  },
  'suited.corp_url_checked': {
    en: 'WeCom has checked a company’s callback URL',
    zh: '企业微信已校验某企业的回调 URL',
    payload: {},
  },
  'suited.previous_pair_used': {
    en: 'The previous Token and EncodingAESKey are still in use',
    zh: '旧的 Token 与 EncodingAESKey 仍在使用',
    payload: { suite: 'default', pair: '…' },
  },
  'suited.ticket_overdue': {
    en: 'WeCom has pushed no suite_ticket for more than 30 minutes',
    zh: '企业微信超过 30 分钟未推送 suite_ticket',
    payload: {
      suite: 'default',
      since: failingSince,
      lastTicketAt: 1_699_998_200_000,
      cause: '…',
      cure: '…',
    },
  },
  'suited.ticket_back': {
    en: 'A suite_ticket has come again',
    zh: 'suite_ticket 已恢复推送',
    payload: { suite: 'default', since: 1_700_000_600_000, failingSince },
  },
  'suited.renewal_failing': {
    en: 'WeCom has refused for five minutes to renew the suite’s token, or tokens of its companies: then `token` is `company`, with their number in `companies` and the first of them in `corpids`',
    zh: '企业微信已连续五分钟拒绝续期应用的 token 或其企业的 token（后者 `token` 为 `company`，`companies` 为企业数，`corpids` 列出前几家）',
    payload: {
      suite: 'default',
      token: 'suite',
      since: failingSince,
      errcode: 40082,
      cause: '…',
      cure: '…',
    },
  },
  'suited.renewal_well': {
    en: 'Tokens are renewed again',
    zh: 'token 续期已恢复',
    payload: { suite: 'default', token: 'suite', since: 1_700_000_600_000, failingSince },
  },
  'suited.ip_not_allowed': {
    en: 'WeCom refuses calls from suited’s address (errcode 60020)',
    zh: '企业微信拒绝来自本机地址的调用（errcode 60020）',
    payload: {
      since: failingSince,
      address: '203.0.113.7',
      errcode: 60020,
      cause: '…',
      cure: '…',
    },
  },
  'suited.ip_allowed': {
    en: 'WeCom takes calls from suited’s address again',
    zh: '企业微信已恢复接受来自本机地址的调用',
    payload: { since: 1_700_000_600_000, failingSince },
  },
  'suited.endpoint_failing': {
    en: 'An endpoint has taken nothing for five minutes',
    zh: '端点已五分钟无法接收',
    payload: { endpoint: 'crm', failingSince, lastError: '503' },
  },
  'suited.endpoint_off': {
    en: 'An endpoint was switched off',
    zh: '端点已停用',
    payload: { endpoint: 'crm', reason: '…', failingSince },
  },
  'suited.endpoint_recovered': {
    en: 'An endpoint takes events again',
    zh: '端点恢复接收',
    payload: { endpoint: 'crm', failingSince },
  },
}
