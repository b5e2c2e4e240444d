/** The event log of a data folder, opened in a thread of its own. */
import type { Logger } from '../../log'
import type { EventLogDriver } from '../../store/driver/drivers'
import type { SealingKeys } from '../../store/driver/sealing'
import { openThreadedEventLog, type StartThread } from '../../store/sqlite/thread/client'

export interface EventLogOptions {
  readonly path: string
  /** Null where nothing is sealed. */
  readonly keys: SealingKeys | null
  /** The file that may be given up for what must be kept on a full disk. */
  readonly reservePath: string
}

/** What the thread is told first. */
export type ThreadOptions = EventLogOptions & { readonly keepClaims: boolean }

/** In the binary all of the program stands in one file, above the folder of this one. */
const inBinary = import.meta.path === Bun.main
const entry = new URL(
  inBinary ? './runtime/folder/event-log-thread.ts' : './event-log-thread.ts',
  import.meta.url,
)

const startThread =
  (options: EventLogOptions): StartThread =>
  (onMessages, onEnd, isFirst) => {
    const worker = new Worker(entry)
    worker.onmessage = ({ data }) => onMessages(data)
    worker.onerror = ({ message }) => onEnd(message)
    worker.addEventListener('close', () => onEnd('it closed'))
    worker.postMessage({ ...options, keepClaims: !isFirst } satisfies ThreadOptions)
    return { post: (calls) => worker.postMessage(calls), end: () => worker.terminate() }
  }

/** @throws {ServiceError} store_unavailable — it can't be opened */
export const openEventLog = (options: EventLogOptions, log: Logger): Promise<EventLogDriver> =>
  openThreadedEventLog(startThread(options), log)
