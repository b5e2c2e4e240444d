/**
 * The port to replays: jobs that put what an endpoint missed on its way once more. They stand
 * beside the deliveries, and are served by the same driver.
 */
import type { Outgoing } from './event-record'

/** Which events a replay sends once more. */
export interface ReplayQuery {
  /** By `receivedAt`, both inclusive; null: no bound. */
  readonly since: number | null
  readonly until: number | null
  readonly type: string | null
  readonly corpid: string | null
  /** Those too that the endpoint has had already. */
  readonly all: boolean
}

export interface Replay {
  readonly id: string
  readonly endpoint: string
  readonly query: ReplayQuery
  readonly status: 'running' | 'done' | 'cancelled'
  /** The event up to which the log was searched; null before the first. */
  readonly searchedTo: string | null
  /** Whether all of the log was searched. */
  readonly searched: boolean
  /** Events that were found so far. */
  readonly total: number
  /** Those of them whose delivery has ended. */
  readonly sent: number
  readonly startedAt: number
  readonly endedAt: number | null
}

export interface Replays {
  /** Keeps a new job, with nothing searched. */
  startReplay(replay: Pick<Replay, 'id' | 'endpoint' | 'query' | 'startedAt'>): Promise<void>

  getReplay(id: string): Promise<Replay | null>

  /** Those that are running, of all endpoints. */
  listRunningReplays(): Promise<Replay[]>

  /**
   * One stretch of the search, as one step: a delivery that is due now for each found event, unless
   * one is pending already (or, without `all`, done), and how far the search has come. What is
   * replayed is backlog: it is never fresh. Ignored unless the job runs and stands at `from`.
   */
  continueReplay(step: {
    readonly id: string
    readonly from: string | null
    readonly searchedTo: string | null
    readonly searched: boolean
    readonly found: readonly Outgoing[]
    readonly now: number
  }): Promise<void>

  /**
   * Ends a job, if it runs. What a cancelled one put on its way and is still pending, unclaimed, is
   * as it was before: done, dead, or not there.
   */
  endReplay(id: string, status: 'done' | 'cancelled', at: number): Promise<Replay | null>
}
