/** A company that has authorised the app, and why one can't be served. */
import type { CorpRecord } from '../store/store'

/** An authorised company has a permanent code. */
export type AuthorizedCorp = CorpRecord & { readonly permanentCode: string }

export const isAuthorized = (record: CorpRecord): record is AuthorizedCorp =>
  record.permanentCode !== null && record.status === 'authorized'

/** The app's id in a company that has it, even if it is switched off there; null elsewhere. */
export const installedAgentid = (record: CorpRecord | null): number | null =>
  record === null || record.status === 'cancelled' ? null : record.agentid

const date = (at: number): string => new Date(at).toISOString()

/** Why a company can't be served, as one sentence; null if it can. */
export const unauthorizedReason = (
  record: CorpRecord | null,
  messagesArrive: boolean,
): string | null => {
  if (record === null) {
    return messagesArrive
      ? 'Its messages arrive, but there is no permanent code: installed before suited? Import it.'
      : 'This company was never seen here. Ids are compared exactly, case matters.'
  }
  if (isAuthorized(record)) return null
  const because = record.statusReason ?? 'no reason known'
  if (record.status === 'cancelled') return `It left at ${date(record.statusAt)}.`
  return `It is ${record.status} since ${date(record.statusAt)}: ${because}`
}
