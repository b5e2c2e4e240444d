import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import type { TokenRecord } from '../../../src/store/token-record'
import {
  applyClockSkew,
  type CachedToken,
  cacheRecord,
  droppable,
  goodRecord,
  invalidate,
  isDead,
  noteReissued,
  renewalDue,
  supersedes,
  uncachedToken,
  wasReissued,
} from '../../../src/suite/tokens/cached-token'

const lifeMs = 2 * hourMs
const record: TokenRecord = { value: 'token-1', fetchedAt: 0, expiresAt: lifeMs, generation: 1 }

const tokenOf = (
  change: Partial<CachedToken> = {},
  corpid: string | null = 'wpCompany',
): CachedToken => {
  const suiteId = 'wwsuite'
  const cached = uncachedToken(
    corpid === null
      ? { suiteId, corpid, kind: 'suite_access_token' }
      : { suiteId, corpid, kind: 'access_token' },
    0,
  )
  cacheRecord(cached, record, () => 0.5)
  return { ...cached, ...change }
}

describe('a token in cached', () => {
  test('is good until the millisecond in which it ends', () => {
    expect(goodRecord(tokenOf(), lifeMs - 1)).toEqual(record)
    expect(goodRecord(tokenOf(), lifeMs)).toBeNull()
  })

  test('is not good if it was fetched later than now, but for a minute’s slack', () => {
    const late = { ...record, fetchedAt: minuteMs + 1 }
    expect(goodRecord(tokenOf({ record: late }), 0)).toBeNull()
    expect(goodRecord(tokenOf({ record: { ...late, fetchedAt: minuteMs } }), 0)).not.toBeNull()
  })

  test('ends and is renewed no later for a clock that was put back', () => {
    const cached = tokenOf()
    const { renewAt } = cached
    applyClockSkew(cached, hourMs)
    expect(cached.renewAt).toBe(renewAt - hourMs)
    expect(goodRecord(cached, lifeMs - hourMs - 1)).toMatchObject({ value: 'token-1' })
    expect(goodRecord(cached, lifeMs - hourMs)).toBeNull()
  })

  test('that was never fetched is none', () => {
    const cached = uncachedToken(
      { suiteId: 'wwsuite', corpid: null, kind: 'suite_access_token' },
      0,
    )
    expect(goodRecord(cached, 0)).toBeNull()
    expect(renewalDue(cached, hourMs)).toBe(false)
    expect(droppable(cached, hourMs)).toBe(false)
  })
})

describe('its renewal', () => {
  const renewAtWith = (random: number) => {
    const cached = tokenOf()
    cacheRecord(cached, record, () => random)
    return cached.renewAt
  }

  test('begins in the last sixth of its life, not at its very end', () => {
    for (const random of [0, 0.25, 0.5, 0.75, 0.999]) {
      expect(renewAtWith(random)).toBeGreaterThanOrEqual((lifeMs * 5) / 6)
      expect(renewAtWith(random)).toBeLessThanOrEqual(lifeMs - 15 * minuteMs)
    }
  })

  test('begins at a moment of its own, so that a thousand don’t renew in one second', () => {
    const moments = Array.from({ length: 1000 }, (_, n) => renewAtWith(n / 1000))
    const seconds = moments.map((at) => Math.floor(at / 1000))
    const busiest = Math.max(...seconds.map((second) => seconds.filter((s) => s === second).length))
    expect(busiest).toBeLessThan(10)
  })

  test.each<[string, Partial<CachedToken>, boolean]>([
    ['in use', {}, true],
    ['that nobody used in this life', { usedAt: -1 }, false],
    ['that is being fetched', { flight: Promise.resolve(record) }, false],
    [
      'that was refused a moment ago',
      {
        refusal: {
          error: null,
          attempts: 1,
          since: 0,
          refusedAt: 0,
          holdOffUntil: lifeMs,
          wrongSecretAt: [],
        },
      },
      false,
    ],
    [
      'whose refusal is over',
      {
        refusal: {
          error: null,
          attempts: 1,
          since: 0,
          refusedAt: 0,
          holdOffUntil: 1,
          wrongSecretAt: [],
        },
      },
      true,
    ],
  ])('of a token %s', (_, change, due) => {
    expect(renewalDue(tokenOf(change), lifeMs - minuteMs)).toBe(due)
  })

  test('is not due before its moment', () => {
    const cached = tokenOf()
    expect(renewalDue(cached, cached.renewAt - 1)).toBe(false)
    expect(renewalDue(cached, cached.renewAt)).toBe(true)
  })

  test('of a suite’s token is due whether somebody used it or not', () => {
    expect(renewalDue(tokenOf({ usedAt: -1 }, null), lifeMs - minuteMs)).toBe(true)
  })
})

describe('forgetting it', () => {
  test('is right for one that ended unused, and for no other', () => {
    expect(droppable(tokenOf({ usedAt: -1 }), lifeMs)).toBe(true)
    expect(droppable(tokenOf({ usedAt: -1 }), lifeMs - 1)).toBe(false)
    expect(droppable(tokenOf({ usedAt: 1 }), lifeMs)).toBe(false)
    expect(droppable(tokenOf({ usedAt: -1, flight: Promise.resolve(record) }), lifeMs)).toBe(false)
    expect(droppable(tokenOf({ usedAt: -1 }, null), lifeMs)).toBe(false)
  })
})

describe('a token that was reported dead', () => {
  test('is good for nobody', () => {
    const cached = tokenOf()
    invalidate(cached, 'token-1', 0)
    expect(goodRecord(cached, 1)).toBeNull()
    expect(isDead(cached.record!)).toBe(true)
  })

  test('is fetched again by itself if it is a suite’s, else by whoever needs it', () => {
    const [suites, companys] = [tokenOf({}, null), tokenOf()]
    for (const cached of [suites, companys]) invalidate(cached, 'token-1', 0)
    expect(renewalDue(suites, 1)).toBe(true)
    expect(renewalDue(companys, 2 * lifeMs)).toBe(false)
  })

  test('leaves another one at cached as it was', () => {
    const cached = tokenOf()
    invalidate(cached, 'token-0', 0)
    expect(goodRecord(cached, 1)).toEqual(record)
    expect(renewalDue(cached, 1)).toBe(false)
  })

  test('is not good when it comes from elsewhere, however new it looks', () => {
    const cached = tokenOf()
    invalidate(cached, 'token-2', 0)
    cacheRecord(cached, { ...record, value: 'token-2', generation: 2 }, () => 0.5)
    expect(goodRecord(cached, 1)).toBeNull()
    expect(cached.record).toMatchObject({ value: 'token-2', generation: 2 })
  })

  test('stays dead when the clock is put back', () => {
    const cached = tokenOf()
    invalidate(cached, 'token-1', 0)
    applyClockSkew(cached, hourMs)
    expect(isDead(cached.record!)).toBe(true)
    expect(goodRecord(cached, 0)).toBeNull()
  })

  test('is remembered; nonsense without end is not', () => {
    const cached = tokenOf()
    for (let n = 0; n < 1000; n++) invalidate(cached, `nonsense-${n}`, 0)
    invalidate(cached, 'token-2', 0)
    expect(cached.dead.size).toBe(100)
    expect(cached.dead.has('token-2')).toBe(true)
  })

  test('is kept in memory until that is settled', () => {
    const cached = tokenOf({ usedAt: -1 })
    invalidate(cached, 'token-1', 0)
    expect(droppable(cached, 1)).toBe(false)
    cached.dead.clear()
    expect(droppable(cached, 1)).toBe(true)
  })
})

describe('what the store has', () => {
  const dead = { ...record, expiresAt: 0 }
  test.each<[string, TokenRecord, CachedToken, boolean]>([
    ['is news to an empty cached', record, tokenOf({ record: null }), true],
    ['is news if it is newer', { ...record, generation: 2 }, tokenOf(), true],
    ['is none if it is the same', record, tokenOf(), false],
    ['is none if it is older', record, tokenOf({ record: { ...record, generation: 2 } }), false],
    ['is news if the same was reported dead', dead, tokenOf(), true],
    ['is none if that is known', dead, tokenOf({ record: dead }), false],
    ['is none if another one died', { ...dead, value: 'token-0' }, tokenOf(), false],
  ])('%s', (_, stored, cached, isNew) => {
    expect(supersedes(stored, cached)).toBe(isNew)
  })
})

describe('a dead token that WeCom gives out again', () => {
  test('is not asked about again for a minute', () => {
    const cached = tokenOf()
    noteReissued(cached, 'token-1', 0)
    expect(wasReissued(cached, 'token-1', minuteMs - 1)).toBe(true)
    expect(wasReissued(cached, 'token-1', minuteMs)).toBe(false)
    expect(wasReissued(cached, 'token-2', 1)).toBe(false)
  })
})
