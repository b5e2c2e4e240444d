import { beforeEach, describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import type { EventQuery } from '../../../src/store/event-log'
import { codeOf, type OpenBackend, startMs, useBench } from './bench'
import { event } from './records'

export const eventListRules = (open: OpenBackend<EventLogDriver>) =>
  describe('lists of events', () => {
    const bench = useBench(open)
    const listed = async (query: Partial<EventQuery> = {}) =>
      (await bench.subject.list({ limit: 200, ...query })).items.map(({ id }) =>
        Number(id.slice(6)),
      )

    beforeEach(async () => {
      await bench.subject.append(event(1, { type: 'create_auth', corpid: null }))
      await bench.subject.append(event(2, { suiteId: 'wwother', status: 'done' }))
      await bench.subject.append(event(3, { corpid: 'wpB' }))
      await bench.subject.append(event(4, { corpid: 'wpb', status: 'dead', lastError: 'no XML' }))
      await bench.subject.append(event(5, { suiteId: null, source: 'system', status: 'done' }))
    })

    test('the newest come first', async () => {
      expect(await listed()).toEqual([5, 4, 3, 2, 1])
      expect(await listed({ limit: 2 })).toEqual([5, 4])
    })

    test('a list holds whole events', async () => {
      const { items } = await bench.subject.list({ corpid: 'wpB', limit: 1 })
      expect(items).toEqual([await bench.subject.get(event(3).id)] as never)
    })

    test.each<[Partial<EventQuery>, number[]]>([
      [{ suiteId: 'wwother' }, [2]],
      [{ type: 'change_auth' }, [5, 4, 3, 2]],
      [{ corpid: 'wpB' }, [3]],
      [{ corpid: 'wpb' }, [4]],
      [{ status: 'pending' }, [3, 1]],
      [{ status: 'done' }, [5, 2]],
      [{ status: 'dead' }, [4]],
      [{ status: 'done', type: 'change_auth', suiteId: 'wwother' }, [2]],
      [{ corpid: 'wpB', status: 'dead' }, []],
      [{ corpid: 'wpB', type: 'change_auth', status: 'pending', suiteId: event(3).suiteId! }, [3]],
      [{ type: 'unknown' }, []],
      [{ types: ['unknown'] }, []],
      [{ types: [] }, []],
      [{ types: ['change_auth', 'unknown'], corpid: 'wpB', status: 'pending' }, [3]],
      [{ corpids: ['wpB', 'wpb', 'wpNone'] }, [4, 3]],
      [{ corpids: ['wpb'], types: ['change_auth'], suiteId: event(4).suiteId! }, [4]],
      [{ corpids: [] }, []],
    ])('a query narrows: %j', async (query, expected) => {
      expect(await listed(query)).toEqual(expected)
    })

    test('the pages of a list are complete and stable while new events come in', async () => {
      const seen: string[] = []
      let cursor: string | null = null
      let pages = 0
      do {
        const page = await bench.subject.list({ limit: 2, ...(cursor ? { cursor } : {}) })
        seen.push(...page.items.map(({ id }) => id))
        cursor = page.next
        pages++
        await bench.subject.append(event(10 + pages))
      } while (cursor)
      expect(seen).toEqual([5, 4, 3, 2, 1].map((n) => event(n).id))
      expect(pages).toBe(3)
    })

    test('a suite’s list can take in what belongs to no suite, and never another suite’s', async () => {
      await bench.subject.append(event(20, { suiteId: null, corpid: 'wpNone' }))
      await bench.subject.append(event(21, { corpid: 'wpNone' }))
      await bench.subject.append(event(22, { suiteId: 'wwother', corpid: 'wpNone' }))
      const { suiteId } = event(0)
      if (suiteId === null) throw new Error('the fixture has a suite')
      expect(await listed({ suiteId, orNoSuite: true, corpid: 'wpNone' })).toEqual([21, 20])
      expect(await listed({ suiteId, corpid: 'wpNone' })).toEqual([21])
    })

    test('a filtered list pages too, and the page that ends it has no next', async () => {
      const query = { type: 'change_auth', limit: 3 }
      const first = await bench.subject.list(query)
      expect(first.next).not.toBeNull()
      const second = await bench.subject.list({ ...query, cursor: first.next ?? '' })
      expect(second.items.map(({ id }) => id)).toEqual([event(2).id])
      expect(second.next).toBeNull()
      expect((await bench.subject.list({ ...query, limit: 4 })).next).toBeNull()
    })

    test('events are listed in the order in which they came, whatever their times say', async () => {
      await bench.subject.append(event(0, { receivedAt: startMs - 5000 }))
      expect((await listed())[0]).toBe(0)
    })

    test.each(['', 'x', '-1', '1.5', '1e3', '9'.repeat(16)])('%j is no cursor', async (cursor) => {
      expect(await codeOf(bench.subject.list({ limit: 5, cursor }))).toBe('invalid_request')
    })

    test('events are counted by status, with the age of the oldest that is pending', async () => {
      expect(await bench.subject.counts()).toEqual({
        pending: 2,
        done: 2,
        dead: 1,
        oldestPendingAt: startMs + 1,
      })
      await bench.subject.settle(event(1).id, null, { status: 'done' })
      expect((await bench.subject.counts()).oldestPendingAt).toBe(startMs + 3)
      await bench.subject.settle(event(3).id, null, { status: 'done' })
      expect(await bench.subject.counts()).toEqual({
        pending: 0,
        done: 4,
        dead: 1,
        oldestPendingAt: null,
      })
    })
  })
