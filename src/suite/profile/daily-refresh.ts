/**
 * The daily refresh of each authorised company: a slice of them every minute, so that a round takes
 * about a day and ten thousand companies are no storm.
 */
import { type Clock, hourMs } from '../../clock'
import type { CorpRecord, Store } from '../../store/store'
import type { Corps } from '../corps'
import type { Suites } from '../suites'

const minutesADay = 24 * 60
const largestSlice = 200
/** With few companies a round is short: what failed is not asked again in each. */
const againAfterMs = hourMs

/**
 * Refreshes the next slice, when it is called every minute.
 *
 * @param parts.refresh asks what is due; never throws
 */
export const createDailyRefresh = (parts: {
  suites: Suites
  store: Pick<Store, 'listCorps' | 'countCorps'>
  corps: Pick<Corps, 'find'>
  clock: Clock
  refresh(record: CorpRecord): Promise<void>
}): (() => Promise<void>) => {
  const { suites, store, corps, clock, refresh } = parts
  const refreshedAt = new Map<string, number>()
  let cursor: string | undefined

  return async () => {
    const now = clock.now()
    for (const [name, at] of refreshedAt) if (now - at >= againAfterMs) refreshedAt.delete(name)
    const { authorized } = await store.countCorps()
    const limit = Math.min(Math.max(Math.ceil(authorized / minutesADay), 1), largestSlice)
    const page = await store.listCorps({ status: 'authorized', limit, cursor })
    cursor = page.next ?? undefined
    for (const { suiteId, corpid } of page.items) {
      const name = `${suiteId} ${corpid}`
      if (suites.byId(suiteId) === null || suites.observes(suiteId)) continue
      if (refreshedAt.has(name)) continue
      refreshedAt.set(name, now)
      const record = await corps.find(suiteId, corpid)
      if (record) await refresh(record)
    }
  }
}
