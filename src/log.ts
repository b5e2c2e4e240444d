/** What happened, as one sentence and its data. No secret is ever handed in. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}
export type LogFields = Readonly<Record<string, unknown>>

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]
export type LogFormat = 'json' | 'pretty'

export interface LogOptions {
  readonly level: LogLevel
  readonly format: LogFormat
  readonly now: () => number
  /** Takes one finished line without its newline. */
  readonly write: (line: string) => void
}

const colours: Record<LogLevel, number> = { debug: 90, info: 36, warn: 33, error: 31 }

const jsonLine = (at: number, level: LogLevel, message: string, fields: LogFields) =>
  JSON.stringify({ time: new Date(at).toISOString(), level, message, ...fields })

const show = (value: unknown) =>
  typeof value === 'string' && /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value)

const prettyLine = (at: number, level: LogLevel, message: string, fields: LogFields) => {
  const time = new Date(at).toISOString().slice(11, 19)
  const data = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `\u001b[90m${name}=\u001b[0m${show(value)}`)
  return [
    `\u001b[90m${time}\u001b[0m`,
    `\u001b[${colours[level]}m${level.padEnd(5)}\u001b[0m`,
    message,
    ...data,
  ].join(' ')
}

export const createLogger = ({ level, format, now, write }: LogOptions): Logger => {
  const threshold = logLevels.indexOf(level)
  const line = format === 'json' ? jsonLine : prettyLine
  const at =
    (own: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (logLevels.indexOf(own) >= threshold) write(line(now(), own, message, fields))
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
