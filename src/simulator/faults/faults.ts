/** Faults that are switched on at will: WeCom slow, silent, broken, or refusing. */
import type { Caller } from './caller'
import { fitsPath } from './calls'
import { flaws } from './flawed-answer'

export const garbageKinds = [
  'html',
  'truncated',
  'empty',
  'not_json',
  'huge',
  'compressed',
  ...flaws,
] as const

/** Which calls go wrong, how, and for how long. Whatever is left out doesn't matter. */
export interface Fault {
  /** A path, or the beginning of one followed by `*`. */
  readonly path: string
  readonly suiteId?: string | undefined
  readonly corpid?: string | undefined

  /** Answers this error. */
  readonly errcode?: number | undefined
  /** Answers with this HTTP status, 200 to 599. */
  readonly status?: number | undefined
  /** Waits this long before anything else; alone, the call then goes on as usual. */
  readonly delayMs?: number | undefined
  /** Never answers, until the caller gives up. */
  readonly hang?: boolean | undefined
  /** Cuts the connection. */
  readonly reset?: boolean | undefined
  /** With `hang` or `reset`: only after so many bytes of the true answer's body, from 1. */
  readonly afterBytes?: number | undefined
  /** Ends the tokens that the call carries, before it is judged. */
  readonly endsToken?: 'invalid' | 'expired' | undefined
  /**
   * Answers a page of HTML, half of the true answer, nothing, a text that is no JSON, or JSON of
   * 64 MiB; or the true answer with raw control characters in its names, with its numbers as text,
   * or compressed although nobody asked for it.
   */
  readonly garbage?: (typeof garbageKinds)[number] | undefined
  /** Members that take the place of the true answer's own; null leaves one out. */
  readonly change?: Readonly<Record<string, unknown>> | undefined
  /** True: the call takes effect before the fault strikes, as when an answer gets lost. */
  readonly afterEffect?: boolean | undefined

  /** How many calls it strikes, from 1. */
  readonly times?: number | undefined
  /** How long it strikes from when it is switched on, as WeCom's blocks of 60 seconds do. */
  readonly forMs?: number | undefined
  /** Epoch milliseconds from which it strikes no more. */
  readonly untilAt?: number | undefined
}

export interface ActiveFault extends Fault {
  readonly id: number
}

export interface Faults {
  /** Switches a fault on, behind those that are on already: the first that fits a call strikes. */
  add(fault: Fault): ActiveFault
  /** Switches it off; false if it wasn't on. */
  remove(id: number): boolean
  /** Switches all off. */
  clear(): void
  list(): ActiveFault[]
  /** The fault that strikes this call, or null. Counts as one of its `times`. */
  take(call: Caller & { readonly path: string }): ActiveFault | null
}

interface Counted {
  readonly fault: ActiveFault
  left: number
}

export const createFaults = (now: () => number): Faults => {
  let active: Counted[] = []
  let lastId = 0
  const dropEnded = () => {
    active = active.filter(({ fault, left }) => left > 0 && now() < (fault.untilAt ?? Infinity))
  }
  return {
    add: ({ forMs, ...fault }) => {
      const untilAt = forMs === undefined ? fault.untilAt : now() + forMs
      const added = { ...fault, ...(untilAt !== undefined && { untilAt }), id: ++lastId }
      active.push({ fault: added, left: fault.times ?? Infinity })
      return added
    },
    remove: (id) => {
      const before = active.length
      active = active.filter(({ fault }) => fault.id !== id)
      return active.length < before
    },
    clear: () => {
      active = []
    },
    list: () => {
      dropEnded()
      return active.map(({ fault, left }) =>
        fault.times === undefined ? { ...fault } : { ...fault, times: left },
      )
    },
    take: ({ path, suiteId, corpid }) => {
      dropEnded()
      const found = active.find(
        ({ fault }) =>
          fitsPath(fault.path, path) &&
          (fault.suiteId === undefined || fault.suiteId === suiteId) &&
          (fault.corpid === undefined || fault.corpid === corpid),
      )
      if (!found) return null
      found.left -= 1
      return found.fault
    },
  }
}
