/** Numbers, times and lists as parts of a sentence. Pure. */
import { dayMs, hourMs, minuteMs, secondMs } from './clock'

/** `1 event`, `2 events`; where the plural isn't the word with an s, `2 companies`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

/** The verb that fits a count: `counted(n, 'event')` and `verb(n, 'is', 'are')`. */
export const verb = (count: number, one: string, many: string): string => (count === 1 ? one : many)

const units = [
  { ms: dayMs, name: 'day', sign: 'd' },
  { ms: hourMs, name: 'hour', sign: 'h' },
  { ms: minuteMs, name: 'minute', sign: 'min' },
] as const
const second = { ms: secondMs, name: 'second', sign: 's' } as const

/**
 * How long something is, in the largest unit of which there are two or more: `40 days`,
 * `90 minutes`, `90 seconds`. The sign doesn't count.
 */
export const inWords = (ms: number): string => {
  const length = Math.abs(ms)
  const unit = units.find((one) => length >= 2 * one.ms) ?? second
  return counted(Math.floor(length / unit.ms), unit.name)
}

/** How long something is, for a table, in its largest whole unit: `3 d`, `2 h`, `5 min`, `40 s`. */
export const inShort = (ms: number): string => {
  const unit = units.find((one) => ms >= one.ms) ?? second
  return `${Math.max(0, Math.floor(ms / unit.ms))} ${unit.sign}`
}

/** A moment to the minute, with its zone: `2026-11-22 10:02 UTC`. */
export const moment = (epochMs: number): string =>
  `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
