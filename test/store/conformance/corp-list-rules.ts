import { beforeEach, describe, expect, test } from 'bun:test'
import type { CorpQuery, CorpRecord, Store } from '../../../src/store/store'
import { codeOf, type OpenBackend, startMs, useBench } from './bench'
import { corp, suiteId } from './records'

export const corpListRules = (open: OpenBackend<Store>) =>
  describe('lists of companies', () => {
    const bench = useBench(open)

    const keep = (changes: Partial<CorpRecord>) => {
      const record = corp({ installEventId: null, ...changes })
      return bench.subject.changeCorp(record.suiteId, record.corpid, () => record)
    }
    const listed = async (query: Partial<CorpQuery> = {}) =>
      (await bench.subject.listCorps({ limit: 200, ...query })).items.map(
        (item) => `${item.suiteId}/${item.corpid}`,
      )

    beforeEach(async () => {
      await keep({ suiteId: 'wwa', corpid: 'wpMiddle', name: 'Middle', authorizedAt: startMs + 2 })
      await keep({ suiteId: 'wwb', corpid: 'wpEqual', name: 'Equal', authorizedAt: startMs + 1 })
      await keep({ suiteId: 'wwa', corpid: 'wpequal', name: '等于', authorizedAt: startMs + 1 })
      await keep({ suiteId: 'wwa', corpid: 'wpEqual', name: 'Equal', authorizedAt: startMs + 1 })
      await keep({
        suiteId: 'wwb',
        corpid: 'wpNewest',
        name: 'ÄRZTE',
        status: 'cancelled',
        permanentCode: null,
        authorizedAt: startMs + 3,
      })
    })

    test('the newest come first, those of equal age by suite and corpid', async () => {
      expect(await listed()).toEqual([
        'wwb/wpNewest',
        'wwa/wpMiddle',
        'wwa/wpEqual',
        'wwa/wpequal',
        'wwb/wpEqual',
      ])
    })

    test('a list holds summaries and no secret', async () => {
      const { items } = await bench.subject.listCorps({ suiteId: 'wwa', q: 'Middle', limit: 1 })
      expect(items).toEqual([
        {
          suiteId: 'wwa',
          corpid: 'wpMiddle',
          name: 'Middle',
          agentid: 1000002,
          status: 'authorized',
          authorizedAt: startMs + 2,
        },
      ])
    })

    test('a query narrows by suite, by status and by both', async () => {
      expect(await listed({ suiteId: 'wwb' })).toEqual(['wwb/wpNewest', 'wwb/wpEqual'])
      expect(await listed({ status: 'cancelled' })).toEqual(['wwb/wpNewest'])
      expect(await listed({ suiteId: 'wwa', status: 'cancelled' })).toEqual([])
    })

    test('a search ignores letter case in names and minds it in corpids', async () => {
      expect(await listed({ q: 'ärzte' })).toEqual(['wwb/wpNewest'])
      expect(await listed({ q: 'EQUAL' })).toEqual(['wwa/wpEqual', 'wwb/wpEqual'])
      expect(await listed({ q: 'wpequal' })).toEqual(['wwa/wpequal'])
      expect(await listed({ q: '等' })).toEqual(['wwa/wpequal'])
      expect(await listed({ q: 'nobody' })).toEqual([])
    })

    test('a list follows a change at once', async () => {
      await keep({ suiteId: 'wwa', corpid: 'wpMiddle', name: 'Renamed', status: 'invalid' })
      expect(await listed({ q: 'middle' })).toEqual([])
      expect(await listed({ status: 'invalid' })).toEqual(['wwa/wpMiddle'])
    })

    test('changing a summary that was handed out changes nothing', async () => {
      const query = { q: 'Middle', limit: 1 }
      const page = await bench.subject.listCorps(query)
      Object.assign(page.items[0] ?? {}, { name: 'x' })
      expect((await bench.subject.listCorps(query)).items[0]?.name).toBe('Middle')
    })

    test('the pages of a list are complete and stable while new companies come in', async () => {
      const seen: string[] = []
      let cursor: string | null = null
      let pages = 0
      do {
        const page = await bench.subject.listCorps({ limit: 2, ...(cursor ? { cursor } : {}) })
        seen.push(...page.items.map((item) => `${item.suiteId}/${item.corpid}`))
        cursor = page.next
        pages++
        await keep({ corpid: `wpNew${pages}`, authorizedAt: startMs + 10 + pages })
      } while (cursor)
      expect(seen).toEqual([
        'wwb/wpNewest',
        'wwa/wpMiddle',
        'wwa/wpEqual',
        'wwa/wpequal',
        'wwb/wpEqual',
      ])
      expect(pages).toBe(3)
    })

    test('a page that ends with the list has no next', async () => {
      expect((await bench.subject.listCorps({ limit: 5 })).next).toBeNull()
      expect((await bench.subject.listCorps({ limit: 4 })).next).not.toBeNull()
      expect(await bench.subject.listCorps({ limit: 5, q: 'nobody' })).toEqual({
        items: [],
        next: null,
      })
    })

    test.each(['', 'x', '1', '1.a', '-1.a.b', '../..', `${startMs}.a.b.c`])(
      '%j is no cursor',
      async (cursor) => {
        const list = bench.subject.listCorps({ limit: 5, cursor })
        expect(await codeOf(list)).toBe('invalid_request')
      },
    )

    test('the ids of all companies are at hand, each once', async () => {
      const { items: ids } = await bench.subject.listCorpIds()
      const { items } = await bench.subject.listCorps({ limit: 200 })
      const sorted = (all: readonly { suiteId: string; corpid: string }[]) =>
        all.map(({ suiteId: own, corpid: id }) => `${own} ${id}`).sort()
      expect(sorted(ids)).toEqual(sorted(items))
    })

    test('the ids of all companies come by suite and corpid', async () => {
      const { items, next } = await bench.subject.listCorpIds()
      expect(items.map(({ suiteId: own, corpid: id }) => `${own}/${id}`)).toEqual([
        'wwa/wpEqual',
        'wwa/wpMiddle',
        'wwa/wpequal',
        'wwb/wpEqual',
        'wwb/wpNewest',
      ])
      expect(next).toBeNull()
      expect(await codeOf(bench.subject.listCorpIds('1.2.3'))).toBe('invalid_request')
    })

    test('companies are counted by status, of all suites or of one', async () => {
      expect(await bench.subject.countCorps()).toEqual({
        authorized: 4,
        suspended: 0,
        invalid: 0,
        cancelled: 1,
      })
      expect(await bench.subject.countCorps('wwb')).toEqual({
        authorized: 1,
        suspended: 0,
        invalid: 0,
        cancelled: 1,
      })
      expect((await bench.subject.countCorps(suiteId)).authorized).toBe(0)
    })

    test('the suites of a company are those that have a record of it', async () => {
      expect(await bench.subject.suitesOfCorp('wpEqual')).toEqual(['wwa', 'wwb'])
      expect(await bench.subject.suitesOfCorp('wpequal')).toEqual(['wwa'])
      expect(await bench.subject.suitesOfCorp('unknown')).toEqual([])
    })
  })
