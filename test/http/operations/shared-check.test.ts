import { describe, expect, test } from 'bun:test'
import { createSharedCheck } from '../../../src/http/operations/shared-check'
import { createManualClock } from '../../manual-clock'

const keptForMs = 1000

/** A check that ends when the test says so. */
const setUp = () => {
  const clock = createManualClock(0)
  const begun: PromiseWithResolvers<void>[] = []
  const ask = createSharedCheck({
    check() {
      const one = Promise.withResolvers<void>()
      begun.push(one)
      return one.promise
    },
    keptForMs,
    clock,
  })
  return { clock, begun, ask }
}

describe('a check that is shared', () => {
  test('runs once for all who ask while it is under way', async () => {
    const { begun, ask } = setUp()
    const asked = Array.from({ length: 1000 }, ask)
    expect(begun).toHaveLength(1)
    begun[0]!.resolve()
    expect(await Promise.all(asked)).toHaveLength(1000)
  })

  test('is good for as long as it was said, from its end on, and not longer', async () => {
    const { clock, begun, ask } = setUp()
    const first = ask()
    await clock.advance(500)
    begun[0]!.resolve()
    await first
    await clock.advance(keptForMs - 1)
    await ask()
    expect(begun).toHaveLength(1)
    await clock.advance(1)
    const second = ask()
    expect(begun).toHaveLength(2)
    begun[1]!.resolve()
    await second
  })

  test('tells its failure to all who waited, and to nobody who comes later', async () => {
    const { begun, ask } = setUp()
    const asked = Promise.allSettled([ask(), ask()])
    begun[0]!.reject(new Error('no room'))
    expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const later = ask()
    expect(begun).toHaveLength(2)
    begun[1]!.resolve()
    expect(await later).toBeUndefined()
  })

  test('is made again after the clock was set back', async () => {
    let now = 10_000
    let checks = 0
    const ask = createSharedCheck({
      check: async () => {
        checks += 1
      },
      keptForMs,
      clock: { now: () => now },
    })
    await ask()
    now = 0
    await ask()
    expect(checks).toBe(2)
  })
})
