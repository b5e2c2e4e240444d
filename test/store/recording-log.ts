import type { LogFields, Logger, LogLevel } from '../../src/log'

export interface LogEntry {
  readonly level: LogLevel
  readonly message: string
  readonly fields: LogFields
}

/** A logger that keeps what it is told. */
export const createRecordingLog = (): Logger & { readonly entries: LogEntry[] } => {
  const entries: LogEntry[] = []
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      entries.push({ level, message, fields })
    }
  return {
    entries,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  }
}
