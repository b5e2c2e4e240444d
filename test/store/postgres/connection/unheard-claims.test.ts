import { beforeEach, describe, expect, test } from 'bun:test'
import {
  createUnheardClaims,
  type UnheardClaims,
} from '../../../../src/store/postgres/connection/unheard-claims'

describe('what a replica holds without knowing', () => {
  const given: (readonly string[])[] = []
  let claims: UnheardClaims
  beforeEach(() => {
    given.length = 0
    claims = createUnheardClaims(async (known) => void given.push(known))
  })
  const take = (...keys: string[]) => claims.take(async () => keys, String)
  const failing = () => Promise.reject(new Error('lost'))
  const fails = (work: Promise<unknown>) => expect(work).rejects.toThrow('lost')

  test('is given back by nobody to whom every call was answered', async () => {
    await take('a')
    await take('b')
    expect(given).toEqual([])
  })

  test('is given back before the first claim after one that failed, once', async () => {
    await take('a', 'b')
    claims.forget('a')
    await fails(claims.take(failing, String))
    await take('c')
    await take()
    expect(given).toEqual([['b']])
  })

  test('is given back, too, when any other call failed', async () => {
    await take('a')
    await fails(claims.watch(failing))
    await take()
    expect(given).toEqual([['a']])
  })

  test('is given back by whoever asks next what is due, too', async () => {
    await fails(claims.take(failing, String))
    await claims.watch(async () => null)
    expect(given).toEqual([[]])
  })

  test('is given back once for all who ask at the same time, before any of them claims', async () => {
    await fails(claims.take(failing, String))
    await Promise.all([take('a'), claims.watch(async () => null), take('b')])
    expect(given).toEqual([[]])
  })

  test('waits while a claim is under way, which may have taken it', async () => {
    const slow = Promise.withResolvers<readonly string[]>()
    const pending = claims.take(() => slow.promise, String)
    await fails(claims.take(failing, String))
    await take('c')
    expect(given).toEqual([])
    slow.resolve(['a'])
    await pending
    await take()
    expect(given).toEqual([['c', 'a']])
  })

  test('is given back again when a claim under way fails while it is', async () => {
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<string[]>()]
    let tries = 0
    const slow = createUnheardClaims(async () => {
      tries += 1
      if (tries === 1) await first.promise
    })
    const ending = slow.watch(() => second.promise)
    await Bun.sleep(1)
    await fails(slow.watch(failing))
    const claim = slow.take(async () => [], String)
    second.reject(new Error('lost'))
    await fails(ending)
    first.resolve()
    await claim
    await slow.take(async () => [], String)
    expect(tries).toBe(2)
  })

  test('is given back at the next claim if that failed', async () => {
    let tries = 0
    const unlucky = createUnheardClaims(async () => {
      tries += 1
      if (tries === 1) throw new Error('lost')
    })
    await fails(unlucky.watch(failing))
    await fails(unlucky.take(async () => ['a'], String))
    await unlucky.take(async () => ['a'], String)
    await unlucky.take(async () => ['b'], String)
    expect(tries).toBe(2)
  })
})
