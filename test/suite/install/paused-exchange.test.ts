import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import { factRule } from '../../../src/events/fact-rule'
import type { StoreDriver } from '../../../src/store/driver/drivers'
import { createMemoryEventLogData } from '../../../src/store/memory/event-log-data'
import { createMemoryEventLog } from '../../../src/store/memory/memory-event-log'
import { createMemoryStore, createMemoryStoreData } from '../../../src/store/memory/memory-store'
import { freshBytes } from '../../fresh-bytes'
import { createScene, type Scene } from '../../scene'

const exchangePath = '/cgi-bin/service/v2/get_permanent_code'
const claimMs = 5 * minuteMs

/**
 * Two processes, the first of which stops with the permanent code in its hands, before its
 * document has it. What either takes after the other's claim ran out, it is told of.
 */
const pausedAtLanding = async () => {
  const storeData = createMemoryStoreData()
  const logData = createMemoryEventLogData()
  const goesOn = Promise.withResolvers<void>()
  let processes = 0
  let isPaused = false
  const scene = await createScene({
    drivers: (clock) => {
      const isFirst = processes++ === 0
      const memory = createMemoryStore({ clock, freshBytes, data: storeData })
      const store: StoreDriver = {
        ...memory,
        async changeCorp(...given) {
          isPaused ||= isFirst
          if (isFirst) await goesOn.promise
          return memory.changeCorp(...given)
        },
      }
      const log = createMemoryEventLog(factRule, logData, clock)
      const claim: typeof log.claim = async (...given) => {
        if (isFirst && isPaused) await goesOn.promise
        const claimed = await log.claim(...given)
        return claimed.map((event) => ({ ...event, lostClaims: event.claim - 1 }))
      }
      return { store, eventLog: { ...log, claim } }
    },
  })
  const other = await scene.beside()
  const corpid = await scene.installed()
  return { scene, other, corpid, goesOn: goesOn.resolve }
}

const installEvent = async (scene: Scene) =>
  (await scene.ask('/api/events?type=create_auth&limit=1')).items[0]

describe('an install whose process is paused with the code in its hands', () => {
  test('is not dead when another one takes it and WeCom says that the code is used', async () => {
    const { scene, other, corpid, goesOn } = await pausedAtLanding()
    await scene.clock.advance(claimMs + minuteMs)
    expect(scene.calls(exchangePath)).toBeGreaterThan(1)
    expect(await installEvent(other)).toMatchObject({
      status: 'pending',
      lastError: expect.stringContaining('Another process had begun'),
    })
    goesOn()
    await scene.clock.advance(0)
    expect(await other.ask(`/api/corps/${corpid}`)).toMatchObject({ status: 'authorized' })
    expect(await installEvent(other)).toMatchObject({ status: 'done', corpid })
  })

  test('is found by the other one, should the first die as soon as its document has the code', async () => {
    const { scene, other, corpid, goesOn } = await pausedAtLanding()
    scene.eventLog.settle = () => new Promise(() => undefined)
    await scene.clock.advance(claimMs + minuteMs)
    goesOn()
    await scene.clock.advance(2 * minuteMs)
    expect(await installEvent(other)).toMatchObject({ status: 'done', corpid })
    expect(scene.calls(exchangePath)).toBeLessThanOrEqual(3)
  })

  test('is dead once nobody can bring the code any more', async () => {
    const { scene, other } = await pausedAtLanding()
    await scene.clock.advance(14 * minuteMs)
    expect((await installEvent(other)).status).toBe('pending')
    await scene.clock.advance(3 * minuteMs)
    expect((await installEvent(other)).status).toBe('dead')
  })
})
