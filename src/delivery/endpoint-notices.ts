/** What is told of an endpoint when it changes: by the log, and by suited's own events. */
import type { OwnEvents } from '../events/own-events'
import type { Logger } from '../log'
import type { EndpointState, SettledDelivery } from '../store/deliveries'
import { isFailing, isOutage } from './schedule/schedule'

export interface EndpointNotices {
  /** An attempt has ended. */
  afterAttempt(change: Pick<SettledDelivery, 'before' | 'after'>): Promise<void>
  /** It was switched off by suited. */
  switchedOff(state: EndpointState): Promise<void>
}

/** Whether it took something for the first time since it was resumed. */
const isFirstSinceResumed = (before: EndpointState, after: EndpointState): boolean =>
  after.failures === 0 &&
  before.recoveredAt !== null &&
  before.recoveredAt > (before.lastSuccessAt ?? 0) &&
  after.lastSuccessAt !== before.lastSuccessAt

export const createEndpointNotices = (parts: {
  ownEvents: OwnEvents
  log: Logger
}): EndpointNotices => {
  const { ownEvents, log } = parts
  return {
    async afterAttempt({ before, after }) {
      const { endpoint, lastError } = after
      if (isFailing(after) && !isFailing(before)) {
        log.warn('an endpoint takes nothing: its events are held, and it is probed', {
          endpoint,
          reason: lastError,
        })
      }
      if (isFailing(before) && !isFailing(after)) {
        log.info('an endpoint takes events again', { endpoint, failedSince: before.failingSince })
      }
      if (isOutage(after) && !isOutage(before)) {
        const { failingSince } = after
        await ownEvents.add('suited.endpoint_failing', null, null, {
          endpoint,
          failingSince,
          lastError,
        })
      }
      const isOver = isOutage(before) && !isFailing(after)
      if (isOver || isFirstSinceResumed(before, after)) {
        await ownEvents.add('suited.endpoint_recovered', null, null, {
          endpoint,
          failingSince: before.failingSince,
        })
      }
    },

    async switchedOff({ endpoint, reason, failingSince }) {
      log.warn('an endpoint was switched off: its events are held until it is resumed', {
        endpoint,
        reason,
      })
      await ownEvents.add('suited.endpoint_off', null, null, { endpoint, reason, failingSince })
    },
  }
}
