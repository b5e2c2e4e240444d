/** What the load generator is told, and what it tells. Both cross a process boundary as JSON. */

export interface LoadPlan {
  /** Where the contender listens. */
  readonly origin: string
  /**
   * `sign`: signatures for so many companies in turn. `command`: new messages on the command URL.
   * `proxy`: calls of WeCom's for so many companies in turn.
   */
  readonly what: 'sign' | 'command' | 'proxy'
  /** Companies 0 to this, exclusive. */
  readonly companies: number
  readonly connections: number
  /** Requests a second, spread evenly; null sends the next one as soon as an answer came. */
  readonly rate: number | null
  /** How long it is measured. */
  readonly seconds: number
  /** How long requests go out before that without being counted. */
  readonly warmUpSeconds: number
}

export interface LoadResult extends LoadFigures {
  /**
   * Processor time of the contender for each answer, in microseconds: less swayed by neighbours.
   */
  readonly cpuMicroseconds: number
}

export interface LoadFigures {
  /** All answers, warm-up included. */
  readonly answers: number
  /** Answers that were no 200, warm-up included. */
  readonly refused: number
  readonly perSecond: number
  /** From the moment a request was due, so that a stall counts for all that it held up. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** How much of its core the generator itself used, 0 to 1: near 1 it is what was measured. */
  readonly generatorBusy: number
}
