/**
 * The fields of WeCom's console with what an operator pastes into them, in the order of its forms,
 * each ticked once WeCom has shown that it works. The list is pure; what has been seen comes in.
 */
import { counted } from '../../wording'
import { type CallbackPlace, placeOf } from '../callback-place'
import type { Suite } from '../suites'
import { pageItems } from './page-fields'
import { type SetupFacts, type SetupItem, withoutPublicUrl } from './setup-facts'

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
      ? withoutPublicUrl
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
  const detail = base === null ? withoutPublicUrl : 'Paste it as it is: WeCom replaces $CORPID$.'
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
          ? withoutPublicUrl
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
  const { key } = suite
  const base = publicUrl && (suites.length > 1 ? `${publicUrl}/suites/${key}` : publicUrl)
  const commandReached = progress.commandUrlReached.has(key)
  return [
    ...pageItems(suite, base, facts),
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
            ? withoutPublicUrl
            : 'With the Token and EncodingAESKey of this suite.',
      },
      facts,
      { url: 'command', suite, pathCorpid: null },
    ),
  ]
}

/** Everything to paste, in the order of WeCom's console. */
export const setupItems = (facts: SetupFacts): SetupItem[] => [
  unlessRefused(systemItem(facts), facts, { url: 'system', suite: null, pathCorpid: null }),
  ...facts.suites.flatMap((suite) => suiteItems(suite, facts)),
  ipItem(facts),
]
