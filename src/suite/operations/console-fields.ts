/**
 * The fields of WeCom's console with what an operator pastes into them, in the order of its forms,
 * each ticked once WeCom has shown that it works. The list is pure; what has been seen comes in.
 */
import { counted } from '../../wording'
import { type CallbackPlace, placeOf } from '../callback-place'
import type { Provider, Suite } from '../suites'

export interface SetupItem {
  /** The field's name in WeCom's console. */
  readonly field: string
  /** Null for what belongs to the provider. */
  readonly suite: string | null
  /** Ready to paste; null if it can't be known yet. */
  readonly value: string | null
  readonly status: 'done' | 'awaited' | 'optional'
  /** One sentence: what shows that it works, or what to do. */
  readonly detail: string
}

/** The data URLs of a template's companies: of the first of them whether WeCom has reached it. */
export interface CorpUrls {
  readonly first: readonly {
    readonly corpid: string
    readonly name: string
    readonly reached: boolean
  }[]
  /** How many there are besides. */
  readonly more: number
}

/** What WeCom has shown so far. */
export interface SetupProgress {
  systemUrlReached: boolean
  /** By key of the suite. */
  commandUrlReached: ReadonlySet<string>
  dataUrlReached: ReadonlySet<string>
  /** Keys of suites whose calls WeCom lets through: our address is on its list. */
  callsAllowed: ReadonlySet<string>
  /** By key of a suite of kind customised. */
  corpUrls: ReadonlyMap<string, CorpUrls>
  /** Our address as WeCom named it in a refusal. */
  refusedIp: string | null
  /** URLs at which callbacks are being refused, by `placeOf`: in a sentence, how. */
  refused: ReadonlyMap<string, string>
}

/** What is known where no service can be asked. */
export const nothingSeen: SetupProgress = {
  systemUrlReached: false,
  commandUrlReached: new Set(),
  dataUrlReached: new Set(),
  callsAllowed: new Set(),
  corpUrls: new Map(),
  refusedIp: null,
  refused: new Map(),
}

export interface SetupFacts {
  readonly suites: readonly Suite[]
  readonly provider: Provider
  /** SUITED_PUBLIC_URL. */
  readonly publicUrl: string | null
  readonly progress: SetupProgress
}

const without = 'Set SUITED_PUBLIC_URL first: the address by which WeCom reaches suited.'

/** A URL whose callbacks are being refused has been reached, but it doesn't work. */
const unlessRefused = (item: SetupItem, { progress }: SetupFacts, place: CallbackPlace) => {
  const refused = progress.refused.get(placeOf(place))
  if (refused === undefined) return item
  const status: SetupItem['status'] = 'awaited'
  return { ...item, status, detail: `${refused} GET /api/refused-callbacks says how to mend it.` }
}

const systemItem = ({ publicUrl, progress }: SetupFacts): SetupItem => ({
  field: '系统事件接收URL',
  suite: null,
  value: publicUrl && `${publicUrl}/callback/system`,
  status: progress.systemUrlReached ? 'done' : 'awaited',
  detail: progress.systemUrlReached
    ? 'WeCom has reached it.'
    : publicUrl === null
      ? without
      : '服务商后台 → 应用管理 → 通用开发参数; with the Token and EncodingAESKey of WECOM_SYSTEM_*, or of a suite.',
})

const ipItem = ({ suites, progress }: SetupFacts): SetupItem => {
  const allowed = suites.some(({ key }) => progress.callsAllowed.has(key))
  const { refusedIp } = progress
  return {
    field: 'IP白名单',
    suite: null,
    value: refusedIp,
    status: allowed ? 'done' : 'awaited',
    detail: allowed
      ? 'WeCom takes our calls.'
      : refusedIp
        ? 'WeCom refuses calls from this address: enter it in 服务商后台 → 服务商信息 → IP白名单.'
        : 'The address by which this machine reaches the internet; WeCom names it when it refuses a call.',
  }
}

const dataField = '数据回调URL'

const dataItem = ({ key }: Suite, base: string | null, reached: boolean): SetupItem => {
  const value = base && `${base}/callback/data/$CORPID$`
  const item = { field: dataField, suite: key, value }
  if (reached) return { ...item, status: 'done', detail: 'WeCom has reached it.' }
  const detail = base === null ? without : 'Paste it as it is: WeCom replaces $CORPID$.'
  return { ...item, status: 'awaited', detail }
}

/** Of a template each company's app has a URL of its own. */
const dataItemsOfCorps = (suite: Suite, facts: SetupFacts): SetupItem[] => {
  const { key } = suite
  const { publicUrl, progress } = facts
  const { first, more } = progress.corpUrls.get(key) ?? { first: [], more: 0 }
  const ofSuite = { field: dataField, suite: key }
  const items = first.map(({ corpid, name, reached }): SetupItem => {
    const company = name === '' ? corpid : `${name} (${corpid})`
    const item: SetupItem = {
      ...ofSuite,
      value: publicUrl && `${publicUrl}/suites/${key}/corps/${corpid}/callback`,
      status: reached ? 'done' : 'awaited',
      detail: reached
        ? `WeCom has reached it, for ${company}.`
        : publicUrl === null
          ? without
          : `For ${company}, with a Token of its own: PUT /api/corps/${corpid}/callback?suite=${key} takes it.`,
    }
    return unlessRefused(item, facts, { url: 'company', suite, pathCorpid: corpid })
  })
  if (first.length > 0 && more === 0) return items
  const each =
    'its own URL, with its own Token: GET /api/corps/{corpid}/callback names it, PUT takes the Token.'
  const detail =
    more > 0
      ? `${counted(more, 'more company', 'more companies')}: each has ${each}`
      : `Each company has ${each}`
  return [...items, { ...ofSuite, value: null, status: 'optional', detail }]
}

/** Where members' messages go. The login suite has none. */
const dataItems = (suite: Suite, base: string | null, facts: SetupFacts): SetupItem[] => {
  if (suite.kind === 'login') return []
  return suite.kind === 'customised'
    ? dataItemsOfCorps(suite, facts)
    : [
        unlessRefused(dataItem(suite, base, facts.progress.dataUrlReached.has(suite.key)), facts, {
          url: 'data',
          suite,
          pathCorpid: null,
        }),
      ]
}

const suiteItems = (suite: Suite, facts: SetupFacts): SetupItem[] => {
  const { publicUrl, progress, suites } = facts
  const { key, trustedDomains, kind } = suite
  const base = publicUrl && (suites.length > 1 ? `${publicUrl}/suites/${key}` : publicUrl)
  const [domain] = trustedDomains
  const page = domain ? `https://${domain}/` : null
  const commandReached = progress.commandUrlReached.has(key)
  const items: (SetupItem | null)[] = [
    {
      field: '应用主页',
      suite: key,
      value: page && `${page}?corpid=$CORPID$`,
      status: 'optional',
      detail: page
        ? 'The page of yours that members open; change the path as you like. WeCom replaces $CORPID$.'
        : 'The page of yours that members open. SUITED_TRUSTED_DOMAINS names its host.',
    },
    {
      field: '可信域名',
      suite: key,
      value: trustedDomains.join('；') || null,
      status: trustedDomains.length > 0 ? 'optional' : 'awaited',
      detail:
        'The hosts of your pages. WeCom wants its WW_verify file at the host’s root: put it into the folder "domain" of the data folder if the host is suited’s own.',
    },
    kind === 'app'
      ? {
          field: '安装完成回调域名',
          suite: key,
          value: publicUrl && new URL(publicUrl).host,
          status: 'optional',
          detail: publicUrl ? 'The host that WeCom leads to after an install.' : without,
        }
      : null,
    {
      field: '业务设置URL',
      suite: key,
      value: page,
      status: 'optional',
      detail: 'The page of yours that admins open from WeCom’s console; may stay empty.',
    },
    ...dataItems(suite, base, facts),
    unlessRefused(
      {
        field: '指令回调URL',
        suite: key,
        value: base && `${base}/callback/command`,
        status: commandReached ? 'done' : 'awaited',
        detail: commandReached
          ? 'WeCom has reached it.'
          : base === null
            ? without
            : 'With the Token and EncodingAESKey of this suite.',
      },
      facts,
      { url: 'command', suite, pathCorpid: null },
    ),
  ]
  return items.filter((item) => item !== null)
}

/** Everything to paste, in the order of WeCom's console. */
export const setupItems = (facts: SetupFacts): SetupItem[] => [
  unlessRefused(systemItem(facts), facts, { url: 'system', suite: null, pathCorpid: null }),
  ...facts.suites.flatMap((suite) => suiteItems(suite, facts)),
  ipItem(facts),
]
