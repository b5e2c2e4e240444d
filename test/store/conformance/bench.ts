import { afterEach, beforeEach } from 'bun:test'
import { createManualClock, type ManualClock } from '../../manual-clock'

/** Where a driver keeps its state, outliving the handles on it. */
export interface Backend<T> {
  /** A handle; may be called again where the driver can do what `Abilities` says. */
  open(): Promise<T>
  remove(): Promise<void>
}

export interface Abilities {
  /** Two handles may be open on one backend at the same time. */
  readonly twoHandles: boolean
}

export type OpenBackend<T> = (clock: ManualClock) => Promise<Backend<T>>

/** A fresh backend with one open handle for each test. */
export interface Bench<T> {
  readonly subject: T
  readonly clock: ManualClock
  /** One more handle on the same backend. */
  another(): Promise<T>
  /** Closes the subject and opens the backend again. */
  reopen(): Promise<T>
}

export const startMs = 1_700_000_000_000

export const useBench = <T extends { close(): Promise<void> }>(
  openBackend: OpenBackend<T>,
): Bench<T> => {
  let clock: ManualClock
  let backend: Backend<T>
  let subject: T
  let opened: T[]

  const another = async () => {
    const handle = await backend.open()
    opened.push(handle)
    return handle
  }

  beforeEach(async () => {
    clock = createManualClock(startMs)
    backend = await openBackend(clock)
    opened = []
    subject = await another()
  })
  afterEach(async () => {
    for (const handle of opened) await handle.close()
    await backend.remove()
  })

  return {
    get subject() {
      return subject
    },
    get clock() {
      return clock
    },
    another,
    reopen: async () => {
      await subject.close()
      return another()
    },
  }
}

/** The code with which a promise is rejected, or what it gave instead. */
export const codeOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    return { resolved: await promise }
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}
