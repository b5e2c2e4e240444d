import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../src/clock'
import { createMemoryStore } from '../../src/store/memory/memory-store'
import type { CorpRecord, Store } from '../../src/store/store'
import { createCorps } from '../../src/suite/corps'
import { freshBytes } from '../fresh-bytes'
import { createManualClock } from '../manual-clock'

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
