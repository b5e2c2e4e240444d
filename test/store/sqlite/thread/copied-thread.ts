/** A thread without a thread: what crosses is copied as between threads, and comes later. */
import type { Logger } from '../../../../src/log'
import type { EventLogDriver } from '../../../../src/store/driver/drivers'
import type { StartThread } from '../../../../src/store/sqlite/thread/client'
import type { Call, Message } from '../../../../src/store/sqlite/thread/messages'
import { serveEventLog } from '../../../../src/store/sqlite/thread/server'

/** Opens the log that is served, with what a thread of its own would tell it. */
export type OpenInThread = (log: Logger, keepClaims: boolean) => EventLogDriver

/** What a test may want to see of the thread that was started last. */
export interface CopiedThread {
  posted: Call[][]
  ended: number
  /** Lets it end by itself. */
  kill(reason: string): void
}

export const createCopiedThread = (): CopiedThread => ({ posted: [], ended: 0, kill() {} })

export const startCopiedThread =
  (open: OpenInThread, thread = createCopiedThread()): StartThread =>
  (deliver, onEnd, isFirst) => {
    let lives = true
    const onMessages = (messages: readonly Message[]) => {
      const copy = structuredClone(messages)
      setImmediate(() => lives && deliver(copy))
    }
    const take = serveEventLog((own) => open(own, !isFirst), onMessages)
    thread.kill = (reason) => {
      lives = false
      onEnd(reason)
    }
    return {
      post(calls) {
        const copy = structuredClone(calls) as Call[]
        thread.posted.push(copy)
        if (lives) take(copy)
      },
      end() {
        lives = false
        thread.ended += 1
      },
    }
  }
