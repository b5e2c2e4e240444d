/** A try of a claimed delivery: sent, judged, and written with what it says of the endpoint. */
import { type Clock, minuteMs, secondMs } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import { backoffMs, type Random } from '../retry'
import type {
  ClaimedDelivery,
  Deliveries,
  DeliveryOutcome,
  EndpointState,
} from '../store/deliveries'
import type { Endpoint } from './endpoint'
import type { EndpointNotices } from './endpoint-notices'
import { isTaken, outcomeOf, outcomeOfOwnFailure } from './schedule/judge'
import { hasFailedTooLong } from './schedule/schedule'
import type { Sender, Sent } from './send/sender'
import type { DeliverySharing } from './sharing'
import type { Filtered } from './wanted'

/** Longer than any try. */
export const deliveryLeaseMs = minuteMs
/** What is under way at the end may go on for so long; then it is cut and made due again. */
export const finishWithinMs = 7 * secondMs
/** So late at most a replica that lives knows how the others filter. */
const filtersKnownAfterMs = 10 * secondMs
const unwritable = { firstMs: secondMs, ceilingMs: 10 * secondMs }

export interface Tries {
  /**
   * Resolves when its outcome is written, or can't be.
   *
   * @param whole.replyBefore told to the endpoint: until then its answer counts as a reply
   * @param whole.onSent told of what came back as soon as it did
   * @returns what came back; null if it was not sent, or cut
   */
  perform(
    endpoint: Endpoint,
    state: EndpointState,
    claimed: ClaimedDelivery,
    whole?: { readonly replyBefore: number; onSent(sent: Sent): void },
  ): Promise<Sent | null>
}

export const createTries = (parts: {
  /** Told of an endpoint's state whenever it changed here. */
  changed(state: EndpointState): void
  isWanted(endpoint: Endpoint, event: Filtered): boolean
  deliveries: Pick<Deliveries, 'settleDelivery' | 'setEndpointStatus'>
  sender: Sender
  notices: EndpointNotices
  sharing: Pick<DeliverySharing, 'isSure' | 'livingReplicas'>
  clock: Clock
  random: Random
  log: Logger
  /** Nothing is waited for any more. */
  leaving: AbortSignal
  /** What is under way is cut. */
  cutting: AbortSignal
}): Tries => {
  const { changed, isWanted, deliveries, sender, notices, sharing, clock, random, log } = parts
  const { leaving, cutting } = parts

  const settle = async (
    { event, claim, endpoint }: ClaimedDelivery,
    outcome: DeliveryOutcome,
    sent: Sent | null,
    until: number,
  ) => {
    for (let tries = 1; ; tries += 1) {
      try {
        const { id } = event
        return await deliveries.settleDelivery({
          id,
          endpoint,
          claim,
          outcome,
          attempt: sent?.attempt ?? null,
          endpointTook: sent && isTaken(sent),
        })
      } catch (error) {
        if (tries === 1) {
          log.error('the outcome of a delivery could not be written', {
            id: event.id,
            endpoint,
            reason: reasonOf(error),
          })
        }
        const waitMs = backoffMs(tries, unwritable, random)
        if (leaving.aborted || clock.now() + waitMs >= until) return null
        await clock.sleep(waitMs, leaving)
      }
    }
  }

  const switchOff = async (name: string, reason: string) => {
    const at = clock.now()
    const { before, after } = await deliveries.setEndpointStatus(name, 'off', reason, at, ['on'])
    changed(after)
    if (before.status !== after.status) await notices.switchedOff(after)
  }

  /** Gives it back as if it had not been tried. */
  const giveBack = async (claimed: ClaimedDelivery, until: number, waitMs = 0) => {
    const nextAttemptAt = clock.now() + waitMs
    const { step } = claimed
    await settle(claimed, { status: 'pending', lastError: null, nextAttemptAt, step }, null, until)
  }

  /** Who dispatched it may have settings since a moment ago of which this process hasn't heard. */
  const isMaybeWanted = ({ dispatchedAt }: ClaimedDelivery): boolean =>
    sharing.livingReplicas() > 1 && clock.now() - dispatchedAt < filtersKnownAfterMs

  return {
    async perform(endpoint, state, claimed, whole) {
      const { name } = endpoint
      const until = clock.now() + deliveryLeaseMs
      const { event, step } = claimed
      let sent: Sent
      if (!sharing.isSure()) {
        // It was paused, or is cut off: another process may be sending it by now.
        await giveBack(claimed, until)
        return null
      }
      try {
        if (!isWanted(endpoint, event)) {
          if (isMaybeWanted(claimed)) await giveBack(claimed, until, secondMs)
          else await settle(claimed, { status: 'unwanted' }, null, until)
          return null
        }
        sent = await sender.send({
          endpoint,
          event,
          body: event.outgoing ?? '',
          ...(whole && { deadlineAt: whole.replyBefore }),
          signal: cutting,
        })
      } catch (error) {
        const reason = reasonOf(error)
        log.error('a delivery failed unexpectedly', { id: event.id, endpoint: name, reason })
        const outcome = outcomeOfOwnFailure(step, reason, clock.now(), random)
        await settle(claimed, outcome, null, until)
        return null
      }
      whole?.onSent(sent)
      if (cutting.aborted && sent.verdict === 'retry') {
        await giveBack(claimed, until)
        return null
      }
      const outcome = outcomeOf({ sent, step, state, now: clock.now() }, random)
      const change = await settle(claimed, outcome, sent, until)
      if (change === null) return sent
      changed(change.after)
      await notices.afterAttempt(change)
      if (sent.verdict === 'gone') await switchOff(name, 'it answered 410 Gone')
      else if (hasFailedTooLong(change.after)) {
        const { lastError } = change.after
        await switchOff(name, `for five days nothing but failures; the last one: ${lastError}`)
      }
      return sent
    },
  }
}
