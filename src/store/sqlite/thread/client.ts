/**
 * An event log that lives in a thread of its own, so that nobody else waits for its disk: a commit
 * is an fsync, and emptying the write-ahead log is many.
 */
import { ServiceError } from '../../../errors'
import type { Logger } from '../../../log'
import type { EventLogDriver } from '../../driver/drivers'
import { retryAfterSeconds } from '../../driver/io-failure'
import { createLifecycle } from '../../driver/lifecycle'
import { asError, type Call, type Message, methods } from './messages'

/** A thread that was started and opens the log. */
export interface Thread {
  post(calls: readonly Call[]): void
  /** Ends it at once, unless it has ended. */
  end(): void
}

/**
 * Starts a thread.
 *
 * @param onMessages is given what it reports
 * @param onEnd is told why it ended, perhaps more than once; also when it was asked to
 * @param isFirst of this process: what is claimed was claimed by one before
 */
export type StartThread = (
  onMessages: (messages: readonly Message[]) => void,
  onEnd: (reason: string) => void,
  isFirst: boolean,
) => Thread

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** One thread and the calls that wait for it. */
interface Attached {
  /** Resolves when the log is open, rejects when it can't be opened. */
  readonly opened: Promise<void>
  call(method: Call['method'], given: readonly unknown[]): Promise<unknown>
  end(): void
}

const threadEnded = () =>
  new ServiceError('store_unavailable', 'The event log fails: its thread ended.', {
    retryAfterSeconds,
  })

const attach = (
  start: StartThread,
  log: Logger,
  isFirst: boolean,
  onGone: () => void,
): Attached => {
  const waiting = new Map<number, Waiting>()
  const opening = Promise.withResolvers<void>()
  // Whoever calls hears of it too.
  opening.promise.catch(() => undefined)
  let unsent: Call[] = []
  let calls = 0
  let gone = false

  const end = () => {
    gone = true
    thread.end()
  }

  const giveUp = (error: Error) => {
    end()
    onGone()
    opening.reject(error)
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
    unsent = []
  }

  const settle = (id: number, how: (waiting: Waiting) => void) => {
    const found = waiting.get(id)
    waiting.delete(id)
    if (found) how(found)
  }

  const onMessage = (message: Message): void => {
    switch (message.kind) {
      case 'log':
        log[message.level](message.message, message.fields)
        break
      case 'opened':
        opening.resolve()
        break
      case 'refused':
        giveUp(asError(message.thrown))
        break
      case 'done':
        settle(message.id, ({ resolve }) => resolve(message.value))
        break
      case 'failed':
        settle(message.id, ({ reject }) => reject(asError(message.thrown)))
    }
  }

  const thread = start(
    (messages) => {
      if (!gone) messages.forEach(onMessage)
    },
    (reason) => {
      if (gone) return
      log.error('the thread of the event log ended; the next call starts another one', { reason })
      giveUp(threadEnded())
    },
    isFirst,
  )

  return {
    opened: opening.promise,
    call: (method, given) =>
      new Promise((resolve, reject) => {
        const id = calls++
        waiting.set(id, { resolve, reject })
        unsent.push({ id, method, given })
        if (unsent.length > 1) return
        // Behind the callbacks of this turn's input: what they bring goes over together.
        setImmediate(() => {
          const together = unsent
          unsent = []
          if (together.length > 0) thread.post(together)
        })
      }),
    end,
  }
}

/**
 * Opens an event log in a thread. If the thread ends by itself, the calls that wait are refused
 * with `store_unavailable` and the next call starts another one. What was claimed stays so until
 * its lease ends: whoever claimed it may be at work.
 *
 * @throws {ServiceError} store_unavailable — the log can't be opened
 */
export const openThreadedEventLog = async (
  start: StartThread,
  log: Logger,
): Promise<EventLogDriver> => {
  let attached: Attached | null = null
  let isFirst = true
  const thread = (): Attached => {
    attached ??= attach(start, log, isFirst, () => {
      attached = null
    })
    isFirst = false
    return attached
  }
  await thread().opened

  const { run, close } = createLifecycle('The event log')
  const called = Object.fromEntries(
    methods.map((method) => [
      method,
      (...given: readonly unknown[]) => run(() => thread().call(method, given)),
    ]),
  ) as unknown as Omit<EventLogDriver, 'close'>

  const end = async () => {
    await close()
    // If it ends before it has closed: what is committed stands in the write-ahead log.
    await attached?.call('close', []).catch(() => undefined)
    attached?.end()
  }
  let ending: Promise<void> | null = null

  return {
    ...called,
    close: () => {
      ending ??= end()
      return ending
    },
  }
}
