/**
 * suited's own events: what it found out or decided about a company, beside what WeCom told it.
 * Each leaves a fact, which stays when the event is purged.
 */
import type { Clock } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import type { EventLog } from '../store/event-log'

/** Every type of own event, as the API shows it. */
export const ownEventTypes = [
  'suited.corp_authorized',
  'suited.corp_imported',
  'suited.corp_changed',
  'suited.corp_admins_changed',
  'suited.corp_suspended',
  'suited.corp_invalid',
  'suited.corp_restored',
  'suited.corp_cancelled',
  'suited.corp_erased',
  'suited.mass_refusal',
  'suited.url_checked',
  'suited.corp_url_checked',
  'suited.previous_pair_used',
  'suited.ticket_overdue',
  'suited.ticket_back',
  'suited.renewal_failing',
  'suited.renewal_well',
  'suited.ip_not_allowed',
  'suited.ip_allowed',
  'suited.endpoint_failing',
  'suited.endpoint_off',
  'suited.endpoint_recovered',
] as const
export type OwnEventType = (typeof ownEventTypes)[number]

export interface OwnEvents {
  /**
   * Adds one. It tells of something that has happened already, so a log that can't be written costs
   * this event and nothing else.
   *
   * @param payload without secrets
   * @param identity two of the same identity are one event, whichever process adds them; without it
   * each is one of its own
   */
  add(
    type: OwnEventType,
    suiteId: string | null,
    corpid: string | null,
    payload?: Readonly<Record<string, unknown>>,
    identity?: string,
  ): Promise<void>
}

export const createOwnEvents = (parts: {
  eventLog: Pick<EventLog, 'append'>
  clock: Clock
  log: Logger
  newId(): string
}): OwnEvents => {
  const { eventLog, clock, log, newId } = parts
  return {
    async add(type, suiteId, corpid, payload = {}, identity) {
      const id = newId()
      try {
        await eventLog.append({
          id,
          identity: identity ?? id,
          suiteId,
          corpid,
          source: 'suited',
          type,
          receivedAt: clock.now(),
          body: JSON.stringify(payload),
          status: 'done',
          lastError: null,
          dispatchAt: null,
        })
      } catch (error) {
        log.error('an event of suited’s own could not be written', {
          type,
          suiteId,
          corpid,
          reason: reasonOf(error),
        })
      }
    },
  }
}
