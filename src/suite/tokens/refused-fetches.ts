/** The consequences of a refused fetch for the next one, in this process and in all others. */
import type { Clock } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import type { Random } from '../../retry'
import type { Lease } from '../../store/lease'
import type { Store } from '../../store/store'
import type { RefusalRecord, TokenKey } from '../../store/token-record'
import type { WecomFailure } from '../../wecom/api/failure'
import { explain } from '../../wecom/errcode/errcode'
import type { CachedToken } from './cached-token'
import { afterNewTicket, holdOffError, type Refusal, refusalAfter } from './hold-off'
import { recordOfRefusal, refusalOf } from './refusal-record'
import type { TicketWait } from './ticket-wait'

/** The suite_tickets that there were when a fetch began. */
export interface TicketsAtHand {
  /** What `ticketsOf` said. */
  readonly count: number
  /** TimeStamp of the one that the fetch shows; undefined where it shows none. */
  readonly seconds: number | undefined
}

export interface RefusedFetches {
  /** How many tickets came to this process so far that help this token. */
  ticketsOf(key: TokenKey): number
  countTicket(suiteId: string): void
  /**
   * Notes a refusal, here and in the store; gives the error back with the wait that it asks for.
   */
  note(
    cached: CachedToken,
    failure: WecomFailure,
    tickets: TicketsAtHand,
    turn: Lease,
  ): Promise<unknown>
  /**
   * Takes over what another process was refused, if it is news. What it was refused before the
   * moment from which on it counts here keeps nobody from asking, but wrong secrets add up.
   */
  learn(cached: CachedToken, record: RefusalRecord | null): Promise<void>
}

export const createRefusedFetches = (parts: {
  readonly store: Pick<Store, 'noteRefusal'>
  readonly ticketWait: TicketWait
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  onRefused(key: TokenKey, failure: WecomFailure): void
}): RefusedFetches => {
  const { store, ticketWait, clock, random, log, onRefused } = parts
  const ticketCounts = new Map<string, number>()
  const ticketsOf: RefusedFetches['ticketsOf'] = ({ suiteId }) => ticketCounts.get(suiteId) ?? 0

  const tell = (key: TokenKey, failure: WecomFailure, refusal: Refusal) => {
    const { path, errcode, errmsg, message } = failure
    const { attempts, holdOffUntil } = refusal
    log[failure.unasked ? 'debug' : 'warn']('a token could not be fetched', {
      ...key,
      path,
      errcode,
      errmsg,
      reason: message,
      cure: errcode === null ? failure.fault?.cure : explain(errcode, 'en')?.cure,
      attempts,
      holdOffUntil:
        holdOffUntil === 'new ticket' ? holdOffUntil : new Date(holdOffUntil).toISOString(),
    })
  }

  /** With the ticket that was refused, or the newest; without one it counts here alone. */
  const storeForOthers = async (
    cached: CachedToken,
    refusal: Refusal,
    { seconds }: TicketsAtHand,
    turn: Lease,
  ): Promise<void> => {
    try {
      const waits = refusal.holdOffUntil === 'new ticket'
      const ticketSeconds = waits ? (seconds ?? (await ticketWait.newest(cached.key))) : null
      const withTicket = { ...refusal, ticketSeconds }
      if (cached.refusal === refusal) cached.refusal = withTicket
      const record = recordOfRefusal(withTicket)
      if (record) await store.noteRefusal(cached.key, record, turn)
      // Another process may have had a newer ticket while this fetch was under way.
      const released = await ticketWait.released(withTicket, cached.key)
      if (cached.refusal === withTicket) cached.refusal = released
    } catch (error) {
      log.warn('a refusal could not be stored', { ...cached.key, reason: reasonOf(error) })
    }
  }

  return {
    ticketsOf,
    countTicket(suiteId) {
      ticketCounts.set(suiteId, (ticketCounts.get(suiteId) ?? 0) + 1)
    },
    async note(cached, failure, tickets, turn) {
      const refusal = refusalAfter(failure, cached.refusal, clock.now(), random)
      const outdated = ticketsOf(cached.key) !== tickets.count
      const holding = outdated ? (afterNewTicket(refusal) ?? refusal) : refusal
      cached.refusal = holding
      tell(cached.key, failure, refusal)
      onRefused(cached.key, failure)
      await storeForOthers(cached, holding, tickets, turn)
      return holdOffError(refusal, clock.now())
    },
    async learn(cached, record) {
      const own = cached.refusal
      if (!record || (own && own.refusedAt >= record.refusedAt)) return
      if (record.refusedAt <= cached.refusalsVoidUntil) {
        if (record.wrongSecretAt.length === 0) return
        cached.refusal = { ...refusalOf(record), attempts: 0, holdOffUntil: 0 }
        return
      }
      const released = await ticketWait.released(refusalOf(record), cached.key)
      if (cached.refusal === own) cached.refusal = released
    },
  }
}
