import { describe, expect, test } from 'bun:test'
import { createGate } from '../../../src/store/driver/lifecycle'
import { codeOf } from '../conformance/bench'

describe('a gate', () => {
  test('gives back what the work gave, and throws what it threw', async () => {
    const gate = createGate('The store')
    expect(await gate.enter(() => 1)).toBe(1)
    expect(await gate.enter(async () => 2)).toBe(2)
    const failing = gate.enter(() => {
      throw new RangeError('no')
    })
    await expect(failing).rejects.toBeInstanceOf(RangeError)
  })

  test('begins the work at once', () => {
    let begun = false
    createGate('The store').enter(() => {
      begun = true
    })
    expect(begun).toBe(true)
  })

  test('closes when all that had entered is done, well or badly', async () => {
    const gate = createGate('The store')
    const working = Promise.withResolvers<void>()
    const failing = Promise.withResolvers<void>()
    const entered = [gate.enter(() => working.promise), gate.enter(() => failing.promise)]
    let closed = false
    const closing = gate.close().then(() => {
      closed = true
    })
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    await turn()
    working.resolve()
    await turn()
    expect(closed).toBe(false)
    failing.reject(new Error('no'))
    await Promise.allSettled(entered)
    await closing
    expect(closed).toBe(true)
  })

  test('refuses what comes after it began to close', async () => {
    const gate = createGate('The store')
    const working = Promise.withResolvers<void>()
    gate.enter(() => working.promise)
    const closing = gate.close()
    expect(await codeOf(gate.enter(() => 1))).toBe('store_unavailable')
    working.resolve()
    await closing
  })
})
