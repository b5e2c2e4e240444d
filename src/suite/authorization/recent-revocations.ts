/** The revocations of the last minutes: a mass revocation takes them back. */
import type { Clock } from '../../clock'
import type { Facts } from '../../store/facts'
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
const wasConfirmed = (payload: string): boolean => {
  const told: unknown = JSON.parse(payload || '{}')
  return typeof told === 'object' && told !== null && 'confirmed' in told
}

/** Adds those of processes before this one, which count as well. */
export const readRecentRevocations = async (parts: {
  recent: RecentRevocations
  facts: Pick<Facts, 'listFacts'>
  clock: Clock
}): Promise<void> => {
  const { recent, facts, clock } = parts
  const since = clock.now() - guardWindowMs
  let cursor: string | undefined
  do {
    const page = await facts.listFacts({ types: ['suited.corp_invalid'], limit: 200, cursor })
    for (const { suiteId, corpid, at, payload } of page.items) {
      if (at <= since) return
      if (suiteId && corpid && wasConfirmed(payload)) recent.add(suiteId, corpid, at)
    }
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
}
