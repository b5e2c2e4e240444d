/** Many hostile requests, some at once, and what came of them. */
import { exchange, isWhole } from './exchange'
import type { HostileRequest } from './requests'
import { type Vitals, vitalsOf } from './vitals'

export interface StormFigures {
  readonly sent: number
  /** By the statuses of one exchange. */
  readonly statuses: Readonly<Record<string, number>>
  readonly codes: Readonly<Record<string, number>>
  /** Requests hidden in others that were answered. */
  readonly gotThrough: readonly string[]
  /** Failures of ours. */
  readonly broken: readonly string[]
  /** Taken evenly; empty where there is no /proc. */
  readonly vitals: readonly Vitals[]
}

const atOnce = 48
const looks = 20

const countIn = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1
}

export const storm = async (parts: {
  url: string
  pid: number
  count: number
  next(): HostileRequest
}): Promise<StormFigures> => {
  const { url, pid, count, next } = parts
  const statuses: Record<string, number> = {}
  const codes: Record<string, number> = {}
  const gotThrough: string[] = []
  const broken: string[] = []
  const vitals: Vitals[] = []
  let sent = 0

  const one = async () => {
    const { kind, bytes, manner } = next()
    const smuggles = kind.startsWith('smuggling')
    // What is hidden would be answered after the rest.
    const answer = await exchange(url, bytes, manner, smuggles ? () => false : isWhole)
    const [first, ...more] = answer.statuses
    const times = more.length > 2 ? ' and more' : more.map((status) => ` ${status}`).join('')
    countIn(statuses, first === undefined ? 'none' : `${first}${times}`)
    for (const [, code] of answer.text.matchAll(/"code":"(\w+)"/g)) countIn(codes, code!)
    if (smuggles && answer.statuses.includes(200)) gotThrough.push(kind)
    if (answer.statuses.includes(500) || answer.text.includes('internal_error')) {
      broken.push(`${kind}: ${answer.text.slice(0, 500)}`)
    }
  }

  const look = async () => {
    const now = await vitalsOf(pid)
    if (now) vitals.push(now)
  }

  const lane = async () => {
    while (sent < count) {
      sent += 1
      if (sent % Math.ceil(count / looks) === 0) await look()
      await one()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return { sent, statuses, codes, gotThrough, broken, vitals }
}

const sumOf = (one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>) => {
  const sum: Record<string, number> = { ...one }
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count
  return sum
}

/** The figures of two storms as those of one. */
export const together = (one: StormFigures, other: StormFigures): StormFigures => ({
  sent: one.sent + other.sent,
  statuses: sumOf(one.statuses, other.statuses),
  codes: sumOf(one.codes, other.codes),
  gotThrough: [...one.gotThrough, ...other.gotThrough],
  broken: [...one.broken, ...other.broken],
  vitals: [...one.vitals, ...other.vitals],
})
