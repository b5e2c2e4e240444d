import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import { factRule } from '../../../src/events/fact-rule'
import { createMemoryEventLogData } from '../../../src/store/memory/event-log-data'
import { createMemoryEventLog } from '../../../src/store/memory/memory-event-log'
import { createMemoryStore, createMemoryStoreData } from '../../../src/store/memory/memory-store'
import { createRevocationCheck } from '../../../src/suite/authorization/revocation-check'
import { freshBytes } from '../../fresh-bytes'
import { createManualClock } from '../../manual-clock'
import { type Scene, startAt } from '../../scene'
import { corp, corpid, suiteId } from '../../store/conformance/records'
import { createRecordingLog } from '../../store/recording-log'
import {
  callsAbout,
  counted,
  crowd,
  eventsOf,
  needToken,
  refuse,
  statusOf,
  usedScene,
} from './refused-corp'

/** Three processes on one state, with sixty companies and WeCom's tickets as usual. */
const three = async (): Promise<Scene[]> => {
  const first = await crowd(60)
  first.simulator.pusher.startTickets()
  await first.clock.advance(11 * minuteMs)
  return [first, await first.beside(), await first.beside()]
}

/** WeCom refuses these, and each process asks for the tokens of some. */
const refuseSpread = async (scenes: readonly Scene[], corpids: readonly string[]) => {
  for (const [n, id] of corpids.entries()) {
    const scene = scenes[n % scenes.length]!
    refuse(scene, id)
    await needToken(scene, id)
  }
}

describe('companies that WeCom refuses at three processes', () => {
  test('count together: nine of sixty raise one alarm, and none is given up', async () => {
    const scenes = await three()
    const [first] = scenes
    await refuseSpread(scenes, first!.corpids.slice(0, 9))
    for (let minute = 0; minute < 30; minute++) {
      await first!.clock.advance(minuteMs)
      expect(await counted(first!)).toMatchObject({ authorized: 60, invalid: 0 })
    }
    const told = await eventsOf(first!, 'suited.mass_refusal')
    expect(told).toMatchObject([{ payload: { refused: 9 } }])
    for (const scene of scenes) {
      const { warnings } = await scene.ask('/api/status')
      expect(warnings).toEqual([expect.stringContaining(`9 companies of ${first!.suiteId}`)])
    }
  })

  test('count together over the restart of all', async () => {
    const scenes = await three()
    const [first] = scenes
    await refuseSpread(scenes, first!.corpids.slice(0, 9))
    const next = await first!.restart()
    await next.clock.advance(10 * minuteMs)
    expect(await counted(next)).toMatchObject({ authorized: 60, invalid: 0 })
    expect(await eventsOf(next, 'suited.mass_refusal')).toHaveLength(1)
  })

  test('become invalid where they are few, each confirmed by one call', async () => {
    const scenes = await three()
    const [first] = scenes
    const few = first!.corpids.slice(0, 3)
    first!.simulator.calls.clear()
    await refuseSpread(scenes, few)
    await first!.clock.advance(2 * minuteMs)
    for (const id of few) {
      expect(await statusOf(first!, id)).toBe('invalid')
      expect(callsAbout(first!, id)).toBe(2)
    }
    expect(await eventsOf(first!, 'suited.corp_invalid')).toHaveLength(3)
  })
})

describe('a company that is suspended', () => {
  test('is rechecked by one of three processes, once an hour', async () => {
    const { scene, corpid: suspended } = await usedScene()
    const others = [await scene.beside(), await scene.beside()]
    refuse(scene, suspended, 50003)
    await needToken(others[0]!, suspended)
    await scene.clock.advance(minuteMs)
    expect(await statusOf(scene, suspended)).toBe('suspended')
    scene.simulator.calls.clear()
    await scene.clock.advance(2 * hourMs)
    expect(callsAbout(scene, suspended)).toBe(2)
  })
})

describe('a process that is paused when it is about to give a company up', () => {
  /** Two checks on one state; the first is paused, and goes on when it is told. */
  const paused = async () => {
    const clock = createManualClock(startAt)
    const storeData = createMemoryStoreData()
    const logData = createMemoryEventLogData()
    const goesOn = Promise.withResolvers<void>()
    const aboutToWrite = Promise.withResolvers<void>()
    const checkOf = (waits: Promise<void>) => {
      const store = createMemoryStore({ clock, freshBytes, data: storeData })
      return createRevocationCheck({
        suspectedCorps: createMemoryEventLog(factRule, logData, clock),
        suites: { byId: () => ({}) as never, observes: () => false },
        store,
        tokens: { getFresh: async () => ({}) as never },
        corpStatusCheck: {
          ask: async () => ({ verdict: 'gone', reason: 'WeCom says so.' }),
          set: async (record, status, statusReason, { under } = {}) => {
            aboutToWrite.resolve()
            await waits
            const change = () => ({ ...record, status, statusReason })
            const changed = await store.changeCorp(suiteId, record.corpid, change, under)
            return changed.after ?? record
          },
          apply: async (record) => record,
          recheck: async () => corp(),
        },
        ownEvents: { add: async () => undefined },
        clock,
        log: createRecordingLog(),
      })
    }
    const store = createMemoryStore({ clock, freshBytes, data: storeData })
    const change = (status: 'authorized' | 'invalid', id = corpid) =>
      store.changeCorp(suiteId, id, () => corp({ corpid: id, status }))
    return {
      clock,
      store,
      change,
      goesOn: goesOn.resolve,
      aboutToWrite: aboutToWrite.promise,
      first: checkOf(goesOn.promise),
      second: checkOf(Promise.resolve()),
    }
  }

  test('gives it up no more once its lease is lost, and it stays suspected', async () => {
    const { clock, store, change, first, second, aboutToWrite, goesOn } = await paused()
    await change('authorized')
    await first.suspect(suiteId, corpid, null)
    await clock.advance(minuteMs)
    const confirming = first.confirmDue()
    await aboutToWrite
    await clock.advance(5 * minuteMs)
    // Others are refused meanwhile, and the second raises the alarm.
    for (const n of [1, 2, 3]) {
      await change('authorized', `wp${n}`)
      await second.suspect(suiteId, `wp${n}`, null)
    }
    await clock.advance(minuteMs + secondMs)
    await second.confirmDue()
    goesOn()
    await confirming
    expect(await store.countCorps(suiteId)).toMatchObject({ authorized: 4, invalid: 0 })
    expect(second.warnings()).toEqual([expect.stringContaining('4 companies')])
  })
})
