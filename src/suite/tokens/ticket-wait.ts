/** The wait of a refused fetch for a newer suite_ticket, which may come to another process. */
import { secondMs } from '../../clock'
import type { Store } from '../../store/store'
import type { TokenKey } from '../../store/token-record'
import type { CachedToken } from './cached-token'
import { afterNewTicket, type Refusal } from './hold-off'

/**
 * Whether a ticket of this suite gives a token's fetch another try. The provider has no tickets of
 * its own: any suite's does.
 */
export const isHelpedBy = ({ suiteId: own, kind }: TokenKey, suiteId: string): boolean =>
  own === suiteId || kind === 'provider_access_token'

export interface TicketWait {
  /** TimeStamp of the newest ticket that can help a token, in seconds; null if there is none. */
  newest(key: TokenKey): Promise<number | null>
  /** The refusal, no longer holding if it waited for a ticket that is there by now. */
  released(refusal: Refusal, key: TokenKey): Promise<Refusal>
  /** The same for all of these that wait. */
  release(candidates: Iterable<CachedToken>): Promise<void>
}

export const createTicketWait = (store: Pick<Store, 'loadSuite' | 'listSuiteIds'>): TicketWait => {
  const ofSuite = async (suiteId: string): Promise<number | null> =>
    (await store.loadSuite(suiteId))?.ticket?.timeStampSeconds ?? null

  const newest: TicketWait['newest'] = async ({ suiteId, kind }) => {
    if (kind !== 'provider_access_token') return ofSuite(suiteId)
    // Any suite's helps it.
    const all = await Promise.all((await store.listSuiteIds()).map(ofSuite))
    return all.reduce((later, one) => Math.max(later ?? 0, one ?? 0) || null, null)
  }

  /** Where it wasn't found out which ticket there was, one that WeCom made since is newer. */
  const hasCome = (
    { refusedAt, ticketSeconds = refusedAt / secondMs }: Refusal,
    seconds: number | null,
  ): boolean => seconds !== null && seconds > (ticketSeconds ?? 0)

  return {
    newest,
    async released(refusal, key) {
      if (refusal.holdOffUntil !== 'new ticket') return refusal
      return hasCome(refusal, await newest(key)) ? (afterNewTicket(refusal) ?? refusal) : refusal
    },
    async release(candidates) {
      const found = new Map<string, Promise<number | null>>()
      for (const cached of candidates) {
        const { refusal, key } = cached
        if (refusal?.holdOffUntil !== 'new ticket') continue
        const looking = found.get(key.suiteId) ?? newest(key)
        found.set(key.suiteId, looking)
        const came = hasCome(refusal, await looking)
        if (came && cached.refusal === refusal) cached.refusal = afterNewTicket(refusal)
      }
    },
  }
}
