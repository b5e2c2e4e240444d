import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { callbackSignature } from '../../../src/wecom/callback/crypto'
import { otherSigningTime } from '../../../src/wecom/callback/swapped-timestamp'

const nowSeconds = 1_795_334_400
const day = 86_400
const freshness = { now: nowSeconds * 1000, maxAgeSeconds: day }
const query = (nonce: string, timestamp = String(nowSeconds)) => ({
  msgSignature: '',
  timestamp,
  nonce,
})
const judge = (nonce: string, saidAtSeconds: number | null, timestamp?: string) =>
  otherSigningTime(query(nonce, timestamp), saidAtSeconds, freshness)

/** What became of a push that was signed so long ago, if its nonce was a moment of now. */
const exchanged = (signedAge: number, saidAge: number | null) =>
  judge(String(nowSeconds - signedAge), saidAge === null ? null : nowSeconds - saidAge)

describe('timestamp and nonce may have changed places', () => {
  test.each([
    [4.6 * day, 4.6 * day],
    [day + 1, day + 1],
    [29 * day, 29 * day],
    [2 * day, 200 * day],
    [300 * day, 300 * day],
    [3000 * day, 3000.5 * day],
    [day + 1, null],
    [40 * day, null],
    [365 * day, null],
  ])('where the nonce is a moment %d s ago and the message one of %d s ago', (signed, said) => {
    expect(exchanged(signed, said)).toBe(nowSeconds - signed)
  })

  test('where the message names no time and the nonce is a moment of the last year', () => {
    expect(exchanged(366 * day, null)).toBeNull()
  })
})

describe('digits may have moved between timestamp and nonce', () => {
  const signedAt = nowSeconds - 5 * day

  test.each([
    ['one behind the other', '1795996166', '179556416', 1_795_564_161],
    ['seven', '1795996179', '5564161', 1_795_564_161],
    ['one before the other', '1795334400', '170000000', 1_700_000_001],
  ])('where they were signed %s', (_, timestamp, nonce, signed) => {
    const now = Number(timestamp)
    const other = otherSigningTime(query(nonce, timestamp), signed, {
      now: now * 1000,
      maxAgeSeconds: day,
    })
    expect(other).toBe(signed)
  })

  const digits = fc.stringMatching(/^\d{1,20}$/)
  const signed = fc.record({
    timestamp: fc.integer({ min: nowSeconds - 365 * day, max: nowSeconds - day - 1 }).map(String),
    // Some of them so that a moment of now can be made of both.
    nonce: fc.oneof(
      digits,
      fc.nat({ max: 10 }).map((length) => String(nowSeconds).slice(0, length) || '1'),
      fc.nat({ max: 9 }).map((from) => String(nowSeconds).slice(from)),
    ),
  })

  /** All pairs that the signature of one pair fits as well. */
  const pairsThatFit = (timestamp: string, nonce: string): [string, string][] => {
    const token = 'tokTOKtok123'
    const signature = callbackSignature(token, timestamp, nonce, 'ciphertext')
    const joined = [timestamp, nonce].sort().join('')
    return Array.from({ length: joined.length - 1 }, (_, at): [string, string][] => {
      const [front, rest] = [joined.slice(0, at + 1), joined.slice(at + 1)]
      return [
        [front, rest],
        [rest, front],
      ]
    })
      .flat()
      .filter((pair) => callbackSignature(token, ...pair, 'ciphertext') === signature)
  }

  test('and no old push passes for a fresh one, whatever was moved', () => {
    let passed = 0
    fc.assert(
      fc.property(signed, fc.boolean(), ({ timestamp, nonce }, named) => {
        for (const [shownTime, shownNonce] of pairsThatFit(timestamp, nonce)) {
          const isFresh =
            /^\d{10}$/.test(shownTime) && Math.abs(nowSeconds - Number(shownTime)) <= day
          if (!isFresh) continue
          passed += 1
          const said = named ? Number(timestamp) : null
          expect(judge(shownNonce, said, shownTime)).toBe(Number(timestamp))
        }
      }),
      { numRuns: 5_000 },
    )
    expect(passed).toBeGreaterThan(10)
  })

  test('unless the message names a time that is fresh', () => {
    expect(judge(String(signedAt), nowSeconds)).toBeNull()
  })
})

describe('timestamp and nonce stand where they belong', () => {
  test('where the message names a time that is fresh, whatever the nonce is', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 }), fc.integer({ min: -day, max: day }), (nonce, age) => {
        expect(judge(String(nonce), nowSeconds - age)).toBeNull()
      }),
    )
  })

  test('where both are fresh', () => {
    expect(exchanged(day, 200 * day)).toBeNull()
    expect(exchanged(-3600, null)).toBeNull()
  })

  test.each(['263014780', 'VHh7ymSeb0jc4lSb', '1', '', '01795334400', '179533440x', '2147483647'])(
    'where no other ten digits are a moment of the past: %j',
    (nonce) => {
      expect(judge(nonce, 1_403_610_513)).toBeNull()
    },
  )

  test('where an old message is pushed late, and the nonce is far from its time', () => {
    expect(judge('1597212914', 1_348_831_860)).toBeNull()
  })

  test('where callbacks of any age are taken', () => {
    const off = { ...freshness, maxAgeSeconds: 0 }
    expect(otherSigningTime(query(String(nowSeconds - 5 * day)), null, off)).toBeNull()
  })

  test('for all but one in fifty nonces, where a message names no time', () => {
    let wrong = 0
    const tries = 200_000
    for (let n = 0; n < tries; n++) {
      const nonce = String(Math.floor((n / tries) * 2 ** 31))
      if (judge(nonce, null, String(nowSeconds + (n % 10))) !== null) wrong += 1
    }
    expect(wrong / tries).toBeGreaterThan(0.014)
    expect(wrong / tries).toBeLessThan(0.02)
  })
})
