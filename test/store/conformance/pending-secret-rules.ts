import { describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { type OpenBackend, startMs, useBench } from './bench'
import { corpid, event, suiteId } from './records'

const { id } = event(1)
const now = startMs + 1000
const later = { status: 'pending', lastError: 'not yet', nextAttemptAt: now } as const

export const pendingSecretRules = (open: OpenBackend<EventLogDriver>) =>
  describe('the pending secret of an event', () => {
    const bench = useBench(open)
    const secret = async () => (await bench.subject.get(id))?.pendingSecret

    test('is null at first', async () => {
      await bench.subject.append(event(1))
      expect(await secret()).toBeNull()
    })

    test('is there from the beginning, if the event came with it', async () => {
      await bench.subject.append(event(1, { pendingSecret: 'a secret 密', status: 'dead' }))
      expect(await secret()).toBe('a secret 密')
      expect((await bench.subject.retry(id, now))?.pendingSecret).toBe('a secret 密')
      expect((await (await bench.reopen()).get(id))?.pendingSecret).toBe('a secret 密')
    })

    test('goes when the event turns out to be another', async () => {
      await bench.subject.append(event(1, { pendingSecret: 'a secret' }))
      const readAs = { type: 'text', source: 'data', suiteId } as const
      await bench.subject.settle(id, null, { ...later, readAs })
      expect(await bench.subject.get(id)).toMatchObject({ pendingSecret: null, type: 'text' })
    })

    test('is with the event wherever it is read', async () => {
      await bench.subject.append(event(1))
      await bench.subject.savePendingSecret(id, 'a secret 密', null)
      await bench.subject.append(event(2))
      expect(await secret()).toBe('a secret 密')
      expect(
        (await bench.subject.list({ limit: 9 })).items.map((each) => each.pendingSecret),
      ).toEqual([null, 'a secret 密'])
      expect((await bench.subject.listUnfinished()).items[0]?.pendingSecret).toBe('a secret 密')
      expect((await bench.subject.claim(now, 1000, 1))[0]?.pendingSecret).toBe('a secret 密')
      expect((await bench.subject.retry(id, now))?.pendingSecret).toBe('a secret 密')
    })

    test('is replaced by the next one', async () => {
      await bench.subject.append(event(1))
      await bench.subject.savePendingSecret(id, 'before', null)
      await bench.subject.savePendingSecret(id, 'after', null)
      expect(await secret()).toBe('after')
    })

    test('goes when null is written', async () => {
      await bench.subject.append(event(1))
      await bench.subject.savePendingSecret(id, 'a secret', null)
      await bench.subject.savePendingSecret(id, null, null)
      expect(await secret()).toBeNull()
      expect((await bench.subject.get(id))?.status).toBe('pending')
    })

    test('outlives a restart', async () => {
      await bench.subject.append(event(1))
      await bench.subject.savePendingSecret(id, 'a secret', null)
      expect((await (await bench.reopen()).get(id))?.pendingSecret).toBe('a secret')
    })

    test.each([later, { status: 'dead', lastError: 'over' } as const])(
      'stays with one that is $status',
      async (settlement) => {
        await bench.subject.append(event(1))
        await bench.subject.savePendingSecret(id, 'a secret', null)
        await bench.subject.settle(id, null, settlement)
        expect(await secret()).toBe('a secret')
      },
    )

    test('goes when the event is done, and does not come back to it', async () => {
      await bench.subject.append(event(1))
      await bench.subject.savePendingSecret(id, 'a secret', null)
      await bench.subject.settle(id, null, { status: 'done' })
      expect(await secret()).toBeNull()
      await bench.subject.savePendingSecret(id, 'late', null)
      expect(await secret()).toBeNull()
    })

    test('goes with the bodies of its company, though its own was empty before', async () => {
      await bench.subject.append(event(1, { body: '' }))
      await bench.subject.savePendingSecret(id, 'a secret', null)
      expect(await bench.subject.blankBodies(suiteId, corpid)).toBe(0)
      await bench.subject.settle(id, null, { status: 'dead', lastError: 'over' })
      expect(await bench.subject.blankBodies(suiteId, corpid)).toBe(1)
      expect(await secret()).toBeNull()
    })

    test('of an unknown event is ignored', async () => {
      await bench.subject.savePendingSecret('unknown', 'a secret', null)
      expect(await bench.subject.get('unknown')).toBeNull()
    })
  })
