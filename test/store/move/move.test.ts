import { describe, expect, test } from 'bun:test'
import { ServiceError } from '../../../src/errors'
import type { Holding } from '../../../src/store/move/kinds'
import { copyAll, differences, isEmpty, surveyOf } from '../../../src/store/move/move'
import { corp } from '../conformance/records'
import { fillWithEverything, memoryHolding } from './everything'

const countsOf = async (holding: Holding) =>
  Object.fromEntries(
    (await surveyOf(holding)).counts.map(({ kind, fingerprint }) => [
      kind.name.many,
      fingerprint.count,
    ]),
  )

describe('the move of a store', () => {
  test('brings some of everything into an empty one, and finds it the same there', async () => {
    const [from, to] = [memoryHolding(), memoryHolding()]
    await fillWithEverything(from)
    expect(await isEmpty(to)).toBe(true)
    const copied = await copyAll(from, to)
    expect(await isEmpty(to)).toBe(false)
    expect(differences(copied, await surveyOf(to))).toEqual([])
    const counts = await countsOf(to)
    expect(counts).toEqual(await countsOf(from))
    expect(Object.entries(counts).filter(([, count]) => count === 0)).toEqual([])
    expect(copied.damaged).toEqual([])
  })

  test('leaves tokens and what is had once behind', async () => {
    const [from, to] = [memoryHolding(), memoryHolding()]
    await fillWithEverything(from)
    await copyAll(from, to)
    expect(await from.eventLog.takeOnce('login_code', 'hash')).toBe('好的')
    expect(await to.eventLog.takeOnce('login_code', 'hash')).toBeNull()
  })

  const changes: readonly [string, (to: Holding) => Promise<unknown>, string][] = [
    [
      'a permanent code that differs',
      ({ store }) =>
        store.changeCorp(corp().suiteId, 'wpCorp_1', (one) => ({ ...one!, permanentCode: 'x' })),
      'companies',
    ],
    ['an event that is missing', ({ eventLog }) => eventLog.purge(everythingSettled), 'events'],
    [
      'a delivery that went on',
      ({ eventLog }) => eventLog.dropDeliveries('b', Number.MAX_SAFE_INTEGER, 'x'),
      'deliveries',
    ],
    ['a forgotten API key', ({ store }) => store.purgeKeys(Number.MAX_SAFE_INTEGER), 'API keys'],
  ]
  const everythingSettled = { settledBefore: Number.MAX_SAFE_INTEGER, identitiesBefore: 0 }

  test.each(changes)('tells %s', async (_, change, named) => {
    const [from, to] = [memoryHolding(), memoryHolding()]
    await fillWithEverything(from)
    const copied = await copyAll(from, to)
    await change(to)
    const names = differences(copied, await surveyOf(to)).map(({ kind }) => kind.name.many)
    expect(names).toContain(named)
  })

  test('names what can’t be read, and brings the rest', async () => {
    const [from, to] = [memoryHolding(), memoryHolding()]
    await fillWithEverything(from)
    const damaged: Holding = {
      ...from,
      store: {
        ...from.store,
        loadCorp: async (suiteId, corpid) => {
          if (corpid !== 'wpCorp_2') return from.store.loadCorp(suiteId, corpid)
          throw new ServiceError('store_unavailable', 'It is damaged.')
        },
      },
    }
    const copied = await copyAll(damaged, to)
    expect(copied.damaged).toEqual([
      { what: `company wpCorp_2 of suite ${corp().suiteId}`, problem: 'It is damaged.' },
    ])
    expect(differences(copied, await surveyOf(to))).toEqual([])
  })
})
