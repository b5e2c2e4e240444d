import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { callbackSignature, parseEncodingAesKey } from '../../../src/wecom/callback/crypto'
import {
  type CallbackPair,
  isSigned,
  openEnvelope,
  repairEchostr,
  type Sealing,
  type SignedQuery,
  sealEnvelope,
} from '../../../src/wecom/callback/envelope'
import { callbackVectors } from './vectors'

const pairOf = (token: string, encodingAesKey: string): CallbackPair => {
  const aesKey = parseEncodingAesKey(encodingAesKey)
  if (!aesKey) throw new Error('the fixture needs a good EncodingAESKey')
  return { token, aesKey }
}

const pair = pairOf('QDG6eK', 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C')
const otherPair = pairOf('hJqcu3uJ9Tn2gXPm', '6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt')

const sealing: Sealing = {
  pair,
  receiveId: 'wwsuite0123456789',
  timestamp: '1700000000',
  nonce: '0123456789',
  random16: Buffer.from('0123456789abcdef'),
}
const fresh = { now: 1_700_000_000_000, maxAgeSeconds: 300 }

const { ciphertext, query } = sealEnvelope('hello', sealing)
const opened = { message: 'hello', receiveId: 'wwsuite0123456789', pair: 0 }

/** A right signature over whatever it is given. */
const signed = (text: string, timestamp = sealing.timestamp, { token } = pair): SignedQuery => ({
  msgSignature: callbackSignature(token, timestamp, sealing.nonce, text),
  timestamp,
  nonce: sealing.nonce,
})

describe('a sealed message', () => {
  test('opens again', () => {
    expect(openEnvelope([pair], query, ciphertext, fresh)).toEqual({ ok: true, value: opened })
  })

  test('opens again whatever it says, and for whomever', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 200 })
    const any16 = fc.uint8Array({ minLength: 16, maxLength: 16 })
    fc.assert(
      fc.property(anyText, anyText, fc.string(), any16, (message, receiveId, nonce, random16) => {
        const own = sealEnvelope(message, { ...sealing, receiveId, nonce, random16 })
        expect(openEnvelope([pair], own.query, own.ciphertext, fresh)).toEqual({
          ok: true,
          value: { message, receiveId, pair: 0 },
        })
      }),
    )
  })

  test.each(callbackVectors.map((vector) => [vector.id, vector] as const))(
    'opens as published: %s',
    (_, vector) => {
      const { token, encodingAesKey, timestamp, nonce, msgSignature, message, receiveId } = vector
      const published = { msgSignature, timestamp, nonce }
      const freshness = { now: Number(timestamp) * 1000, maxAgeSeconds: 1 }
      expect(
        openEnvelope([pairOf(token, encodingAesKey)], published, vector.ciphertext, freshness),
      ).toEqual({ ok: true, value: { message, receiveId, pair: 0 } })
    },
  )
})

describe('a signature that does not fit', () => {
  const badSignature = { ok: false, reason: { kind: 'bad_signature' } } as const

  test.each([
    ['of another nonce', { nonce: '123456789' }],
    ['of another second', { timestamp: '1700000001' }],
    ['in capitals', { msgSignature: query.msgSignature.toUpperCase() }],
    ['cut short', { msgSignature: query.msgSignature.slice(0, 39) }],
    ['that is empty', { msgSignature: '' }],
    ['that is no ASCII', { msgSignature: '签'.repeat(40) }],
  ])('is refused: one %s', (_, deviation) => {
    expect(openEnvelope([pair], { ...query, ...deviation }, ciphertext, fresh)).toEqual(
      badSignature,
    )
  })

  test('is refused: one of another Token', () => {
    expect(openEnvelope([otherPair], query, ciphertext, fresh)).toEqual(badSignature)
  })

  test('is refused where no pair is configured', () => {
    expect(openEnvelope([], query, ciphertext, fresh)).toEqual(badSignature)
  })

  test('is refused before the timestamp is looked at', () => {
    const stale = { ...query, timestamp: '1' }
    expect(openEnvelope([pair], stale, ciphertext, fresh)).toEqual(badSignature)
  })

  test('is refused before anything is decoded', () => {
    expect(openEnvelope([pair], query, '*', fresh)).toEqual(badSignature)
  })
})

describe('a message that is signed and does not open', () => {
  test.each([
    ['not_base64', '*'],
    ['wrong_block_length', 'YWJj'],
    ['wrong_padding', 'A'.repeat(64)],
  ] as const)('tells the step that failed: %s', (step, text) => {
    expect(openEnvelope([pair], signed(text), text, fresh)).toEqual({
      ok: false,
      reason: { kind: 'undecryptable', step },
    })
  })

  test('counts as stale first', () => {
    const result = openEnvelope([pair], signed('*', '1600000000'), '*', fresh)
    expect(result).toMatchObject({ ok: false, reason: { kind: 'stale_timestamp' } })
  })
})

describe('several pairs', () => {
  const rotated = sealEnvelope('hello', { ...sealing, pair: otherPair })

  test('are all good, and the one that fitted is told', () => {
    for (const [pairs, at] of [
      [[pair, otherPair], 1],
      [[otherPair, pair], 0],
    ] as const) {
      expect(openEnvelope(pairs, rotated.query, rotated.ciphertext, fresh)).toEqual({
        ok: true,
        value: { ...opened, pair: at },
      })
    }
  })

  test('may share a Token: the key decides', () => {
    const keyRotated = [{ ...otherPair, token: pair.token }, pair]
    expect(openEnvelope(keyRotated, query, ciphertext, fresh)).toEqual({
      ok: true,
      value: { ...opened, pair: 1 },
    })
  })

  test('do not lend each other their keys', () => {
    const crossed = [
      { ...otherPair, token: pair.token },
      { ...pair, token: otherPair.token },
    ]
    expect(openEnvelope(crossed, query, ciphertext, fresh)).toMatchObject({
      ok: false,
      reason: { kind: 'undecryptable' },
    })
  })
})

describe('a signed timestamp', () => {
  const judge = (timestamp: string, maxAgeSeconds = fresh.maxAgeSeconds) => {
    const own = sealEnvelope('hello', { ...sealing, timestamp })
    return openEnvelope([pair], own.query, own.ciphertext, { ...fresh, maxAgeSeconds })
  }
  const stale = (ageSeconds: number | null) => ({
    ok: false as const,
    reason: { kind: 'stale_timestamp' as const, ageSeconds },
  })

  test.each(['1699999700', '1700000300', '1700000000'])(
    'is taken up to the limit, before and after: %s',
    (timestamp) => {
      expect(judge(timestamp).ok).toBe(true)
    },
  )

  test.each([
    ['1699999699', 301],
    ['1700000301', -301],
    ['1000000000', 700_000_000],
  ])('is refused a second beyond it: %s', (timestamp, ageSeconds) => {
    expect(judge(timestamp)).toEqual(stale(ageSeconds))
  })

  test('may be held to a single second', () => {
    expect(judge('1699999999', 1).ok).toBe(true)
    expect(judge('1699999998', 1)).toEqual(stale(2))
  })

  test.each([
    '',
    'now',
    '-1700000000',
    '+1700000000',
    '1.7e9',
    '1700000000000',
    ' 1700000000',
    '0',
    '170000000',
    '01700000000',
  ])('is refused if it is no number of seconds: %j', (timestamp) => {
    expect(judge(timestamp)).toEqual(stale(null))
  })

  test.each(['0', '9999999999', 'now', ''])('may be anything where the limit is 0: %j', (own) => {
    expect(judge(own, 0).ok).toBe(true)
  })
})

describe('whether a ciphertext is signed', () => {
  test('is told by any of the pairs, however long ago it was', () => {
    expect(isSigned([otherPair, pair], query, ciphertext)).toBe(true)
    expect(isSigned([pair], signed(ciphertext, '1'), ciphertext)).toBe(true)
    expect(isSigned([pair], signed('*'), '*')).toBe(true)
  })

  test('is denied without the pair, and where anything was changed', () => {
    expect(isSigned([otherPair], query, ciphertext)).toBe(false)
    expect(isSigned([], query, ciphertext)).toBe(false)
    expect(isSigned([pair], query, `${ciphertext}A`)).toBe(false)
    expect(isSigned([pair], { ...query, nonce: `${query.nonce}1` }, ciphertext)).toBe(false)
  })
})

describe('the echostr of a URL check', () => {
  test('gets back each + that a proxy turned into a blank', () => {
    for (const { ciphertext: whole } of callbackVectors) {
      expect(repairEchostr(whole.replaceAll('+', ' '))).toBe(whole)
    }
  })

  test('is left alone if it is whole', () => {
    for (const { ciphertext: whole } of callbackVectors) expect(repairEchostr(whole)).toBe(whole)
  })
})
