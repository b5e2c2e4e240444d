import { describe, expect, test } from 'bun:test'
import { maySwap } from '../../../src/wecom/callback/swapped-timestamp'

const nowSeconds = 1_795_334_400
const day = 86_400
const freshness = { now: nowSeconds * 1000, maxAgeSeconds: day }
const query = (nonce: string) => ({ msgSignature: '', timestamp: String(nowSeconds), nonce })
const swapped = (nonceAge: number, saidAge: number | null) =>
  maySwap(
    query(String(nowSeconds - nonceAge)),
    saidAge === null ? null : nowSeconds - saidAge,
    freshness,
  )

describe('timestamp and nonce may have changed places', () => {
  test.each([
    [4.6 * day, 4.6 * day],
    [day + 1, day + 1],
    [29 * day, 29 * day],
    [2 * day, 200 * day],
    [300 * day, 300 * day],
    [3000 * day, 3000.5 * day],
  ])('where the nonce is a moment %i s ago and the message one of %i s ago', (nonce, said) => {
    expect(swapped(nonce, said)).toBe(true)
  })

  test('where the message names no time and the nonce is a moment of the last 30 days', () => {
    expect(swapped(day + 1, null)).toBe(true)
    expect(swapped(30 * day, null)).toBe(true)
    expect(swapped(30 * day + 1, null)).toBe(false)
  })
})

describe('timestamp and nonce stand where they belong', () => {
  test('where the message names a time that is fresh, whatever the nonce is', () => {
    for (const nonceAge of [-10_000, 0, day + 1, 4.6 * day, 300 * day, 5000 * day]) {
      expect(swapped(nonceAge, 60)).toBe(false)
      expect(swapped(nonceAge, -day)).toBe(false)
    }
  })

  test('where both are fresh', () => {
    expect(swapped(day, 200 * day)).toBe(false)
    expect(swapped(-3600, null)).toBe(false)
  })

  test.each(['263014780', 'VHh7ymSeb0jc4lSb', '1', '', '01795334400', '179533440x', '2147483647'])(
    'where the nonce is no moment of the past: %j',
    (nonce) => {
      expect(maySwap(query(nonce), 1_403_610_513, freshness)).toBe(false)
    },
  )

  test('where an old message is pushed late, and the nonce is far from its time', () => {
    expect(maySwap(query('1597212914'), 1_348_831_860, freshness)).toBe(false)
  })

  test('where callbacks of any age are taken', () => {
    const off = { ...freshness, maxAgeSeconds: 0 }
    expect(maySwap(query(String(nowSeconds - 5 * day)), null, off)).toBe(false)
  })

  test('for all but one in a thousand nonces, where a message is late or names no time', () => {
    let wrong = 0
    const tries = 100_000
    for (let n = 0; n < tries; n++) {
      const nonce = String(Math.floor((n / tries) * 2 ** 31))
      if (maySwap(query(nonce), null, freshness)) wrong += 1
    }
    expect(wrong / tries).toBeLessThan(0.0015)
  })
})
