import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../../src/clock'
import { filterOf } from '../../../../src/delivery/endpoint'
import { ServiceError } from '../../../../src/errors'
import { asDatabaseFailure } from '../../../../src/store/postgres/connection/failure'
import { nothingSeen } from '../../../../src/store/postgres/replicas/lives'
import { createOwnLife } from '../../../../src/store/postgres/replicas/own-life'
import type { Told } from '../../../../src/store/replicas/life'
import type { ReplicaReport } from '../../../../src/store/replicas/replicas'
import { endpointOf } from '../../../delivery/delivery-bench'
import { createManualClock } from '../../../manual-clock'

const start = 1_795_330_800_000
const away = new ServiceError('store_unavailable', 'The database fails (57P01).')
const unfit = asDatabaseFailure(
  Object.assign(new Error('permission denied for table events'), { errno: '42501' }),
)

const stage = async () => {
  const ownClock = createManualClock(start)
  const reports: ReplicaReport[] = []
  const led: number[] = []
  const seen: number[] = []
  /** Offsets of the clock that are news when they are seen first. */
  const isNews = new Set<number>()
  let aheadMs = 250
  const outage: string[] = []
  let isAway = false
  let isUnfit = false
  let hasKeys = true
  let ended = 0
  let news = 0
  const life = createOwnLife({
    replicas: {
      async renewLife(report) {
        if (isAway) throw away
        reports.push(report)
        return ownClock.now() + aheadMs
      },
      endLife: async () => {
        ended += 1
      },
      listReplicas: async () => reports.slice(-1).map((report) => ({ ...report, id: 'a' })),
    },
    process: { startedAt: 7, version: '1.0.0' },
    missingKeys: async () => (hasKeys ? [] : ['0123456789ab']),
    async assertCallbacksFit() {
      if (isUnfit) throw unfit
    },
    outage: {
      answered: () => void outage.push('answered'),
      silent: (_, kind) => void outage.push(kind),
    },
    sharedClock: { lead: (at) => void led.push(at) },
    clockNotice: {
      saw(offsetMs) {
        seen.push(offsetMs)
        return isNews.delete(offsetMs)
      },
    },
    ownClock,
    monotonicMs: () => ownClock.now() - start,
    random: () => 0.5,
    onNews: () => {
      news += 1
    },
  })
  await life.begin()
  return {
    life,
    ownClock,
    reports,
    led,
    seen,
    outage,
    ended: () => ended,
    news: () => news,
    setClock(nextMs: number) {
      aheadMs = nextMs
      isNews.add(nextMs)
    },
    setAway(next: boolean) {
      isAway = next
    },
    setUnfit(next: boolean) {
      isUnfit = next
    },
    setKeys(next: boolean) {
      hasKeys = next
    },
  }
}

test('a life is renewed every three seconds, with what the service tells, by the database’s time', async () => {
  const { life, ownClock, reports } = await stage()
  life.tell(() => ({ settings: 'abc', seen: { ...nothingSeen, codesInHand: 2 } }))
  await ownClock.advance(7 * secondMs)
  expect(reports.length).toBe(4)
  expect(reports.at(-1)).toMatchObject({
    startedAt: 257,
    version: '1.0.0',
    settings: 'abc',
    seen: { codesInHand: 2, clockOffsetMs: 250 },
  })
  expect(life.living()).toMatchObject([{ id: 'a', settings: 'abc' }])
  await life.end()
})

test('the clock of the database is read with each renewal', async () => {
  const { life, ownClock, led, seen } = await stage()
  expect([led, life.clockOffsetMs()]).toEqual([[start + 250], 250])
  await ownClock.advance(3 * secondMs)
  expect(led).toEqual([start + 250, start + 3 * secondMs + 250])
  expect(seen).toEqual([250, 250])
  await life.end()
})

test('a clock that jumped is told of at once', async () => {
  const { life, ownClock, reports, setClock } = await stage()
  setClock(5000)
  await ownClock.advance(3 * secondMs + 1)
  expect(reports.map(({ seen }) => seen.clockOffsetMs)).toEqual([0, 250, 5000])
  await life.end()
})

test('it is sure of itself for nine seconds without an answer', async () => {
  const { life, ownClock, setAway } = await stage()
  setAway(true)
  await ownClock.advance(8.9 * secondMs)
  expect(life.isSure()).toBe(true)
  await ownClock.advance(200)
  expect(life.isSure()).toBe(false)
  setAway(false)
  await ownClock.advance(2 * secondMs)
  expect(life.isSure()).toBe(true)
  await life.end()
})

test('a renewal that fails is tried again soon, at once where somebody asks', async () => {
  const { life, ownClock, setAway, outage } = await stage()
  setAway(true)
  life.renewNow()
  await ownClock.advance(1)
  expect(outage).toEqual(['away'])
  setAway(false)
  await ownClock.advance(2 * secondMs)
  expect(outage).toEqual(['away', 'answered'])
  await life.end()
})

test('a replica without a key that others seal with is not sure of itself', async () => {
  const { life, ownClock, setKeys } = await stage()
  setKeys(false)
  await ownClock.advance(3.1 * secondMs)
  expect([life.isSure(), life.missingKeys()]).toEqual([false, ['0123456789ab']])
  setKeys(true)
  await ownClock.advance(3.1 * secondMs)
  expect([life.isSure(), life.missingKeys()]).toEqual([true, []])
  await life.end()
})

test('it is ended for good', async () => {
  const { life, ownClock, reports, ended } = await stage()
  await life.end()
  const before = reports.length
  await ownClock.advance(10 * secondMs)
  expect([ended(), reports.length]).toEqual([1, before])
})

test('a database that takes no callbacks is told as that, and the replica lives on', async () => {
  const { life, ownClock, setUnfit, outage } = await stage()
  setUnfit(true)
  await ownClock.advance(15 * secondMs)
  expect(life.isSure()).toBe(true)
  expect(new Set(outage)).toEqual(new Set(['unfit']))
  setUnfit(false)
  await ownClock.advance(3 * secondMs)
  expect(outage.at(-1)).toBe('answered')
  await life.end()
})

describe('the others hear at once', () => {
  const told = (settings: string, name: string): Told => ({
    settings,
    seen: { ...nothingSeen, endpoints: [filterOf(endpointOf({ name }))] },
  })

  test('that a replica has settings, has others, and is gone; of nothing else', async () => {
    const { life, ownClock, news } = await stage()
    expect(news()).toBe(0)
    for (const [n, next] of [told('abc', 'crm'), told('abc', 'hr'), told('def', 'hr')].entries()) {
      life.tell(() => next)
      await ownClock.advance(1)
      expect(news()).toBe(n + 1)
    }
    life.tell(() => ({ ...told('def', 'hr'), seen: { ...told('def', 'hr').seen, codesInHand: 1 } }))
    await ownClock.advance(10 * secondMs)
    expect(news()).toBe(3)
    await life.end()
    expect(news()).toBe(4)
  })

  test('that a replica is back whose life had ended, and not that it was late', async () => {
    const { life, ownClock, setAway, setClock, news } = await stage()
    life.tell(() => told('abc', 'crm'))
    await ownClock.advance(1)
    for (const [awayMs, rung] of [
      [8 * secondMs, 1],
      [15 * secondMs, 2],
    ] as const) {
      setAway(true)
      await ownClock.advance(awayMs)
      setAway(false)
      await ownClock.advance(10 * secondMs)
      expect(news()).toBe(rung)
    }
    // The clock of the database goes on: by that the life had ended, too.
    setClock(13 * secondMs)
    await ownClock.advance(3 * secondMs)
    expect(news()).toBe(3)
    await life.end()
  })

  test('nothing of a command, which serves nobody', async () => {
    const { life, ownClock, setAway, news } = await stage()
    setAway(true)
    await ownClock.advance(15 * secondMs)
    setAway(false)
    await ownClock.advance(10 * secondMs)
    await life.end()
    expect(news()).toBe(0)
  })

  test('what there is, also where it is told while a life is renewed', async () => {
    const { life, ownClock, reports } = await stage()
    life.tell(() => {
      life.tell(() => told('def', 'crm'))
      return told('abc', 'crm')
    })
    await ownClock.advance(1)
    expect(reports.slice(-2).map(({ settings }) => settings)).toEqual(['abc', 'def'])
    await life.end()
  })
})
