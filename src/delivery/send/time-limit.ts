/**
 * A limit to what is waited for: its time, or an end that comes from outside. Whichever comes first
 * says in words why it ended.
 */
import type { Clock } from '../../clock'

/** Its message says why an attempt ended before its answer came. */
export class EndedEarly extends Error {}

export interface TimeLimit {
  /** Aborts at the end; its `reason` is an EndedEarly. */
  readonly signal: AbortSignal
  /** What is waited for has come. */
  lift(): void
}

/**
 * @param given.late what is said when the time is over
 * @param given.outer ends it too
 * @param given.cut what is said then; without it, what `outer` says
 */
export const limitTime = (
  clock: Pick<Clock, 'alarm'>,
  limitMs: number,
  given: { readonly late: string; readonly outer?: AbortSignal; readonly cut?: string },
): TimeLimit => {
  const { late, outer, cut } = given
  const ending = new AbortController()
  const onOuter = () => ending.abort(cut === undefined ? outer?.reason : new EndedEarly(cut))
  const stopAlarm = clock.alarm(limitMs, () => ending.abort(new EndedEarly(late)))
  if (outer?.aborted) onOuter()
  else outer?.addEventListener('abort', onOuter)
  return {
    signal: ending.signal,
    lift() {
      stopAlarm()
      outer?.removeEventListener('abort', onOuter)
    },
  }
}

/**
 * What work gives that can't be told to stop, as a resolver can't; at the end it is left behind.
 *
 * @throws the signal's reason
 */
export const unlessEnded = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const onEnd = () => reject(signal.reason)
    if (signal.aborted) onEnd()
    else signal.addEventListener('abort', onEnd, { once: true })
    work.then(resolve, reject)
  })
