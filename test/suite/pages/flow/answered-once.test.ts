import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../../src/clock'
import { factRule } from '../../../../src/events/fact-rule'
import { createMemoryEventLogData } from '../../../../src/store/memory/event-log-data'
import { createMemoryEventLog } from '../../../../src/store/memory/memory-event-log'
import { createAnswerOnce } from '../../../../src/suite/pages/flow/answered-once'
import { createManualClock } from '../../../manual-clock'

const asked = ['login', 'code', 'state']

/** Two processes on the same storage, and work that ends when it is told to. */
const createStage = () => {
  const clock = createManualClock(Date.UTC(2026, 10, 30, 9))
  const once = createMemoryEventLog(factRule, createMemoryEventLogData(), clock)
  const ending: ((answer: string) => void)[] = []
  const work = () => new Promise<string>((resolve) => ending.push(resolve))
  const [one, other] = [createAnswerOnce({ once, clock }), createAnswerOnce({ once, clock })]
  return { clock, once, one, other, work, ending }
}

describe('an answer', () => {
  test('is worked out once for all who ask at once', async () => {
    const { clock, one, work, ending } = createStage()
    const answers = [one(asked, work), one(asked, work), one(asked, work)]
    await clock.advance(0)
    ending[0]?.('a')

    expect(await Promise.all(answers)).toEqual(['a', 'a', 'a'])
    expect(ending).toHaveLength(1)
  })

  test('is given again for a minute, and by other processes', async () => {
    const { clock, one, other } = createStage()
    await one(asked, async () => 'a')
    await clock.advance(minuteMs - 1)

    expect(await one(asked, async () => 'b')).toBe('a')
    expect(await other(asked, async () => 'b')).toBe('a')
    await clock.advance(1)
    expect(await one(asked, async () => 'b')).toBe('b')
  })

  test('is of the same code and the same state alone', async () => {
    const { one } = createStage()
    await one(asked, async () => 'a')

    expect(await one(['login', 'code', 'other'], async () => 'b')).toBe('b')
    expect(await one(['login', 'cod', 'estate'], async () => 'c')).toBe('c')
    expect(await one(['login', 'code state', ''], async () => 'd')).toBe('d')
  })

  test('of another process is waited for', async () => {
    const { clock, one, other, work, ending } = createStage()
    const first = one(asked, work)
    await clock.advance(0)
    const second = other(asked, async () => 'b')
    await clock.advance(500)
    ending[0]?.('a')
    await first
    await clock.advance(100)

    expect(await second).toBe('a')
  })

  test('of another process that never comes is given up after ten seconds', async () => {
    const { clock, one, other, work } = createStage()
    void one(asked, work)
    await clock.advance(0)
    const second = other(asked, async () => 'b').catch((error: unknown) => error)
    await clock.advance(10_000)

    expect(await second).toMatchObject({ code: 'overloaded', retryAfterSeconds: 60 })
  })

  test('that fails is nobody’s, and the code is not asked for again', async () => {
    const { clock, one } = createStage()
    const failing = one(asked, () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    const again = one(asked, async () => 'b').catch((error: unknown) => error)
    await clock.advance(10_000)

    expect(await again).toMatchObject({ code: 'overloaded' })
  })

  test('leaves neither code nor state in the storage’s keys', async () => {
    const { once, clock } = createStage()
    const keys: string[] = []
    const answerOnce = createAnswerOnce({
      clock,
      once: {
        findOnce: once.findOnce,
        putOnce(kind, key, value, ttlMs) {
          keys.push(key)
          return once.putOnce(kind, key, value, ttlMs)
        },
      },
    })
    await answerOnce(asked, async () => 'a')

    expect(keys).toHaveLength(2)
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/)
  })
})
