/** The refusal of our calls because of the IP address they come from (errcode 60020). */
import { type Clock, minuteMs } from '../../clock'
import { WecomFailure } from '../../wecom/api/failure'
import { ipInErrmsg, reactionTo } from '../../wecom/errcode/errcode'

/** What became of our address since this process began. Times are epoch milliseconds. */
export interface AddressHistory {
  /** As WeCom named it in its last refusal, '' if it named none. */
  readonly address: string
  /** When the first refusal came after a calm. */
  readonly refusedSince: number
  readonly lastRefusedAt: number
}

export interface RefusedAddress {
  /** Told how every call to WeCom ended: with a failure, or with null. */
  note(failure: WecomFailure | null): void
  /**
   * The address that WeCom named in its last refusal, '' if it named none; null once it takes our
   * calls.
   */
  current(): string | null
  /** Null if no call was refused for its address. */
  history(): AddressHistory | null
  /** When the first call was taken after the last refusal; null if none was. Epoch milliseconds. */
  takenSince(): number | null
}

/** One call that was taken counts for all after so long: some paths take any address. */
export const calmMs = minuteMs

/** The address that a failure is about: '' where WeCom named none, null if it is about none. */
export const addressIn = (failure: unknown): string | null => {
  if (!(failure instanceof WecomFailure) || failure.errcode === null) return null
  if (reactionTo(failure.errcode) !== 'ip_not_allowed') return null
  return ipInErrmsg(failure.errmsg ?? '') ?? ''
}

export const createRefusedAddress = (clock: Pick<Clock, 'now'>): RefusedAddress => {
  let address: string | null = null
  let history: AddressHistory | null = null
  let takenSince: number | null = null
  return {
    note(failure) {
      // Only an answer tells anything: a time-out leaves what was known.
      if (failure !== null && failure.errcode === null) return
      const now = clock.now()
      address = addressIn(failure)
      if (address === null) {
        takenSince ??= now
        return
      }
      const goesOn = history && (takenSince === null || now - history.lastRefusedAt < calmMs)
      const refusedSince = history && goesOn ? history.refusedSince : now
      history = { address, refusedSince, lastRefusedAt: now }
      takenSince = null
    },
    current: () => address,
    history: () => history,
    takenSince: () => takenSince,
  }
}
