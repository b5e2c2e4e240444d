import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import type { TokenRecord } from '../../../src/store/token-record'
import {
  adopt,
  bury,
  droppable,
  emptyHand,
  goodRecord,
  type HeldToken,
  insistedOn,
  isDead,
  noteUndying,
  putBack,
  renewalDue,
  tellsMore,
} from '../../../src/suite/tokens/cached-token'

const lifeMs = 2 * hourMs
const record: TokenRecord = { value: 'token-1', fetchedAt: 0, expiresAt: lifeMs, generation: 1 }

const held = (change: Partial<HeldToken> = {}, corpid: string | null = 'wpCompany'): HeldToken => {
  const kind = corpid === null ? 'suite_access_token' : 'access_token'
  const hand = emptyHand({ suiteId: 'wwsuite', corpid, kind })
  adopt(hand, record, () => 0.5)
  return { ...hand, ...change }
}

describe('a token in hand', () => {
  test('is good until the millisecond in which it ends', () => {
    expect(goodRecord(held(), lifeMs - 1)).toEqual(record)
    expect(goodRecord(held(), lifeMs)).toBeNull()
  })

  test('is not good if it was fetched later than now, but for a minute’s slack', () => {
    const late = { ...record, fetchedAt: minuteMs + 1 }
    expect(goodRecord(held({ record: late }), 0)).toBeNull()
    expect(goodRecord(held({ record: { ...late, fetchedAt: minuteMs } }), 0)).not.toBeNull()
  })

  test('ends and is renewed no later for a clock that was put back', () => {
    const hand = held()
    const { renewAt } = hand
    putBack(hand, hourMs)
    expect(hand.renewAt).toBe(renewAt - hourMs)
    expect(goodRecord(hand, lifeMs - hourMs - 1)).toMatchObject({ value: 'token-1' })
    expect(goodRecord(hand, lifeMs - hourMs)).toBeNull()
  })

  test('that was never fetched is none', () => {
    const hand = emptyHand({ suiteId: 'wwsuite', corpid: null, kind: 'suite_access_token' })
    expect(goodRecord(hand, 0)).toBeNull()
    expect(renewalDue(hand, hourMs)).toBe(false)
    expect(droppable(hand, hourMs)).toBe(false)
  })
})

describe('its renewal', () => {
  const renewAtWith = (random: number) => {
    const hand = held()
    adopt(hand, record, () => random)
    return hand.renewAt
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

  test.each<[string, Partial<HeldToken>, boolean]>([
    ['in use', {}, true],
    ['that nobody used in this life', { usedAt: -1 }, false],
    ['that is being fetched', { flight: Promise.resolve(record) }, false],
    [
      'that was refused a moment ago',
      { refusal: { error: null, attempts: 1, refusedAt: 0, heldUntil: lifeMs, wrongSecretAt: [] } },
      false,
    ],
    [
      'whose refusal is over',
      { refusal: { error: null, attempts: 1, refusedAt: 0, heldUntil: 1, wrongSecretAt: [] } },
      true,
    ],
  ])('of a token %s', (_, change, due) => {
    expect(renewalDue(held(change), lifeMs - minuteMs)).toBe(due)
  })

  test('is not due before its moment', () => {
    const hand = held()
    expect(renewalDue(hand, hand.renewAt - 1)).toBe(false)
    expect(renewalDue(hand, hand.renewAt)).toBe(true)
  })

  test('of a suite’s token is due whether somebody used it or not', () => {
    expect(renewalDue(held({ usedAt: -1 }, null), lifeMs - minuteMs)).toBe(true)
  })
})

describe('forgetting it', () => {
  test('is right for one that ended unused, and for no other', () => {
    expect(droppable(held({ usedAt: -1 }), lifeMs)).toBe(true)
    expect(droppable(held({ usedAt: -1 }), lifeMs - 1)).toBe(false)
    expect(droppable(held({ usedAt: 1 }), lifeMs)).toBe(false)
    expect(droppable(held({ usedAt: -1, flight: Promise.resolve(record) }), lifeMs)).toBe(false)
    expect(droppable(held({ usedAt: -1 }, null), lifeMs)).toBe(false)
  })
})

describe('a token that was reported dead', () => {
  test('is good for nobody', () => {
    const hand = held()
    bury(hand, 'token-1')
    expect(goodRecord(hand, 1)).toBeNull()
    expect(isDead(hand.record!)).toBe(true)
  })

  test('is fetched again by itself if it is a suite’s, else by whoever needs it', () => {
    const [suites, companys] = [held({}, null), held()]
    for (const hand of [suites, companys]) bury(hand, 'token-1')
    expect(renewalDue(suites, 1)).toBe(true)
    expect(renewalDue(companys, 2 * lifeMs)).toBe(false)
  })

  test('leaves another one at hand as it was', () => {
    const hand = held()
    bury(hand, 'token-0')
    expect(goodRecord(hand, 1)).toEqual(record)
    expect(renewalDue(hand, 1)).toBe(false)
  })

  test('is not good when it comes from elsewhere, however new it looks', () => {
    const hand = held()
    bury(hand, 'token-2')
    adopt(hand, { ...record, value: 'token-2', generation: 2 }, () => 0.5)
    expect(goodRecord(hand, 1)).toBeNull()
    expect(hand.record).toMatchObject({ value: 'token-2', generation: 2 })
  })

  test('stays dead when the clock is put back', () => {
    const hand = held()
    bury(hand, 'token-1')
    putBack(hand, hourMs)
    expect(isDead(hand.record!)).toBe(true)
    expect(goodRecord(hand, 0)).toBeNull()
  })

  test('is remembered; nonsense without end is not', () => {
    const hand = held()
    for (let n = 0; n < 1000; n++) bury(hand, `nonsense-${n}`)
    bury(hand, 'token-2')
    expect(hand.dead.size).toBe(100)
    expect(hand.dead.has('token-2')).toBe(true)
  })

  test('is kept in memory until that is settled', () => {
    const hand = held({ usedAt: -1 })
    bury(hand, 'token-1')
    expect(droppable(hand, 1)).toBe(false)
    hand.dead.clear()
    expect(droppable(hand, 1)).toBe(true)
  })
})

describe('what the store has', () => {
  const dead = { ...record, expiresAt: 0 }
  test.each<[string, TokenRecord, HeldToken, boolean]>([
    ['is news to an empty hand', record, held({ record: null }), true],
    ['is news if it is newer', { ...record, generation: 2 }, held(), true],
    ['is none if it is the same', record, held(), false],
    ['is none if it is older', record, held({ record: { ...record, generation: 2 } }), false],
    ['is news if the same was reported dead', dead, held(), true],
    ['is none if that is known', dead, held({ record: dead }), false],
    ['is none if another one died', { ...dead, value: 'token-0' }, held(), false],
  ])('%s', (_, stored, hand, isNew) => {
    expect(tellsMore(stored, hand)).toBe(isNew)
  })
})

describe('a dead token that WeCom gives out again', () => {
  test('is not asked about again for a minute', () => {
    const hand = held()
    noteUndying(hand, 'token-1', 0)
    expect(insistedOn(hand, 'token-1', minuteMs - 1)).toBe(true)
    expect(insistedOn(hand, 'token-1', minuteMs)).toBe(false)
    expect(insistedOn(hand, 'token-2', 1)).toBe(false)
  })
})
