import { describe, expect, test } from 'bun:test'
import { createLifecycle } from '../../../src/store/driver/lifecycle'
import { codeOf } from '../conformance/bench'

describe('the lifecycle of a driver', () => {
  test('gives what the work gave, and throws what it threw', async () => {
    const lifecycle = createLifecycle('The store')
    expect(await lifecycle.run(() => 1)).toBe(1)
    expect(await lifecycle.run(async () => 2)).toBe(2)
    const failing = lifecycle.run(() => {
      throw new RangeError('no')
    })
    await expect(failing).rejects.toBeInstanceOf(RangeError)
  })

  test('begins the work at once', () => {
    let begun = false
    createLifecycle('The store').run(() => {
      begun = true
    })
    expect(begun).toBe(true)
  })

  test('closes when all work that was begun has ended, well or badly', async () => {
    const lifecycle = createLifecycle('The store')
    const working = Promise.withResolvers<void>()
    const failing = Promise.withResolvers<void>()
    const begun = [lifecycle.run(() => working.promise), lifecycle.run(() => failing.promise)]
    let closed = false
    const closing = lifecycle.close().then(() => {
      closed = true
    })
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    await turn()
    working.resolve()
    await turn()
    expect(closed).toBe(false)
    failing.reject(new Error('no'))
    await Promise.allSettled(begun)
    await closing
    expect(closed).toBe(true)
  })

  test('refuses what comes after it began to close', async () => {
    const lifecycle = createLifecycle('The store')
    const working = Promise.withResolvers<void>()
    lifecycle.run(() => working.promise)
    const closing = lifecycle.close()
    expect(await codeOf(lifecycle.run(() => 1))).toBe('store_unavailable')
    working.resolve()
    await closing
  })
})
