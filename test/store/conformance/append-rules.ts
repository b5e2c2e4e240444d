import { describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { type OpenBackend, startMs, useBench } from './bench'
import { send } from './dispatched'
import { event } from './records'

export const appendRules = (open: OpenBackend<EventLogDriver>) =>
  describe('appending', () => {
    const bench = useBench(open)

    test('an event that was never seen is null', async () => {
      expect(await bench.subject.get('unknown')).toBeNull()
    })

    test('a pending event is kept as it came, due at once', async () => {
      expect(await bench.subject.append(event(1))).toBe('stored')
      const { identity: _, ...kept } = event(1)
      expect(await bench.subject.get(event(1).id)).toEqual({
        ...kept,
        attempts: 0,
        nextAttemptAt: startMs + 1,
        pendingSecret: null,
        outgoing: null,
        deliveries: [],
      })
    })

    test.each(['done', 'dead'] as const)('an event may be %s from the start', async (status) => {
      const lastError = status === 'dead' ? 'not XML' : null
      await bench.subject.append(event(1, { status, lastError }))
      expect(await bench.subject.get(event(1).id)).toMatchObject({
        status,
        lastError,
        nextAttemptAt: null,
      })
    })

    test('an event of no suite and no company is kept', async () => {
      await bench.subject.append(event(1, { suiteId: null, corpid: null, source: 'system' }))
      expect(await bench.subject.get(event(1).id)).toMatchObject({ suiteId: null, corpid: null })
    })

    test.each(['', '企业微信 🀄️', `"quotes" 'and' \n\r\t`, 'nul\u0000nul', 'x'.repeat(1_000_000)])(
      'a body comes back to the letter',
      async (body) => {
        await bench.subject.append(event(1, { body }))
        expect((await bench.subject.get(event(1).id))?.body === body).toBe(true)
      },
    )

    test('an event of a remembered identity is a duplicate and not written', async () => {
      await bench.subject.append(event(1))
      const repeated = event(2, { identity: event(1).identity })
      expect(await bench.subject.append(repeated)).toBe('duplicate')
      expect(await bench.subject.get(repeated.id)).toBeNull()
      expect((await bench.subject.counts()).pending).toBe(1)
    })

    test('of the same event pushed many times at once one is stored', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => bench.subject.append(event(n, { identity: 'same' }))),
      )
      expect(answers.filter((answer) => answer === 'stored')).toHaveLength(1)
      expect((await bench.subject.list({ limit: 200 })).items).toHaveLength(1)
    })

    test('an event whose id is taken is refused, and those that came with it are kept', async () => {
      await bench.subject.append(event(1))
      const answers = await Promise.allSettled([
        bench.subject.append(event(2)),
        bench.subject.append(event(3, { id: event(1).id })),
        bench.subject.append(event(4)),
        bench.subject.settle(event(1).id, null, { status: 'done' }),
      ])
      expect(answers.map((answer) => answer.status)).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
        'fulfilled',
      ])
      const { items } = await bench.subject.list({ limit: 200 })
      expect(items.map((item) => item.id)).toEqual([event(4).id, event(2).id, event(1).id])
      expect(items.at(-1)?.status).toBe('done')
      // Nothing of the refused one stayed behind: its body may come again.
      expect(await bench.subject.append(event(5, { identity: 'identity-3' }))).toBe('stored')
    })

    test('changing a record that was handed out changes nothing', async () => {
      await send(bench.subject, 1)
      const record = await bench.subject.get(event(1).id)
      Object.assign(record ?? {}, { body: 'x' })
      Object.assign(record?.deliveries[0] ?? {}, { status: 'done' })
      const again = await bench.subject.get(event(1).id)
      expect(again?.body).toBe(event(1).body)
      expect(again?.deliveries[0]?.status).toBe('pending')
    })
  })
