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
  /** Whether a pretty line is coloured: for terminals whose user wants that. */
  readonly coloured?: boolean
}

/** Controls, marks of direction and width, line separators, tags, halves of surrogate pairs. */
const unprintable =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u{e0000}-\u{e007f}]/gu

/** ASCII, quotation marks, Chinese: nearly every line, and cheaply seen. */
const usual = /^[ -~\u2010-\u2027\u3000-\ud7ff\uff01-\uff60]*$/

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('')

/**
 * A text from outside as it may be shown: whatever would move a cursor, turn the direction of what
 * follows or not be seen at all is written as `\uXXXX`.
 */
export const printable = (text: string): string =>
  usual.test(text) ? text : text.replace(unprintable, escaped)

const ownKeys = /(s[kh]_suited_[A-Za-z0-9_-]{16})[A-Za-z0-9_-]+/g

/**
 * A text without the secrets of API keys and handles of suited's: somebody may have put one where
 * an id or a path stands.
 */
export const withoutKeys = (text: string): string =>
  text.includes('_suited_') ? text.replace(ownKeys, '$1…') : text

const longestText = 2000
/** What a fault of our own is found by is told in full. */
const unbounded = 'stack'

const cut = (text: string): string => {
  if (text.length <= longestText) return text
  // Between two characters, not within one.
  const kept = text.slice(0, longestText).replace(/[\ud800-\udbff]$/, '')
  return `${kept}… (${text.length - kept.length} more)`
}

const bounded = (name: string, value: unknown): unknown =>
  typeof value === 'string' && name !== unbounded ? cut(value) : value

/** Nothing in a short line is long. */
const jsonOf = (entry: Readonly<Record<string, unknown>>): string => {
  const whole = JSON.stringify(entry)
  return whole.length <= longestText ? whole : JSON.stringify(entry, bounded)
}

const jsonLine = (at: number, level: LogLevel, message: string, fields: LogFields) =>
  printable(jsonOf({ time: new Date(at).toISOString(), level, message, ...fields }))

const show = (name: string, value: unknown): string => {
  const own = bounded(name, value)
  if (typeof own !== 'string') return printable(JSON.stringify(own, bounded) ?? String(own))
  return /^[\w.:/@+-]+$/.test(own) ? own : printable(JSON.stringify(own))
}

const colours: Record<LogLevel, number> = { debug: 90, info: 36, warn: 33, error: 31 }
const faint = 90

type Paint = (colour: number, text: string) => string

const inColour: Paint = (colour, text) => `\u001b[${colour}m${text}\u001b[0m`
const plain: Paint = (_, text) => text

const prettyLine =
  (paint: Paint) => (at: number, level: LogLevel, message: string, fields: LogFields) => {
    const data = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${paint(faint, `${printable(name)}=`)}${show(name, value)}`)
    return [
      // The zone too: whoever compares it with another log must not guess.
      paint(faint, `${new Date(at).toISOString().slice(11, 19)}Z`),
      paint(colours[level], level.padEnd(5)),
      printable(cut(message)),
      ...data,
    ].join(' ')
  }

export const createLogger = (options: LogOptions): Logger => {
  const { level, format, now, write, coloured = false } = options
  const threshold = logLevels.indexOf(level)
  const line = format === 'json' ? jsonLine : prettyLine(coloured ? inColour : plain)
  const at =
    (own: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (logLevels.indexOf(own) >= threshold) {
        write(withoutKeys(line(now(), own, message, fields)))
      }
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
