import { describe, expect, test } from 'bun:test'
import { hourMs, secondMs } from '../../../src/clock'
import { previousUntil, rotated } from '../../../src/delivery/endpoints/rotation'
import { secretOf } from '../../../src/delivery/send/signing-secret'

const now = 1_795_334_400_000
const firstSecret = secretOf(new Uint8Array(32))

type Signing = Parameters<typeof rotated>[0]

const first: Signing = { format: 'standard', secrets: [{ secret: firstSecret, until: null }] }

/** A rotation whose secret is made of that byte. */
const rotate = (signing: Signing, byte: number, at = now, graceSeconds = 60): Signing =>
  rotated(signing, {
    graceSeconds,
    now: at,
    freshBytes: (count) => new Uint8Array(count).fill(byte),
  })

/** The first byte of each secret, and when it ends. */
const standing = (signing: Signing): [number | undefined, number | null][] =>
  signing.format === 'standard'
    ? signing.secrets.map(({ secret, until }) => [
        Buffer.from(secret.replace('whsec_', ''), 'base64')[0],
        until,
      ])
    : []

describe('a rotated secret', () => {
  test('stands first, and the one before signs until the grace is over', () => {
    const signing = rotate(first, 1)
    expect(standing(signing)).toEqual([
      [1, null],
      [0, now + 60 * secondMs],
    ])
    expect(previousUntil(signing, now)).toBe(now + 60 * secondMs)
  })

  test('leaves older ones their time, so that a lost answer is only asked for again', () => {
    expect(standing(rotate(rotate(first, 1), 2, now + secondMs))).toEqual([
      [2, null],
      [1, now + 61 * secondMs],
      [0, now + 60 * secondMs],
    ])
  })

  test('drops those that have ended', () => {
    expect(standing(rotate(rotate(first, 1), 2, now + hourMs)).map(([byte]) => byte)).toEqual([
      2, 1,
    ])
  })

  test('without grace ends all before it', () => {
    const signing = rotate(rotate(first, 1), 2, now, 0)
    expect(standing(signing)).toEqual([[2, null]])
    expect(previousUntil(signing, now)).toBe(now)
  })

  test('is refused where four sign already, with what to do', () => {
    const full = [1, 2, 3, 4].reduce<Signing>((signing, byte) => rotate(signing, byte), first)
    expect(() => rotate(full, 5)).toThrow('graceSeconds 0')
    expect(() => rotate(full, 5)).toThrow(new Date(now + 60 * secondMs).toISOString())
  })
})

test('a pair of WeCom’s format ends with its rotation, for a message is sealed with one', () => {
  const pair = { token: 'token', encodingAesKey: 'a'.repeat(43), until: null }
  const signing = rotate({ format: 'wecom', pairs: [pair] }, 1)
  expect(signing.format === 'wecom' && signing.pairs.map(({ token }) => token)).not.toContain(
    'token',
  )
  expect(previousUntil(signing, now)).toBe(now)
})
