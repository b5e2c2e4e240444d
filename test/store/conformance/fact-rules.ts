import { describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import type { EventRecord } from '../../../src/store/event-record'
import type { Fact, FactQuery } from '../../../src/store/facts'
import { allOf } from '../all-of'
import { codeOf, type OpenBackend, startMs, useBench } from './bench'
import { corpid, event, suiteId } from './records'

const type = 'create_auth'
const types = [type, 'license_refund']

const fact = (n: number, changes: Partial<Fact> = {}): Fact => ({
  id: `fact-${n}`,
  suiteId,
  corpid,
  type,
  at: startMs + n,
  payload: `{"n":${n}}`,
  ...changes,
})

export const factRules = (open: OpenBackend<EventLogDriver>) =>
  describe('facts', () => {
    const bench = useBench(open)
    const list = async (query: Partial<FactQuery> = {}) =>
      (await bench.subject.listFacts({ types, limit: 200, ...query })).items
    const ids = async (query: Partial<FactQuery> = {}) => (await list(query)).map(({ id }) => id)

    test('an event of the right type leaves one, which tells what the rule keeps of it', async () => {
      await bench.subject.append(event(1, { type }))
      await bench.subject.append(event(2, { type: 'text' }))
      const { id, receivedAt } = event(1)
      const facts = await list({ types: [type, 'text'] })
      expect(facts).toMatchObject([{ id, suiteId, corpid, type, at: receivedAt }])
      expect(JSON.parse(facts[0]!.payload)).toBeObject()
    })

    test('an event of a source that the rule leaves out leaves none', async () => {
      await bench.subject.append(event(1, { type: 'create_auth', source: 'install' }))
      expect((await bench.subject.listAllFacts()).items).toEqual([])
    })

    test('a repeated event leaves no second one', async () => {
      await bench.subject.append(event(1, { type }))
      await bench.subject.append(event(2, { type, identity: 'identity-1' }))
      expect(await ids()).toEqual([event(1).id])
    })

    test('outlive their events, and a restart', async () => {
      await bench.subject.append(event(1, { type, status: 'done' }))
      await bench.subject.purge({ settledBefore: startMs + 9, identitiesBefore: startMs + 9 })
      expect(await bench.subject.get(event(1).id)).toBeNull()
      const log = await bench.reopen()
      expect((await log.listFacts({ types, limit: 1 })).items).toHaveLength(1)
    })

    test('learn with their events whose they are', async () => {
      await bench.subject.append(event(1, { type, corpid: null }))
      const again = { status: 'pending', lastError: null, nextAttemptAt: startMs } as const
      await bench.subject.settle(event(1).id, null, { ...again, corpid: 'wpfound' })
      expect(await ids({ corpids: ['wpfound'] })).toEqual([event(1).id])
      await bench.subject.settle(event(1).id, 7, { ...again, corpid: 'wplate' })
      expect(await ids({ corpids: ['wplate'] })).toEqual([])
    })

    test('come of an event that could be read at last', async () => {
      await bench.subject.append(event(1, { type: 'unparsed', source: 'data', corpid: null }))
      const readAs = { type: 'license_refund', source: 'system', suiteId: null } as const
      const again = { status: 'pending', lastError: null, nextAttemptAt: startMs } as const
      await bench.subject.settle(event(1).id, null, { ...again, corpid, readAs })
      expect(await list()).toMatchObject([
        { id: event(1).id, type: 'license_refund', suiteId: null, corpid },
      ])
    })

    test('come of an event out of an export', async () => {
      const { identity, ...rest } = event(1, { type })
      const record: EventRecord = {
        ...rest,
        attempts: 0,
        nextAttemptAt: startMs,
        pendingSecret: null,
        outgoing: null,
        deliveries: [],
      }
      await bench.subject.restoreEvent(record, identity)
      expect(await ids()).toEqual([event(1).id])
    })

    test('are listed by type, suite and companies, the newest first', async () => {
      await bench.subject.addFacts([
        fact(1, { corpid: 'wpother' }),
        fact(2, { type: 'license_refund', suiteId: null }),
        fact(3, { suiteId: 'wwother' }),
        fact(4),
        fact(5, { type: 'url_checked' }),
        fact(6, { corpid: null }),
      ])
      expect(await ids()).toEqual([6, 4, 3, 2, 1].map((n) => fact(n).id))
      expect(await ids({ types: [type] })).toEqual([6, 4, 3, 1].map((n) => fact(n).id))
      expect(await ids({ suiteId })).toEqual([6, 4, 1].map((n) => fact(n).id))
      expect(await ids({ corpids: [corpid] })).toEqual([4, 3, 2].map((n) => fact(n).id))
      const ofOne = { suiteId, orNoSuite: true, corpids: [corpid, 'wpother'] }
      expect(await ids(ofOne)).toEqual([4, 2, 1].map((n) => fact(n).id))
      expect(await ids({ types: [] })).toEqual([])
    })

    test('are listed by their time, whenever they came, those of one time as they came', async () => {
      await bench.subject.addFacts([fact(5), fact(1), fact(3), fact(6, { at: startMs + 3 })])
      expect(await ids()).toEqual([5, 6, 3, 1].map((n) => fact(n).id))
    })

    test('come in pages, also where many are of one time', async () => {
      await bench.subject.addFacts([1, 2, 3, 4, 5].map((n) => fact(n, { at: startMs + (n % 2) })))
      const seen = await allOf((cursor) => bench.subject.listFacts({ types, limit: 2, cursor }))
      expect(seen.map(({ id }) => id)).toEqual([5, 3, 1, 4, 2].map((n) => fact(n).id))
      expect(await codeOf(list({ cursor: 'of another list' }))).toBe('invalid_request')
    })

    test('that are there already stay as they are', async () => {
      expect(await bench.subject.addFacts([fact(1), fact(2)])).toBe(2)
      expect(await bench.subject.addFacts([fact(2, { payload: '{}' }), fact(3)])).toBe(1)
      expect((await list()).map(({ payload }) => payload)).toEqual(
        [3, 2, 1].map((n) => fact(n).payload),
      )
    })

    test('are emptied with the bodies of their company, and stay', async () => {
      await bench.subject.addFacts([fact(1), fact(2, { corpid: 'wpother' })])
      await bench.subject.blankBodies(suiteId, corpid)
      expect((await list()).map(({ payload }) => payload)).toEqual([fact(2).payload, ''])
    })

    test('all leave in the order in which they came', async () => {
      const facts = Array.from({ length: 1200 }, (_, n) => fact(n, { at: startMs - n }))
      await bench.subject.addFacts(facts)
      const seen = await allOf((cursor) => bench.subject.listAllFacts(cursor))
      expect(seen).toEqual(facts)
    })

    test('of some types may be forgotten by age', async () => {
      await bench.subject.addFacts([
        fact(1),
        fact(2, { type: 'suited.previous_pair_used' }),
        fact(3, { type: 'suited.previous_pair_used' }),
      ])
      const used = ['suited.previous_pair_used']
      expect(await bench.subject.purgeFacts(used, startMs + 3)).toBe(1)
      expect(await ids({ types: [...types, ...used] })).toEqual([3, 1].map((n) => fact(n).id))
    })
  })
