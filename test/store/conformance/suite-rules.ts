import { describe, expect, test } from 'bun:test'
import type { Store } from '../../../src/store/store'
import { codeOf, type OpenBackend, useBench } from './bench'
import { corp, corpid, suiteId, ticket } from './records'

export const suiteRules = (open: OpenBackend<Store>) =>
  describe('suites', () => {
    const bench = useBench(open)

    test('nothing is known of a suite at first', async () => {
      expect(await bench.subject.loadSuite(suiteId)).toBeNull()
      expect(await bench.subject.listSuiteIds()).toEqual([])
    })

    test('a ticket is kept under its suite', async () => {
      expect(await bench.subject.saveTicket(suiteId, ticket())).toBe('saved')
      expect(await bench.subject.loadSuite(suiteId)).toEqual({
        version: 1,
        suiteId,
        ticket: ticket(),
      })
      expect(await bench.subject.listSuiteIds()).toEqual([suiteId])
    })

    test('a newer ticket takes the place of an older one', async () => {
      const newer = ticket({ value: 'ticket-2', timeStampSeconds: 1_700_000_600 })
      await bench.subject.saveTicket(suiteId, ticket())
      expect(await bench.subject.saveTicket(suiteId, newer)).toBe('saved')
      expect((await bench.subject.loadSuite(suiteId))?.ticket).toEqual(newer)
    })

    test('an older ticket loses and changes nothing', async () => {
      const older = ticket({ value: 'ticket-0', timeStampSeconds: 1_699_999_999 })
      await bench.subject.saveTicket(suiteId, ticket())
      expect(await bench.subject.saveTicket(suiteId, older)).toBe('older')
      expect((await bench.subject.loadSuite(suiteId))?.ticket).toEqual(ticket())
    })

    test('of two tickets with equal TimeStamp the later arrival wins', async () => {
      const second = ticket({ value: 'ticket-2' })
      await bench.subject.saveTicket(suiteId, ticket())
      expect(await bench.subject.saveTicket(suiteId, second)).toBe('saved')
      expect((await bench.subject.loadSuite(suiteId))?.ticket?.value).toBe('ticket-2')
    })

    test('of tickets that come at once the newest stays', async () => {
      const ages = [3, 9, 1, 7, 9, 0, 8, 2]
      await Promise.all(
        ages.map((age, place) =>
          bench.subject.saveTicket(
            suiteId,
            ticket({ value: `${age}-${place}`, timeStampSeconds: 1_700_000_000 + age }),
          ),
        ),
      )
      expect((await bench.subject.loadSuite(suiteId))?.ticket?.value).toBe('9-4')
    })

    test('the ticket of one suite is not the ticket of another', async () => {
      await bench.subject.saveTicket(suiteId, ticket())
      expect(await bench.subject.loadSuite('wwother')).toBeNull()
    })

    test('suite ids that differ only in case are two suites', async () => {
      await bench.subject.saveTicket('wwAb', ticket({ value: 'capital' }))
      await bench.subject.saveTicket('wwab', ticket({ value: 'small' }))
      expect((await bench.subject.loadSuite('wwAb'))?.ticket?.value).toBe('capital')
      expect((await bench.subject.loadSuite('wwab'))?.ticket?.value).toBe('small')
      expect(await bench.subject.listSuiteIds()).toEqual(['wwAb', 'wwab'])
    })

    test('a suite that has companies but no ticket is known too', async () => {
      await bench.subject.changeCorp(suiteId, corpid, () => corp())
      expect(await bench.subject.loadSuite(suiteId)).toEqual({ version: 1, suiteId, ticket: null })
      expect(await bench.subject.listSuiteIds()).toEqual([suiteId])
    })

    test('changing a record that was handed out changes nothing', async () => {
      await bench.subject.saveTicket(suiteId, ticket())
      const record = await bench.subject.loadSuite(suiteId)
      if (record?.ticket) record.ticket.value = 'changed'
      expect((await bench.subject.loadSuite(suiteId))?.ticket).toEqual(ticket())
    })

    test('a ticket that fits no schema is refused and changes nothing', async () => {
      await bench.subject.saveTicket(suiteId, ticket())
      for (const wrong of [{ value: '' }, { timeStampSeconds: 2e9 + 0.5 }, { receivedAt: -1 }]) {
        const saving = bench.subject.saveTicket(suiteId, ticket(wrong))
        await expect(saving).rejects.toBeInstanceOf(Error)
      }
      expect((await bench.subject.loadSuite(suiteId))?.ticket).toEqual(ticket())
    })

    test.each(['', '.', '..', 'a/b', 'a\\b', 'ww~a', 'ww 1', 'ww\u0000', '企业', 'x'.repeat(129)])(
      '%j is no suite id',
      async (id) => {
        expect(await codeOf(bench.subject.loadSuite(id))).toBe('invalid_request')
        expect(await codeOf(bench.subject.saveTicket(id, ticket()))).toBe('invalid_request')
      },
    )
  })
