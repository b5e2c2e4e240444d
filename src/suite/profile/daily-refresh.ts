/**
 * The daily refresh of each authorised company: a slice of them every minute, so that a day is
 * enough for all and ten thousand companies are no storm. Whose turn it is the store knows, for all
 * processes together.
 */
import { type Clock, hourMs } from '../../clock'
import type { CorpIds, CorpRecord, Store } from '../../store/store'
import type { CorpVisits } from '../../store/watch/corp-visits'
import { servedIds } from '../observed-suites'
import type { Suites } from '../suites'

const minutesADay = 24 * 60
/** What a process takes and can't do any more, because it dies, waits a day. */
const takenAtOnce = 8
/** A million companies take a database a second to count. */
const countAgainAfterMs = hourMs
/** Something could not be asked: it is tried again before the day is over. */
const againAfterMs = hourMs

/**
 * Refreshes the next slice, when it is called every minute.
 *
 * @param parts.refresh asks what is due, and tells whether all was answered; never throws
 */
export const createDailyRefresh = (parts: {
  suites: Pick<Suites, 'all'>
  store: Pick<Store, 'loadCorp' | 'countCorps'>
  corpVisits: Pick<CorpVisits, 'takeRefreshes' | 'refreshCorpAt'>
  clock: Clock
  refresh(record: CorpRecord): Promise<boolean>
}): (() => Promise<void>) => {
  const { suites, store, corpVisits, clock, refresh } = parts
  let authorized = 0
  let countedAt: number | null = null

  const refreshOne = async ({ suiteId, corpid }: CorpIds): Promise<void> => {
    const record = await store.loadCorp(suiteId, corpid)
    if (record?.status !== 'authorized' || (await refresh(record))) return
    await corpVisits.refreshCorpAt(suiteId, corpid, clock.now() + againAfterMs)
  }

  const count = async (): Promise<void> => {
    const now = clock.now()
    if (countedAt !== null && now >= countedAt && now - countedAt < countAgainAfterMs) return
    authorized = (await store.countCorps()).authorized
    countedAt = now
  }

  return async () => {
    await count()
    const suiteIds = servedIds(suites)
    let left = Math.max(Math.ceil(authorized / minutesADay), 1)
    while (left > 0) {
      const taken = await corpVisits.takeRefreshes(suiteIds, Math.min(left, takenAtOnce))
      // One record that can't be read keeps no other waiting.
      const refreshed = await Promise.allSettled(taken.map(refreshOne))
      const failed = refreshed.find(({ status }) => status === 'rejected')
      if (failed?.status === 'rejected') throw failed.reason
      if (taken.length < takenAtOnce) return
      left -= taken.length
    }
  }
}
