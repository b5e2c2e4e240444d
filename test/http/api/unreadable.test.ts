/** What operators are told of documents that can't be read. */
import { beforeEach, describe, expect, test } from 'bun:test'
import { ServiceError } from '../../../src/errors'
import type { UnreadableRecord } from '../../../src/store/store'
import { adminToken, createScene, pageUrl, type Scene } from '../../scene'
import { createFaultyDrivers, type FaultyDrivers, unavailable } from '../../suite/faulty-drivers'

const suiteId = 'ww0000000000000002'

const damaged = (corpid: string | null, more: Partial<UnreadableRecord> = {}): UnreadableRecord => {
  const file = corpid === null ? `suites/${suiteId}.json` : `corps/${suiteId}/${corpid}.json`
  const problem = 'it is not a JSON object'
  return { suiteId, corpid, file, problem, copy: `${file}.bak`, ...more }
}

let faulty: FaultyDrivers
let scene: Scene

beforeEach(async () => {
  faulty = createFaultyDrivers()
  scene = await createScene({ drivers: faulty.drivers })
})

const meet = (...records: UnreadableRecord[]) => {
  faulty.instead.store = { ...faulty.instead.store, listUnreadable: async () => records }
}

describe('documents that can’t be read', () => {
  test('are no word in the status while there are none', async () => {
    const { unreadable, warnings } = await scene.ask('/api/status')
    expect(unreadable).toEqual({ count: 0, documents: [] })
    expect(warnings).toEqual([])
  })

  test('are named in the status, with a warning that says where they are', async () => {
    const records = [damaged('wpA'), damaged('wpB', { copy: null })]
    meet(...records)
    const { unreadable, warnings } = await scene.ask('/api/status')
    expect(unreadable).toEqual({ count: 2, documents: records })
    expect(warnings).toHaveLength(1)
    for (const { file } of records) expect(warnings[0]).toContain(file)
    expect(warnings[0]).toContain('.bak')
    meet()
    expect((await scene.ask('/api/status')).warnings).toEqual([])
  })

  test('are counted where they are many, and the first ones named', async () => {
    const records = Array.from({ length: 1234 }, (_, n) => damaged(`wp${n}`))
    meet(...records)
    const { unreadable, warnings } = await scene.ask('/api/status')
    expect(unreadable).toEqual({ count: 1234, documents: records.slice(0, 20) })
    expect(warnings[0]).toContain('1234')
    expect(warnings[0].length).toBeLessThan(600)
  })

  test('keep the status from nobody, not even that of the suite itself', async () => {
    await scene.installed()
    faulty.instead.store = { loadSuite: unavailable }
    meet(damaged(null))
    const { suites, unreadable } = await scene.ask('/api/status')
    expect(suites).toMatchObject([{ ticketReceivedAt: null, corps: { authorized: 1 } }])
    expect(unreadable.documents).toMatchObject([{ corpid: null }])
  })

  test('are met by the status itself: it asks for them last', async () => {
    const asked: string[] = []
    faulty.instead.store = {
      loadSuite: () => {
        asked.push('loadSuite')
        return unavailable()
      },
      listUnreadable: async () => {
        asked.push('listUnreadable')
        return []
      },
    }
    await scene.ask('/api/status')
    expect(asked.indexOf('listUnreadable')).toBeGreaterThan(asked.indexOf('loadSuite'))
  })

  test('are counted beside the list that they are missing from', async () => {
    const ofAnother = damaged('wpA', { suiteId: 'wwother' })
    meet(damaged('wpA'), damaged('wpB'), ofAnother, damaged(null))
    expect(await scene.ask('/api/corps')).toEqual({ items: [], next: null, unreadable: 3 })
    const id = scene.suiteId
    meet(damaged('wpA', { suiteId: id }), ofAnother)
    expect((await scene.ask('/api/corps?suite=default')).unreadable).toBe(1)
  })

  test('stop their company with the words of what to do, for those with the key alone', async () => {
    const words = 'corps/x/y.json is damaged'
    const loadCorp = () => Promise.reject(new ServiceError('store_unavailable', words))
    faulty.instead.store = { loadCorp }
    const headers = { authorization: `Bearer ${adminToken}` }
    const answer = await scene.request('/api/corps/wpA', { headers })
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ code: 'store_unavailable', detail: words })
    const query = new URLSearchParams({ corpid: 'wpA', url: pageUrl })
    for (const path of ['/sign', '/sign/', '/suites/default/sign/']) {
      const told = await scene.request(`${path}?${query}`)
      expect(told.status).toBe(503)
      expect(await told.text()).not.toContain('y.json')
    }
  })
})
