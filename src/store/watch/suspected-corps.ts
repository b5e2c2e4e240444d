/**
 * The port to companies that WeCom called gone: those that are suspected until that is confirmed,
 * those that were given up lately, and the alarms of suites of which too many are suspected. They
 * hold over restarts and for every handle. A driver of the event log serves this port too.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`.
 */
import type { CorpIds } from '../store'

/** WeCom called a company gone, and that is not confirmed yet. Times are epoch milliseconds. */
export interface SuspectedCorp extends CorpIds {
  readonly since: number
  /** When WeCom is asked again. */
  readonly confirmAt: number
}

export interface SuspectedCorps {
  /**
   * Notes that a company is suspected. False, and nothing changed, if it is already; one that was
   * given up is suspected anew.
   */
  suspectCorp(corp: SuspectedCorp): Promise<boolean>

  /** Up to `limit` whose confirmation is due at `now`, those due longest first. */
  listSuspectedDue(now: number, limit: number): Promise<SuspectedCorp[]>

  /** Puts off the confirmation of a company that is suspected; others are ignored. */
  confirmSuspectedAt(suiteId: string, corpid: string, confirmAt: number): Promise<void>

  /** A company that was suspected is given up: it is remembered as such from `at` on. */
  giveUpSuspected(suiteId: string, corpid: string, at: number): Promise<void>

  /** Forgets a company, whether it was suspected or given up. */
  forgetSuspected(suiteId: string, corpid: string): Promise<void>

  countSuspected(suiteId: string): Promise<number>

  /** The corpids of a suite's that were given up after `since`; what is older is forgotten. */
  listGivenUp(suiteId: string, since: number): Promise<string[]>

  /** Raises the alarm of a suite. False if it was raised already. */
  raiseRevocationAlarm(suiteId: string, at: number): Promise<boolean>

  /** Ends the alarm of a suite. False if there was none. */
  endRevocationAlarm(suiteId: string): Promise<boolean>

  /** The suites with an alarm. */
  listRevocationAlarms(): Promise<string[]>
}
