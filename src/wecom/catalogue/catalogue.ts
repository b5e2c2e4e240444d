/**
 * The one catalogue of what WeCom sends: InfoTypes, Events, MsgTypes and ChangeTypes, where they
 * arrive and which elements say whom they are about (documents 90613, 90376, 90240).
 * New ones appear several times a year: an unknown type is no error. No I/O. No clock.
 */
import { commandEntries } from './command-types'
import { companyEntries } from './company-types'
import { memberEntries } from './member-types'
import { systemEntries } from './system-types'

/** The URLs of ours that WeCom sends to: 指令回调URL, 系统事件接收URL, 数据回调URL. */
export type CallbackUrl = 'command' | 'system' | 'data'

export interface CatalogueEntry {
  /** InfoType, `event.<Event>` or MsgType, as the API shows it. */
  readonly type: string
  /** Where WeCom sends it, the usual URL first. */
  readonly urls: readonly CallbackUrl[]
  readonly title: { readonly en: string; readonly zh: string }
  /** Elements that hold the company's corpid, the best one first; empty if none does. */
  readonly corpid: readonly string[]
  /** Elements that say whom or what it is about, as dotted paths; none of them is always there. */
  readonly subject: readonly string[]
  /** The values that ChangeType takes; absent where there is no ChangeType. */
  readonly changeTypes?: readonly string[]
  /** False where the name itself could not be confirmed from WeCom's documents. */
  readonly confirmed: boolean
}

/** An entry without what goes without saying for its URL. */
type Row = Pick<CatalogueEntry, 'type' | 'title'> & Partial<CatalogueEntry>

const sentTo = (url: CallbackUrl, rows: readonly Row[]): CatalogueEntry[] =>
  rows.map((row) => ({
    urls: [url],
    corpid: [url === 'data' ? 'ToUserName' : 'AuthCorpId'],
    subject: [],
    confirmed: true,
    ...row,
  }))

const entries: readonly CatalogueEntry[] = [
  ...sentTo('command', commandEntries),
  ...sentTo('system', systemEntries),
  ...sentTo('data', memberEntries),
  ...sentTo('data', companyEntries),
]

const entryOf = new Map(entries.map((entry) => [entry.type, entry]))

/** Every type that is known, grouped by the URL it usually comes by. */
export const catalogue = (): readonly CatalogueEntry[] => entries

/** What is known of a type, compared exactly; null for an unknown one. */
export const catalogueEntry = (type: string): CatalogueEntry | null => entryOf.get(type) ?? null

/**
 * The elements whose text is masked wherever a payload is shown, at any depth; with a dot those
 * that stand in another one. Other spellings of a name (`auth_code`, `authcode`, `ns:AuthCode`) are
 * the same.
 */
export const secretElements: readonly string[] = [
  'SuiteTicket',
  'AuthCode',
  'RegisterCode',
  'PermanentCode',
  'ContactSync.AccessToken',
]
