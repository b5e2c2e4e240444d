/**
 * The receiver that a callback was meant for. The signature proves the sender; the receive id
 * inside the ciphertext catches mix-ups: a URL pasted into another app's form, a Token shared by
 * two apps. No I/O. No clock.
 */
import { catalogueEntry } from '../catalogue/catalogue'
import type { Message } from './message'

/** The ids of ours. What isn't configured yet is null and can't be compared. */
export interface OwnIds {
  readonly suiteId: string | null
  readonly providerCorpid: string | null
  /** Individual providers get an empty receive id. */
  readonly emptyReceiveId: boolean
}

/** An id that came in a correctly signed message and is not configured yet. */
export interface DiscoveredId {
  readonly setting: 'suite_id' | 'provider_corpid'
  readonly id: string
}

export type ReceiverVerdict =
  | { readonly ok: true; readonly discovered: readonly DiscoveredId[] }
  | {
      readonly ok: false
      /** Which id was wrong: an element of the message, or `receiveid` of the ciphertext. */
      readonly which: 'receiveid' | 'SuiteId' | 'ServiceCorpId' | 'corpid of the path'
      readonly came: string
      readonly expected: readonly string[]
    }

const known = (...ids: (string | null)[]): string[] => ids.filter((id) => id !== null)

const taken: ReceiverVerdict = { ok: true, discovered: [] }

/** An id against the one configured; without one, it is discovered. */
const judgeId = (
  which: 'SuiteId' | 'ServiceCorpId',
  came: string,
  own: string | null,
): ReceiverVerdict => {
  if (own === came) return taken
  if (own !== null) return { ok: false, which, came, expected: [own] }
  const setting = which === 'SuiteId' ? 'suite_id' : 'provider_corpid'
  return { ok: true, discovered: [{ setting, id: came }] }
}

/**
 * The receive id against all it may be.
 *
 * @param unknown the setting that would name one more id it may be, if that isn't configured yet:
 * then any id is taken for that one
 */
const judgeReceiveId = (
  receiveId: string,
  allowed: readonly string[],
  own: OwnIds,
  unknown: DiscoveredId['setting'] | null,
): ReceiverVerdict => {
  if (allowed.includes(receiveId) || (receiveId === '' && own.emptyReceiveId)) return taken
  if (unknown === null || receiveId === '') {
    return { ok: false, which: 'receiveid', came: receiveId, expected: allowed }
  }
  return { ok: true, discovered: [{ setting: unknown, id: receiveId }] }
}

const unknownProvider = (own: OwnIds) => (own.providerCorpid === null ? 'provider_corpid' : null)
const unknownSuite = (own: OwnIds) => (own.suiteId === null ? 'suite_id' : null)

const both = (first: ReceiverVerdict, second: ReceiverVerdict): ReceiverVerdict => {
  if (!first.ok) return first
  if (!second.ok) return second
  return { ok: true, discovered: [...first.discovered, ...second.discovered] }
}

/** The URL that a message came to, as far as it says whose messages come there. */
export interface ReceivingUrl {
  /** The company that the URL names, if it does. */
  readonly pathCorpid: string | null
  /** Command messages that come on the data URL may carry the company's own id. */
  readonly onDataUrl: boolean
  /** So may all that comes to the URL of one company, or the provider's id. */
  readonly onCompanyUrl?: boolean
}

/** Tickets and codes name no company: what is sealed for one can't be such. */
const namesCompany = (type: string): boolean => catalogueEntry(type)?.corpid.length !== 0

/** Whether a message is for us. */
export const judgeReceiver = (
  message: Message,
  receiveId: string,
  own: OwnIds,
  { pathCorpid, onDataUrl, onCompanyUrl = false }: ReceivingUrl,
): ReceiverVerdict => {
  switch (message.kind) {
    case 'command': {
      const named = onDataUrl ? message.corpid : onCompanyUrl ? pathCorpid : null
      const company = namesCompany(message.type) ? named : null
      return both(
        judgeId('SuiteId', message.suiteId, own.suiteId),
        judgeReceiveId(
          receiveId,
          known(message.suiteId, own.providerCorpid, company),
          own,
          unknownProvider(own),
        ),
      )
    }
    case 'system':
      return both(
        judgeId('ServiceCorpId', message.serviceCorpId, own.providerCorpid),
        judgeReceiveId(
          receiveId,
          known(message.serviceCorpId, own.suiteId),
          own,
          unknownSuite(own),
        ),
      )
    case 'data': {
      if (pathCorpid !== null && pathCorpid !== message.corpid) {
        const expected = [message.corpid]
        return { ok: false, which: 'corpid of the path', came: pathCorpid, expected }
      }
      const provider = onCompanyUrl ? own.providerCorpid : null
      const allowed = known(message.corpid, provider)
      if (allowed.includes(receiveId) || (receiveId === '' && own.emptyReceiveId)) return taken
      return { ok: false, which: 'receiveid', came: receiveId, expected: allowed }
    }
  }
}

/**
 * Whether a URL check is for us: WeCom seals it for the provider's corpid or the suite's id.
 *
 * @param company on the URL of one company, its corpid: the check may be sealed for it too
 */
export const judgeUrlCheck = (
  receiveId: string,
  own: OwnIds,
  company: string | null = null,
): ReceiverVerdict =>
  judgeReceiveId(
    receiveId,
    known(own.suiteId, own.providerCorpid, company),
    own,
    unknownProvider(own) ?? unknownSuite(own),
  )

/**
 * Whether a message that can't be read is for us, as far as its receive id tells. Nothing is
 * discovered from it. Where the data URL names no company, it may be any company's.
 */
export const judgeUnread = (
  receiveId: string,
  own: OwnIds,
  { pathCorpid, onDataUrl }: ReceivingUrl,
): ReceiverVerdict => {
  const anyCompany = onDataUrl && pathCorpid === null && receiveId !== ''
  const incomplete = unknownProvider(own) ?? unknownSuite(own)
  if (anyCompany || (incomplete && receiveId !== '')) return taken
  return judgeReceiveId(receiveId, known(own.suiteId, own.providerCorpid, pathCorpid), own, null)
}
