/**
 * Lines of the log that strangers can cause, so many of them as are worth reading: of each kind and
 * sender the first few of a minute are written, the others counted, and the count is told when the
 * minute ends. However many senders come, lines and memory are bounded.
 */
import { type Clock, minuteMs } from './clock'
import type { LogFields, Logger, LogLevel } from './log'

export interface ThrottledLine {
  readonly level: LogLevel
  readonly message: string
  readonly fields: LogFields
  /** What else makes lines alike, as the code of a refusal: one of a few that we have words for. */
  readonly kind: string
  /** Who caused it, as its network address; null where that can't be told. */
  readonly sender: string | null
}

export interface ThrottledLog {
  /**
   * Writes a line, or counts it where enough of its like were written. Gives the line that stands
   * for it in the log: itself, or the last of its like that was written.
   */
  write(line: ThrottledLine): ThrottledLine
  /** Ends the minute now, for a process that leaves: what was counted is told. */
  end(): void
}

const writtenOfEach = 5
/** Senders and kinds in one minute; whoever comes after them is counted together. */
const mostSenders = 200

interface Alike {
  /** The last of them that was written. */
  written: ThrottledLine
  readonly sender: string | null
  count: number
}

/** A minute that begins with its first line. */
interface Minute {
  readonly startedAt: number
  readonly all: Map<string, Alike>
  readonly ended: AbortController
  /** Whether somebody waits for its end, since there is something to tell then. */
  awaited: boolean
}

export const createThrottledLog = (parts: {
  log: Logger
  clock: Pick<Clock, 'now' | 'sleep'>
}): ThrottledLog => {
  const { log, clock } = parts
  let minute: Minute | null = null

  const end = (): void => {
    const ended = minute
    if (!ended) return
    minute = null
    ended.ended.abort()
    for (const { written, sender, count } of ended.all.values()) {
      const more = count - writtenOfEach
      if (more <= 0) continue
      const { level, message, kind } = written
      log[level](`and ${more.toLocaleString('en')} more of this kind`, {
        line: message,
        kind,
        ...(sender !== null && { address: sender }),
        more,
      })
    }
  }

  /** The minute that is open. One before a clock that was put back is over. */
  const current = (now: number): Minute => {
    if (minute && (now < minute.startedAt || now >= minute.startedAt + minuteMs)) end()
    minute ??= { startedAt: now, all: new Map(), ended: new AbortController(), awaited: false }
    return minute
  }

  const awaitEnd = (own: Minute, now: number): void => {
    if (own.awaited) return
    own.awaited = true
    clock.sleep(own.startedAt + minuteMs - now, own.ended.signal).then(() => {
      if (minute === own) end()
    })
  }

  const alikeIn = ({ all }: Minute, line: ThrottledLine): Alike => {
    const { level, message, kind, sender } = line
    const nameFor = (who: string | null) => JSON.stringify([level, message, kind, who])
    const known = all.get(nameFor(sender))
    if (known) return known
    const own = all.size < mostSenders ? sender : 'others'
    const name = nameFor(own)
    const alike = all.get(name) ?? { written: line, sender: own, count: 0 }
    all.set(name, alike)
    return alike
  }

  return {
    write(line) {
      const now = clock.now()
      const own = current(now)
      const alike = alikeIn(own, line)
      alike.count += 1
      if (alike.count > writtenOfEach) {
        awaitEnd(own, now)
        return alike.written
      }
      log[line.level](line.message, line.fields)
      alike.written = line
      return line
    },
    end,
  }
}
