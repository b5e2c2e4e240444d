/**
 * A fair queue of calls to WeCom: how many are under way at once, and whose is next. Calls come in
 * flows, and free room goes from flow to flow, so that one that WeCom leaves hanging holds up
 * itself before it holds up the others. No I/O. No clock.
 */

export interface FairQueueLimits {
  /** Calls under way at once. */
  readonly atOnce: number
  /** Those of one flow: the rest stays free for the others. */
  readonly perFlow: number
  /** How many may wait in one flow. */
  readonly waiting: number
}

/** Ends a call, so that another one may begin; a second time does nothing. */
export type Release = () => void

export interface FairQueue {
  /** Begins a call if it need not wait; else null. */
  acquireNow(flow: string): Release | null
  /** Resolves when a call may begin; null if too many wait already, and once `signal` aborts. */
  acquire(flow: string, signal: AbortSignal): Promise<Release | null>
}

interface Flow {
  running: number
  /** In the order in which they came. */
  readonly waiting: Set<() => void>
}

export const createFairQueue = ({ atOnce, perFlow, waiting }: FairQueueLimits): FairQueue => {
  // The flow that was served last stands last.
  const flows = new Map<string, Flow>()
  let running = 0

  const hasRoom = (flow: Flow): boolean => running < atOnce && flow.running < perFlow

  const begin = (name: string, flow: Flow): Release => {
    flows.delete(name)
    flows.set(name, flow)
    flow.running += 1
    running += 1
    let ended = false
    return () => {
      if (ended) return
      ended = true
      flow.running -= 1
      running -= 1
      letNextBegin()
    }
  }

  const letNextBegin = (): void => {
    for (const [name, flow] of flows) {
      const [next] = flow.waiting
      if (next && hasRoom(flow)) {
        next()
        return
      }
      if (!next && flow.running === 0) flows.delete(name)
    }
  }

  const flowOf = (name: string): Flow => flows.get(name) ?? { running: 0, waiting: new Set() }

  const beginNow = (name: string, flow: Flow): Release | null =>
    flow.waiting.size === 0 && hasRoom(flow) ? begin(name, flow) : null

  return {
    acquireNow: (name) => beginNow(name, flowOf(name)),
    acquire(name, signal) {
      const flow = flowOf(name)
      if (signal.aborted) return Promise.resolve(null)
      const release = beginNow(name, flow)
      if (release) return Promise.resolve(release)
      if (flow.waiting.size >= waiting) return Promise.resolve(null)
      flows.set(name, flow)
      return new Promise((resolve) => {
        const leave = (release: Release | null) => {
          flow.waiting.delete(proceed)
          signal.removeEventListener('abort', giveUp)
          resolve(release)
        }
        const proceed = () => leave(begin(name, flow))
        const giveUp = () => leave(null)
        flow.waiting.add(proceed)
        signal.addEventListener('abort', giveUp)
      })
    },
  }
}
