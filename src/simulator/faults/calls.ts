/** What WeCom saw: every request to its API and pages, in the order in which they came. */
import type { Caller } from './caller'

export interface Call extends Caller {
  /** Epoch milliseconds of its arrival. */
  readonly at: number
  readonly method: string
  readonly path: string
  /** What was answered, 0 for a success; null while unanswered and where the answer has none. */
  readonly errcode: number | null
}

export interface CallFilter {
  /** A path, or the beginning of one followed by `*`. */
  readonly path?: string | undefined
  readonly method?: string | undefined
  readonly suiteId?: string | undefined
  readonly corpid?: string | undefined
  /** Null finds those without one. */
  readonly errcode?: number | null | undefined
  /** Only those that came at this time (epoch milliseconds) or later. */
  readonly since?: number | undefined
}

export interface Calls {
  /** Oldest first. */
  list(filter?: CallFilter): Call[]
  count(filter?: CallFilter): number
  clear(): void
  /** Records an arrival; the returned function records its answer. */
  record(call: Omit<Call, 'errcode'>): (errcode: number | null) => void
}

/** Whether a path fits a pattern: the same path, or one that begins as far as the pattern's `*`. */
export const fitsPath = (pattern: string, path: string): boolean =>
  pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path

const fits = (call: Call, filter: CallFilter): boolean =>
  (filter.path === undefined || fitsPath(filter.path, call.path)) &&
  (filter.method === undefined || filter.method === call.method) &&
  (filter.suiteId === undefined || filter.suiteId === call.suiteId) &&
  (filter.corpid === undefined || filter.corpid === call.corpid) &&
  (filter.errcode === undefined || filter.errcode === call.errcode) &&
  (filter.since === undefined || call.at >= filter.since)

/** @param limit how many are remembered; the oldest are forgotten first */
export const createCalls = (limit: number): Calls => {
  let calls: { -readonly [K in keyof Call]: Call[K] }[] = []
  return {
    list: (filter = {}) => calls.filter((call) => fits(call, filter)).map((call) => ({ ...call })),
    count: (filter = {}) => calls.filter((call) => fits(call, filter)).length,
    clear: () => {
      calls = []
    },
    record: (arrived) => {
      const call = { ...arrived, errcode: null as number | null }
      calls.push(call)
      // Dropped in batches: shifting the array on every call would cost as much as the call.
      if (calls.length >= 2 * limit) calls = calls.slice(-limit)
      return (errcode) => {
        call.errcode = errcode
      }
    },
  }
}
