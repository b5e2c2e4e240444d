/**
 * suited's own entries in the event log: what it found out or decided about a company, beside what
 * WeCom told it.
 */
import type { Clock } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import type { EventLog } from '../store/event-log'

/** Every type of entry, as the API shows it. */
export type JournalType =
  | 'suited.corp_authorized'
  | 'suited.corp_imported'
  | 'suited.corp_changed'
  | 'suited.corp_admins_changed'
  | 'suited.corp_suspended'
  | 'suited.corp_invalid'
  | 'suited.corp_restored'
  | 'suited.corp_cancelled'
  | 'suited.mass_refusal'
  | 'suited.url_checked'
  | 'suited.corp_url_checked'
  | 'suited.previous_pair_used'

export interface Journal {
  /**
   * Adds an entry. It tells of something that has happened already, so a log that can't be written
   * costs the entry and nothing else.
   *
   * @param facts no secret among them
   */
  note(
    type: JournalType,
    suiteId: string | null,
    corpid: string | null,
    facts?: Readonly<Record<string, unknown>>,
  ): Promise<void>
}

export const createJournal = (parts: {
  eventLog: Pick<EventLog, 'append'>
  clock: Clock
  log: Logger
  newId(): string
}): Journal => {
  const { eventLog, clock, log, newId } = parts
  return {
    async note(type, suiteId, corpid, facts = {}) {
      const id = newId()
      try {
        await eventLog.append({
          id,
          identity: id,
          suiteId,
          corpid,
          source: 'suited',
          type,
          receivedAt: clock.now(),
          body: JSON.stringify(facts),
          status: 'done',
          lastError: null,
          endpoints: [],
        })
      } catch (error) {
        log.error('an entry of the journal could not be written', {
          type,
          suiteId,
          corpid,
          reason: reasonOf(error),
        })
      }
    },
  }
}
