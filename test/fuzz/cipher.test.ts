/** The cipher and the signature, handed anything: an outcome, never an exception, never by luck. */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { equalInConstantTime } from '../../src/constant-time'
import { decrypt, parseEncodingAesKey } from '../../src/wecom/callback/crypto'
import { openEnvelope, repairEchostr } from '../../src/wecom/callback/envelope'
import { hostileText } from './hostile-text'
import { patienceMs, runs } from './runs'

describe('the cipher', () => {
  const aesKey = parseEncodingAesKey('jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C')!
  const text = fc.oneof(hostileText, fc.base64String({ maxLength: 400 }))

  test(
    'tells what is wrong with anything that is none of WeCom’s',
    () => {
      fc.assert(
        fc.property(text, (ciphertext) => {
          const opened = decrypt(aesKey, ciphertext)
          if (!opened.ok) expect(opened.reason).toMatch(/^(not_base64|wrong_)/)
        }),
        runs(100),
      )
    },
    patienceMs,
  )

  test(
    'opens nothing whose signature somebody made up',
    () => {
      const pair = { token: 'QDG6eK', aesKey }
      const query = fc.record({ msgSignature: text, timestamp: hostileText, nonce: hostileText })
      fc.assert(
        fc.property(query, text, (made, ciphertext) => {
          const freshness = { now: 0, maxAgeSeconds: 0 }
          const opened = openEnvelope([pair], made, repairEchostr(ciphertext), freshness)
          expect(opened).toEqual({ ok: false, reason: { kind: 'bad_signature' } })
        }),
        runs(60),
      )
    },
    patienceMs,
  )

  test(
    'compares texts as they are, of any length and in any script',
    () => {
      fc.assert(
        fc.property(hostileText, hostileText, (one, other) => {
          expect(equalInConstantTime(one, one)).toBe(true)
          expect(equalInConstantTime(one, other)).toBe(one.toWellFormed() === other.toWellFormed())
        }),
        runs(60),
      )
    },
    patienceMs,
  )

  test(
    'takes for a key 43 letters and digits alone',
    () => {
      fc.assert(
        fc.property(hostileText, (other) => {
          expect(parseEncodingAesKey(other) === null).toBe(!/^[A-Za-z0-9]{43}$/.test(other))
        }),
        runs(30),
      )
    },
    patienceMs,
  )
})
