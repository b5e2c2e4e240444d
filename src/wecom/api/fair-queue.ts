/**
 * Turns at WeCom: how many calls are under way at once, and whose is next. Callers stand in lanes,
 * and a free turn goes from lane to lane, so that one that WeCom leaves hanging holds up itself
 * before it holds up the others. No I/O. No clock.
 */

export interface TurnLimits {
  /** Calls under way at once. */
  readonly atOnce: number
  /** Those of one lane: the rest stays free for the others. */
  readonly perLane: number
  /** How many may wait in one lane. */
  readonly waiting: number
}

/** Ends a turn; a second time does nothing. */
export type EndTurn = () => void

export interface Turns {
  /** Resolves when a call may begin; null if too many wait already, and once `signal` aborts. */
  take(lane: string, signal: AbortSignal): Promise<EndTurn | null>
}

interface Lane {
  running: number
  /** In the order in which they came. */
  readonly waiting: Set<() => void>
}

export const createTurns = ({ atOnce, perLane, waiting: mostWaiting }: TurnLimits): Turns => {
  // The lane that was served last stands last.
  const lanes = new Map<string, Lane>()
  let running = 0

  const hasRoom = (lane: Lane): boolean => running < atOnce && lane.running < perLane

  const begin = (name: string, lane: Lane): EndTurn => {
    lanes.delete(name)
    lanes.set(name, lane)
    lane.running += 1
    running += 1
    let ended = false
    return () => {
      if (ended) return
      ended = true
      lane.running -= 1
      running -= 1
      letNextBegin()
    }
  }

  const letNextBegin = (): void => {
    for (const [name, lane] of lanes) {
      const [next] = lane.waiting
      if (next && hasRoom(lane)) {
        next()
        return
      }
      if (!next && lane.running === 0) lanes.delete(name)
    }
  }

  return {
    take(name, signal) {
      const lane = lanes.get(name) ?? { running: 0, waiting: new Set() }
      if (signal.aborted) return Promise.resolve(null)
      if (lane.waiting.size === 0 && hasRoom(lane)) return Promise.resolve(begin(name, lane))
      if (lane.waiting.size >= mostWaiting) return Promise.resolve(null)
      lanes.set(name, lane)
      return new Promise((resolve) => {
        const leave = (turn: EndTurn | null) => {
          lane.waiting.delete(proceed)
          signal.removeEventListener('abort', giveUp)
          resolve(turn)
        }
        const proceed = () => leave(begin(name, lane))
        const giveUp = () => leave(null)
        lane.waiting.add(proceed)
        signal.addEventListener('abort', giveUp)
      })
    },
  }
}
