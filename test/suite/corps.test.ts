import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../src/clock'
import { createMemoryStore } from '../../src/store/memory/memory-store'
import type { CorpRecord, Store } from '../../src/store/store'
import { createCorps } from '../../src/suite/corps'
import { freshBytes } from '../fresh-bytes'
import { createManualClock } from '../manual-clock'
import { hanging, unavailable } from './faulty-drivers'

const suiteId = 'wwsuite'
const corpid = 'wpCompany'
const record: CorpRecord = {
  version: 1,
  suiteId,
  corpid,
  name: '示例企业',
  agentid: 1000002,
  status: 'authorized',
  statusReason: null,
  statusAt: 0,
  permanentCode: 'code',
  authorizedAt: 0,
  installEventId: null,
  authMode: 0,
  authInfo: null,
}

const setUp = (change: Partial<Store> = {}) => {
  const clock = createManualClock(0)
  const driver = createMemoryStore({ clock, freshBytes })
  let loads = 0
  const store: Store = {
    ...driver,
    loadCorp: (...ids) => {
      loads += 1
      return driver.loadCorp(...ids)
    },
    ...change,
  }
  const corps = createCorps({ store, clock, messagesArrive: async () => false })
  return { clock, driver, corps, loads: () => loads }
}

describe('a company in use', () => {
  test('is read once a minute, however often it is asked about', async () => {
    const { clock, corps, driver, loads } = setUp()
    await driver.changeCorp(suiteId, corpid, () => record)
    for (let n = 0; n < 100; n++) await corps.find(suiteId, corpid)
    expect(loads()).toBe(1)
    await clock.advance(minuteMs)
    await corps.find(suiteId, corpid)
    expect(loads()).toBe(2)
  })

  test('that another process changed is seen within a minute', async () => {
    const { clock, corps, driver } = setUp()
    await driver.changeCorp(suiteId, corpid, () => record)
    await corps.find(suiteId, corpid)
    await driver.changeCorp(suiteId, corpid, () => ({ ...record, name: 'changed' }))
    await clock.advance(minuteMs)
    expect((await corps.find(suiteId, corpid))?.name).toBe('changed')
  })

  test('that is changed here is seen at once', async () => {
    const { corps } = setUp()
    await corps.change(suiteId, corpid, () => record)
    expect(await corps.find(suiteId, corpid)).toEqual(record)
    await corps.change(suiteId, corpid, () => ({ ...record, name: 'changed' }))
    expect((await corps.find(suiteId, corpid))?.name).toBe('changed')
  })

  test('is not overwritten in memory by what was read before a change', async () => {
    let finishReading = () => {}
    const { corps } = setUp({
      loadCorp: () =>
        new Promise((resolve) => {
          finishReading = () => resolve(record)
        }),
    })
    const reading = corps.find(suiteId, corpid)
    const left = { ...record, status: 'cancelled' as const, permanentCode: null }
    await corps.change(suiteId, corpid, () => left)
    finishReading()
    await reading
    expect(await corps.find(suiteId, corpid)).toEqual(left)
  })

  test('that nobody knows is looked up each time: it may come any moment', async () => {
    const { corps, driver, loads } = setUp()
    expect(await corps.find(suiteId, corpid)).toBeNull()
    await driver.changeCorp(suiteId, corpid, () => record)
    expect(await corps.find(suiteId, corpid)).toEqual(record)
    expect(loads()).toBe(2)
  })

  test('is one in each app', async () => {
    const { corps } = setUp()
    await corps.change(suiteId, corpid, () => record)
    expect(await corps.find('wwother', corpid)).toBeNull()
  })
})

describe('a company that another process changed', () => {
  const left: CorpRecord = { ...record, status: 'cancelled', permanentCode: null }

  test('is read again once that is heard', async () => {
    const { corps, driver, loads } = setUp()
    await driver.changeCorp(suiteId, corpid, () => record)
    await corps.find(suiteId, corpid)
    await driver.changeCorp(suiteId, corpid, () => left)
    corps.drop(suiteId, corpid)
    expect(corps.peek(suiteId, corpid)).toBeNull()
    expect(await corps.find(suiteId, corpid)).toEqual(left)
    expect(loads()).toBe(2)
  })

  test('is read again by whichever of its ids it was asked for', async () => {
    const { corps, driver } = setUp()
    const upgraded = { ...record, openCorpid: 'wpOpen' }
    await driver.changeCorp(suiteId, corpid, () => upgraded)
    await corps.find(suiteId, 'wpOpen')
    await driver.changeCorp(suiteId, corpid, () => ({ ...upgraded, name: 'changed' }))
    corps.drop(suiteId, 'wpOpen')
    expect((await corps.find(suiteId, corpid))?.name).toBe('changed')
  })

  test('is not kept as it was read before that was heard', async () => {
    let finishReading = () => {}
    const readings: CorpRecord[] = [record, left]
    const { corps } = setUp({
      loadCorp: () =>
        new Promise((resolve) => {
          const read = readings.shift() ?? null
          finishReading = () => resolve(read)
        }),
    })
    const early = corps.find(suiteId, corpid)
    const finishEarly = finishReading
    corps.drop(suiteId, corpid)
    const late = corps.find(suiteId, corpid)
    finishReading()
    finishEarly()
    expect(await early).toEqual(record)
    expect(await late).toEqual(left)
    expect(await corps.find(suiteId, corpid)).toEqual(left)
  })

  test('is not overwritten by a change of ours that ended before, and is told late', async () => {
    let finishChange = () => {}
    const { corps, driver } = setUp({
      changeCorp: async (...given) => {
        const changed = await driver.changeCorp(...given)
        await new Promise<void>((resolve) => {
          finishChange = resolve
        })
        return changed
      },
    })
    const changing = corps.change(suiteId, corpid, () => record)
    await new Promise(setImmediate)
    await driver.changeCorp(suiteId, corpid, () => left)
    corps.drop(suiteId, corpid)
    finishChange()
    await changing
    expect(await corps.find(suiteId, corpid)).toEqual(left)
  })

  test('may be any, where nobody can tell which', async () => {
    const { corps, driver } = setUp()
    await driver.changeCorp(suiteId, corpid, () => record)
    await corps.find(suiteId, corpid)
    await driver.changeCorp(suiteId, corpid, () => left)
    corps.dropAll()
    expect(await corps.find(suiteId, corpid)).toEqual(left)
  })
})

describe('a company that would be refused', () => {
  const left: CorpRecord = { ...record, status: 'cancelled', permanentCode: null }

  test('is served at once when it came back by another process, unheard', async () => {
    const { clock, corps, driver } = setUp()
    await corps.change(suiteId, corpid, () => left)
    await driver.changeCorp(suiteId, corpid, () => record)
    await clock.advance(secondMs)
    expect((await corps.require(suiteId, corpid)).permanentCode).toBe('code')
  })

  test('costs one reading a second, however often strangers ask', async () => {
    const { clock, corps, loads } = setUp()
    await corps.change(suiteId, corpid, () => left)
    for (let second = 0; second < 10; second++) {
      for (let n = 0; n < 20; n++) {
        await expect(corps.require(suiteId, corpid)).rejects.toMatchObject({
          code: 'corp_not_authorized',
        })
      }
      await clock.advance(secondMs)
    }
    expect(loads()).toBe(9)
  })

  test('is told to wait where the store can’t be asked', async () => {
    const { clock, corps } = setUp({ loadCorp: unavailable })
    await corps.change(suiteId, corpid, () => left)
    await clock.advance(secondMs)
    await expect(corps.require(suiteId, corpid)).rejects.toMatchObject({
      code: 'store_unavailable',
    })
  })
})

describe('a company while the store can’t be read', () => {
  const away = async (fails: () => Promise<never>) => {
    const faults: { loadCorp?: () => Promise<never> } = {}
    let tries = 0
    const stage = setUp({
      loadCorp: (...ids) => {
        tries += 1
        return faults.loadCorp?.() ?? stage.driver.loadCorp(...ids)
      },
    })
    await stage.driver.changeCorp(suiteId, corpid, () => record)
    await stage.corps.find(suiteId, corpid)
    faults.loadCorp = fails
    return { ...stage, faults, tries: () => tries }
  }

  test.each([
    ['fails', unavailable],
    ['is silent', hanging],
  ])('serves on for hours from memory, when the store %s', async (_, fails) => {
    const { clock, corps } = await away(fails)
    await clock.advance(2 * hourMs)
    expect(corps.peek(suiteId, corpid)).toBeNull()
    const finding = corps.require(suiteId, corpid)
    await clock.advance(secondMs)
    expect(await finding).toEqual({ ...record, permanentCode: 'code' })
    expect(corps.peek(suiteId, corpid)?.permanentCode).toBe('code')
  })

  test('is tried once a second, and nobody waits for it', async () => {
    const { clock, corps, tries } = await away(unavailable)
    await clock.advance(minuteMs)
    await corps.find(suiteId, corpid)
    const before = tries()
    for (let n = 0; n < 50; n++) {
      expect(corps.peek(suiteId, corpid)).not.toBeNull()
      await clock.advance(secondMs / 10)
    }
    expect(tries() - before).toBeLessThanOrEqual(6)
  })

  test('is as the store has it as soon as that can be read', async () => {
    const { clock, corps, driver, faults } = await away(unavailable)
    await clock.advance(minuteMs)
    await corps.find(suiteId, corpid)
    await driver.changeCorp(suiteId, corpid, () => ({ ...record, name: 'changed' }))
    delete faults.loadCorp
    await clock.advance(secondMs)
    corps.peek(suiteId, corpid)
    await clock.advance(0)
    expect(corps.peek(suiteId, corpid)?.name).toBe('changed')
  })

  test('is unavailable if nobody asked for it before', async () => {
    const { corps } = await away(unavailable)
    await expect(corps.find(suiteId, 'wpOther')).rejects.toMatchObject({
      code: 'store_unavailable',
    })
  })
})
