import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../src/clock'
import { filterOf } from '../../src/delivery/endpoint'
import { createEndpointDirectory } from '../../src/delivery/endpoint-directory'
import type { EndpointFilter } from '../../src/store/endpoints'
import { createMemoryStore } from '../../src/store/memory/memory-store'
import { freshBytes } from '../fresh-bytes'
import { createManualClock } from '../manual-clock'
import { endpointRecord } from '../store/conformance/endpoint-record-rules'
import { unavailable } from '../suite/faulty-drivers'
import { endpointOf } from './delivery-bench'

const setUp = () => {
  const clock = createManualClock(0)
  const driver = createMemoryStore({ clock, freshBytes })
  const store = { listEndpoints: driver.listEndpoints }
  const ofOthers: EndpointFilter[] = []
  const directory = createEndpointDirectory({
    ofSettings: [],
    store,
    ofOthers: () => ofOthers,
    clock,
  })
  const add = (name: string) => driver.changeEndpoint(name, () => endpointRecord({ name }))
  const names = async () => (await directory.all()).map(({ name }) => name)
  return { clock, driver, store, directory, add, names, ofOthers }
}

describe('the endpoints of the store', () => {
  test('that another process made are known two seconds later, or once that is heard', async () => {
    const { clock, directory, add, names } = setUp()
    expect(await names()).toEqual([])
    await add('crm')
    expect(await names()).toEqual([])
    directory.forget()
    expect(await names()).toEqual(['crm'])
    await add('hr')
    await clock.advance(2 * secondMs)
    expect(await names()).toEqual(['crm', 'hr'])
  })

  test('are those that were read last, whichever reading ends last', async () => {
    const { driver, store, directory, add } = setUp()
    let finishReading = () => {}
    store.listEndpoints = async () => {
      const listed = await driver.listEndpoints()
      await new Promise<void>((resolve) => {
        finishReading = resolve
      })
      return listed
    }
    const early = directory.all()
    await new Promise(setImmediate)
    store.listEndpoints = driver.listEndpoints
    await add('crm')
    directory.forget()
    await directory.all()
    finishReading()
    await early
    expect(directory.known().map(({ name }) => name)).toEqual(['crm'])
  })

  test('serve on while the store can’t be read', async () => {
    const { clock, store, add, names } = setUp()
    await add('crm')
    expect(await names()).toEqual(['crm'])
    store.listEndpoints = unavailable
    await clock.advance(secondMs * 60)
    expect(await names()).toEqual(['crm'])
  })
})

describe('the endpoints in the settings of other replicas', () => {
  const there = (name: string, order: 'none' | 'corp' = 'none') =>
    filterOf(endpointOf({ name, order }))

  test('are destinations by each filter that isn’t here; of two with one name the first is the one elsewhere', async () => {
    const { directory, add, ofOthers } = setUp()
    await add('crm')
    expect(directory.hasAny()).toBe(true)
    ofOthers.push(filterOf(endpointRecord({ name: 'crm' })), there('hr', 'corp'))
    ofOthers.push(there('hr', 'corp'), there('crm'))
    const destinations = await directory.destinations()
    expect(destinations.map(({ name, order }) => [name, order])).toEqual([
      ['crm', 'corp'],
      ['hr', 'corp'],
      ['crm', 'none'],
    ])
    expect(directory.ambiguous()).toEqual(['crm'])
    expect(directory.elsewhere()).toEqual([there('hr', 'corp')])
    expect((await directory.all()).map(({ name }) => name)).toEqual(['crm'])
    expect([...directory.namesOfStore()]).toEqual(['crm'])
  })

  test('are somewhere for events to go, where there are none here', async () => {
    const { directory, ofOthers } = setUp()
    await directory.all()
    expect(directory.hasAny()).toBe(false)
    ofOthers.push(there('hr'))
    expect(directory.hasAny()).toBe(true)
  })

  test('are told without an address, and without a secret', () => {
    const told = JSON.stringify(filterOf(endpointOf()))
    expect(told).not.toContain('whsec')
    expect(told).not.toContain('https')
  })
})
