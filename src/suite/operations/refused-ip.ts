/** The refusal of our calls because of the IP address they come from (errcode 60020). */
import { WecomFailure } from '../../wecom/api/failure'
import { ipInErrmsg, reactionTo } from '../../wecom/errcode/errcode'

export interface RefusedAddress {
  /** Told how every call to WeCom ended: with a failure, or with null. */
  note(failure: WecomFailure | null): void
  /**
   * The address that WeCom named in its last refusal, '' if it named none; null once it takes our
   * calls.
   */
  current(): string | null
}

/** The address that a failure is about: '' where WeCom named none, null if it is about none. */
export const addressIn = (failure: unknown): string | null => {
  if (!(failure instanceof WecomFailure) || failure.errcode === null) return null
  if (reactionTo(failure.errcode) !== 'ip_not_allowed') return null
  return ipInErrmsg(failure.errmsg ?? '') ?? ''
}

export const createRefusedAddress = (): RefusedAddress => {
  let address: string | null = null
  return {
    note(failure) {
      // Only an answer tells anything: a time-out leaves what was known.
      if (failure !== null && failure.errcode === null) return
      address = addressIn(failure)
    },
    current: () => address,
  }
}
