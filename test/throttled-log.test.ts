import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../src/clock'
import { createLogger, type LogLevel } from '../src/log'
import { createThrottledLog } from '../src/throttled-log'
import { createManualClock } from './manual-clock'

const createStage = () => {
  const clock = createManualClock(Date.UTC(2026, 10, 22, 8))
  const lines: Record<string, unknown>[] = []
  const writeLine = (line: string) => lines.push(JSON.parse(line))
  const log = createLogger({ level: 'info', format: 'json', now: clock.now, write: writeLine })
  const throttledLog = createThrottledLog({ log, clock })
  const write = (times: number, sender: string | null = '192.0.2.1', kind = 'bad_signature') => {
    for (let i = 0; i < times; i++) {
      throttledLog.write({ level: 'warn', message: 'refused', fields: { i }, kind, sender })
    }
  }
  const counts = () => lines.filter(({ more }) => more !== undefined)
  return { clock, lines, throttledLog, write, counts }
}

describe('lines of one kind and sender', () => {
  test('are written up to five, and the others counted until their minute ends', async () => {
    const { clock, lines, write } = createStage()
    write(5999)
    await clock.advance(minuteMs - 1)
    expect(lines.map(({ message, i }) => [message, i])).toEqual(
      [0, 1, 2, 3, 4].map((i) => ['refused', i]),
    )
    await clock.advance(1)
    expect(lines.slice(5)).toEqual([
      {
        time: '2026-11-22T08:01:00.000Z',
        level: 'warn',
        message: 'and 5,994 more of this kind',
        line: 'refused',
        kind: 'bad_signature',
        address: '192.0.2.1',
        more: 5994,
      },
    ])
  })

  test('are each stood for by one that the log has', () => {
    const { throttledLog } = createStage()
    const standing = Array.from(
      { length: 7 },
      (_, i) =>
        throttledLog.write({
          level: 'info',
          message: 'refused',
          fields: { i },
          kind: 'x',
          sender: null,
        }).fields.i,
    )
    expect(standing).toEqual([0, 1, 2, 3, 4, 4, 4])
  })

  test('are written again in the next minute', async () => {
    const { clock, lines, write } = createStage()
    write(7)
    await clock.advance(minuteMs)
    write(2)
    await clock.advance(minuteMs)
    expect(lines.map(({ message }) => message)).toEqual([
      ...Array(5).fill('refused'),
      'and 2 more of this kind',
      'refused',
      'refused',
    ])
  })

  test('are kept apart from those of others and of other kinds', async () => {
    const { clock, lines, write, counts } = createStage()
    write(6)
    write(6, '192.0.2.2')
    write(6, '192.0.2.1', 'malformed_xml')
    write(6, null)
    expect(lines).toHaveLength(20)
    await clock.advance(minuteMs)
    expect(counts().map(({ address, kind, more }) => [address, kind, more])).toEqual([
      ['192.0.2.1', 'bad_signature', 1],
      ['192.0.2.2', 'bad_signature', 1],
      ['192.0.2.1', 'malformed_xml', 1],
      [undefined, 'bad_signature', 1],
    ])
  })

  test('cost nothing to wait for where there is nothing to write', async () => {
    const { clock, lines, write } = createStage()
    write(5)
    expect(clock.pending).toBe(0)
    await clock.advance(minuteMs)
    expect(lines).toHaveLength(5)
  })

  test('are told at once where the process leaves, and then no more', async () => {
    const { clock, throttledLog, write, counts } = createStage()
    write(9)
    throttledLog.end()
    throttledLog.end()
    expect(counts().map(({ more }) => more)).toEqual([4])
    await clock.advance(2 * minuteMs)
    expect(clock.pending).toBe(0)
    expect(counts()).toHaveLength(1)
  })
})

test('however many senders come, lines are few', async () => {
  const { clock, lines, write, counts } = createStage()
  for (let i = 0; i < 50_000; i++) write(1, `2001:db8:0:${i.toString(16)}::/64`)
  await clock.advance(minuteMs)
  expect(lines.length).toBeLessThan(1100)
  expect(counts().map(({ address, more }) => [address, more])).toEqual([['others', 49_795]])
})

test('a clock that was put back ends the minute', () => {
  let now = minuteMs * 10
  const lines: string[] = []
  const writeLine = (line: string) => lines.push(JSON.parse(line).message)
  const log = createLogger({ level: 'info', format: 'json', now: () => now, write: writeLine })
  const clock = { now: () => now, sleep: () => new Promise<void>(() => undefined) }
  const throttledLog = createThrottledLog({ log, clock })
  const write = (level: LogLevel) =>
    throttledLog.write({ level, message: 'refused', fields: {}, kind: 'x', sender: null })
  for (let i = 0; i < 6; i++) write('info')
  now = 0
  write('info')
  expect(lines.slice(5)).toEqual(['and 1 more of this kind', 'refused'])
})
