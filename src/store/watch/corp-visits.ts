/**
 * The port to visits: which companies WeCom is to be asked about now. Whose turn has come is taken
 * by one caller alone, whichever handle asks, and has the next turn a period later. A driver of the
 * store serves this port too.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`.
 */
import { dayMs, hourMs, minuteMs } from '../../clock'
import type { CorpIds, CorpStatus } from '../store'

/** How often companies that aren't served are rechecked. Whose status isn't here is not. */
export const recheckEveryMs: Partial<Record<CorpStatus, number>> = {
  suspended: hourMs,
  invalid: dayMs,
}

/** However much a company sends, its recheck is brought forward no more often. */
export const hearAgainAfterMs = 10 * minuteMs

/** How often each authorised company is refreshed. */
export const refreshEveryMs = dayMs

export interface CorpVisits {
  /**
   * Takes up to `limit` companies of these suites whose recheck is due, the longest due first. It
   * is due at whole periods (`recheckEveryMs`) after the status changed, or once `hearOfCorp` said
   * so.
   */
  takeRechecks(suiteIds: readonly string[], limit: number): Promise<CorpIds[]>

  /** This company is rechecked now, due or not: its turn is at the next whole period. */
  takeRecheck(suiteId: string, corpid: string): Promise<void>

  /**
   * A message of this company came: if it isn't served its recheck is due now, unless that was
   * brought forward within the last ten minutes.
   */
  hearOfCorp(suiteId: string, corpid: string): Promise<void>

  /**
   * Takes up to `limit` authorised companies of these suites that were not taken for a day
   * (`refreshEveryMs`) or whose `refreshCorpAt` has come.
   */
  takeRefreshes(suiteIds: readonly string[], limit: number): Promise<CorpIds[]>

  /** The next refresh of an authorised company is due at this moment. Epoch milliseconds. */
  refreshCorpAt(suiteId: string, corpid: string, at: number): Promise<void>
}
