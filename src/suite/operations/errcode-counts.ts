/**
 * The counts of calls that WeCom refused, by errcode: 701008 and 701099 tell of missing licences.
 */
import type { Clock } from '../../clock'
import type { WecomFailure } from '../../wecom/api/failure'
import { explain } from '../../wecom/errcode/errcode'

export interface RefusalCount {
  readonly errcode: number
  /** Since the start. */
  readonly count: number
  /** Epoch milliseconds. */
  readonly lastAt: number
  /** In words, where it is known. */
  readonly meaning: string | null
}

export interface RefusalCounts {
  /** Told how every call to WeCom ended: with a failure, or with null. */
  note(failure: WecomFailure | null): void
  /** The most frequent first. */
  list(): RefusalCount[]
}

export const createRefusalCounts = (clock: Clock): RefusalCounts => {
  const counts = new Map<number, { count: number; lastAt: number }>()
  return {
    note(failure) {
      const errcode = failure?.errcode ?? null
      if (errcode === null) return
      const count = (counts.get(errcode)?.count ?? 0) + 1
      counts.set(errcode, { count, lastAt: clock.now() })
    },
    list: () =>
      [...counts]
        .map(([errcode, told]) => ({
          errcode,
          ...told,
          meaning: explain(errcode, 'en')?.meaning ?? null,
        }))
        .sort((a, b) => b.count - a.count || a.errcode - b.errcode),
  }
}
