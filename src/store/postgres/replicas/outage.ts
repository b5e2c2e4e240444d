/**
 * An outage of the database in the log: one line when it begins and one when it is over, however
 * many calls fail meanwhile. A database that is there and takes no callbacks is one too.
 */
import { ServiceError } from '../../../errors'
import type { LogFields, Logger, LogLevel } from '../../../log'
import type { OutageNow } from '../../replicas/shared'
import type { Database, Query } from '../connection/database'

export interface Outage {
  /** A call failed, maybe because of it. */
  noticed(error: unknown): void
  /** The database, whose failures are noticed here. */
  watch(database: Database): Database
  /** A call failed for what the log was told of elsewhere, once. */
  toldOf(error: ServiceError): void
  /** A log without the lines of those that failed because of the outage, and say so. */
  quiet(log: Logger): Logger
  /** The database was asked whether it is there, and answered. */
  answered(): void
  /** It was asked and did not answer, or answered that it takes no callbacks. */
  silent(reason: string, kind: OutageNow['kind']): void
  /** What it says that is away, and for how long it has been; null while it is there. */
  now(): Omit<OutageNow, 'database'> | null
}

interface HeldLine {
  readonly level: LogLevel
  readonly message: string
  readonly fields: LogFields
  readonly log: Logger
}

const mostHeld = 100

const words = {
  away: {
    begins: 'the database is away: callbacks are answered 503 until it is back',
    ends: 'the database is there again',
  },
  unfit: {
    begins: 'the database takes no callbacks: they are answered 503 until that is mended',
    ends: 'the database takes callbacks again',
  },
} as const

export const createOutage = (parts: {
  readonly log: Logger
  /** Milliseconds of a clock that is never put back. */
  monotonicMs(): number
  /** Something failed: asks the database whether it is there, and tells `answered` or `silent`. */
  onDoubt(): void
}): Outage => {
  const { log, monotonicMs, onDoubt } = parts
  /** What failures of this outage say. */
  const reasons = new Set<string>()
  /** What failures say that have a line of their own. */
  const toldReasons = new Set<string>()
  let state: 'there' | 'doubtful' | 'away' = 'there'
  let kind: OutageNow['kind'] = 'away'
  let awaySince = 0
  let lastReason = ''
  let held: HeldLine[] = []

  const noticed = (error: unknown): void => {
    if (!(error instanceof ServiceError) || error.code !== 'store_unavailable') return
    reasons.add(error.message)
    if (state !== 'there') return
    state = 'doubtful'
    onDoubt()
  }

  const watched = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call
    } catch (error) {
      noticed(error)
      throw error
    }
  }

  const writeHeld = (): void => {
    const lines = held
    held = []
    for (const { level, message, fields, log } of lines) log[level](message, fields)
  }

  const tellsOf = (known: ReadonlySet<string>, { reason, detail }: LogFields): boolean =>
    [reason, detail].some((text) => typeof text === 'string' && known.has(text))

  const write = (line: HeldLine): void => {
    const { log, level, message, fields } = line
    const isOfIt = tellsOf(reasons, fields)
    if (tellsOf(toldReasons, fields)) log.debug(message, fields)
    else if (isOfIt && state === 'doubtful' && held.length < mostHeld) held.push(line)
    // That something succeeds again is told once, too.
    else if (isOfIt && (state === 'away' || level === 'info')) log.debug(message, fields)
    else log[level](message, fields)
  }

  return {
    noticed,
    toldOf: ({ message }) => void toldReasons.add(message),
    watch: (database) => ({
      ...database,
      query: ((...call) => watched(database.query(...call))) as Query,
      transaction: (...call) => watched(database.transaction(...call)),
    }),
    quiet(log) {
      const at =
        (level: LogLevel) =>
        (message: string, fields: LogFields = {}) =>
          write({ level, message, fields, log })
      return { debug: log.debug, info: at('info'), warn: at('warn'), error: at('error') }
    },
    answered() {
      const was = state
      state = 'there'
      if (was === 'away') {
        const awaySeconds = Math.round((monotonicMs() - awaySince) / 1000)
        log.info(words[kind].ends, { awaySeconds })
      } else writeHeld()
    },
    silent(reason, now) {
      lastReason = reason
      reasons.add(reason)
      const isToldOf = state === 'away' && kind === now
      if (state !== 'away') awaySince = monotonicMs()
      state = 'away'
      kind = now
      held = []
      if (!isToldOf) log.error(words[kind].begins, { reason })
    },
    now: () =>
      state === 'away' ? { kind, reason: lastReason, forMs: monotonicMs() - awaySince } : null,
  }
}
