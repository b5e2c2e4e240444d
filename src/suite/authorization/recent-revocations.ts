/** The revocations of the last minutes: a mass revocation takes them back. */
import type { Clock } from '../../clock'
import type { EventLog } from '../../store/event-log'
import { guardWindowMs } from './mass-revocation'

export interface RecentRevocations {
  add(suiteId: string, corpid: string, at: number): void
  remove(suiteId: string, corpid: string): void
  /** The corpids of one suite's, within the window. */
  of(suiteId: string, now: number): string[]
}

export const createRecentRevocations = (): RecentRevocations => {
  const bySuite = new Map<string, Map<string, number>>()
  const ofSuite = (suiteId: string): Map<string, number> => bySuite.get(suiteId) ?? new Map()
  return {
    add: (suiteId, corpid, at) => void bySuite.set(suiteId, ofSuite(suiteId).set(corpid, at)),
    remove: (suiteId, corpid) => void ofSuite(suiteId).delete(corpid),
    of(suiteId, now) {
      const own = ofSuite(suiteId)
      for (const [corpid, at] of own) if (now - at >= guardWindowMs) own.delete(corpid)
      return [...own.keys()]
    },
  }
}

/** Whether the revocation was confirmed with WeCom, and not decided by an operator's recheck. */
const wasConfirmed = (body: string): boolean => {
  const facts: unknown = JSON.parse(body || '{}')
  return typeof facts === 'object' && facts !== null && 'confirmed' in facts
}

/** Adds those of processes before this one, which count as well. */
export const readRecentRevocations = async (parts: {
  recent: RecentRevocations
  eventLog: Pick<EventLog, 'list'>
  clock: Clock
}): Promise<void> => {
  const { recent, eventLog, clock } = parts
  const since = clock.now() - guardWindowMs
  let cursor: string | undefined
  do {
    const page = await eventLog.list({ type: 'suited.corp_invalid', limit: 200, cursor })
    for (const { suiteId, corpid, receivedAt, body } of page.items) {
      if (receivedAt <= since) return
      if (suiteId && corpid && wasConfirmed(body)) recent.add(suiteId, corpid, receivedAt)
    }
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
}
