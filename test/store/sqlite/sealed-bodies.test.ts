import { beforeEach, describe, expect, test } from 'bun:test'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { type Sealing, withoutKey } from '../../../src/store/driver/sealing'
import { startMs } from '../conformance/bench'
import { claimDue, send } from '../conformance/dispatched'
import { corpid, event, suiteId } from '../conformance/records'
import { idOfKey, sealedWith } from '../sealed-with'
import { useSqliteBench } from './sqlite-bench'

const now = startMs + 1000

describe('the bodies of events with a key', () => {
  const bench = useSqliteBench()
  let log: EventLogDriver

  beforeEach(async () => {
    log = bench.open(sealedWith('a'))
    for (const n of [1, 2, 3]) await log.append(event(n))
  })

  const reopen = async (sealing: Sealing) => {
    await log.close()
    log = bench.open(sealing)
  }

  const storedBody = (n: number) =>
    bench.db
      .query<{ body: string }, [string]>('SELECT body FROM events WHERE id = ?')
      .get(event(n).id)?.body ?? ''

  const store = (n: number, body: string) =>
    bench.db.query('UPDATE events SET body = ? WHERE id = ?').run(body, event(n).id)

  const claimedIds = async () => (await log.claim(now, 1000, 10)).map(({ id }) => id)

  test('are in no byte of the folder in clear, nor is any word of them', async () => {
    await log.append(event(4, { body: 'short-secret' }))
    await log.append(event(5, { body: 'long-secret'.repeat(5000) }))
    const bytes = await bench.bytes()
    for (const word of ['<Content>', '第 1 条消息', 'short-secret', 'long-secret']) {
      expect(bytes.includes(word)).toBe(false)
    }
    expect(storedBody(4)).toStartWith(`enc:v1:${idOfKey('a')}:`)
    expect((await log.get(event(4).id))?.body).toBe('short-secret')
  })

  test('and their pending secrets are sealed each for its own place', async () => {
    await log.savePendingSecret(event(1).id, 'a kept secret', null)
    expect((await bench.bytes()).includes('a kept secret')).toBe(false)
    expect((await log.get(event(1).id))?.pendingSecret).toBe('a kept secret')
    bench.db.run('UPDATE events SET kept = body WHERE id = ?', [event(2).id])
    expect(await claimedIds()).toEqual([event(1).id, event(3).id])
    expect(await log.get(event(2).id)).toMatchObject({ status: 'dead', pendingSecret: null })
  })

  test('and those that do not open are named apart when all moves', async () => {
    store(2, storedBody(1))
    const { items, damaged } = await log.listKeptEvents()
    expect(items.map(({ id }) => id)).toEqual([event(1).id, event(3).id])
    expect(damaged).toEqual([
      { id: event(2).id, problem: expect.stringContaining('can’t be decrypted') },
    ])
  })

  test('and pending secrets leave nothing when the event is done and its company has left', async () => {
    await log.savePendingSecret(event(1).id, 'a kept secret', null)
    const sealed = bench.db
      .query<{ kept: string }, [string]>('SELECT kept FROM events WHERE id = ?')
      .get(event(1).id)!.kept
    expect((await bench.bytes()).includes(sealed)).toBe(true)
    await log.settle(event(1).id, null, { status: 'done' })
    await log.blankBodies(suiteId, corpid)
    expect((await bench.bytes()).includes(sealed)).toBe(false)
  })

  test('are seen to be empty where they are', async () => {
    await log.append(event(4, { body: '' }))
    expect(storedBody(4)).toBe('')
  })

  test('leave nothing when they are blanked, sealed or not', async () => {
    const sealed = storedBody(1)
    await log.settle(event(1).id, null, { status: 'done' })
    expect((await bench.bytes()).includes(sealed)).toBe(true)
    await log.blankBodies(suiteId, corpid)
    expect((await bench.bytes()).includes(sealed)).toBe(false)
    expect((await log.get(event(1).id))?.body).toBe('')
  })

  test('of an event whose company is found out later open as before', async () => {
    await log.append(event(4, { corpid: null }))
    await log.settle(event(4).id, null, { status: 'done', corpid })
    expect((await log.get(event(4).id))?.body).toBe(event(4).body)
  })

  test('from before the key are read', async () => {
    await reopen(withoutKey)
    await log.append(event(4))
    await reopen(sealedWith('a'))
    expect((await log.list({ limit: 9 })).items.map(({ body }) => body)).toEqual(
      [4, 3, 2, 1].map((n) => event(n).body),
    )
  })

  test('are read with the key before, and new ones sealed with the current one', async () => {
    await reopen(sealedWith('b', 'a'))
    await log.append(event(4))
    expect(storedBody(1)).toStartWith(`enc:v1:${idOfKey('a')}:`)
    expect(storedBody(4)).toStartWith(`enc:v1:${idOfKey('b')}:`)
    const claimed = await log.claim(now, 1000, 10)
    expect(claimed.map(({ body }) => body)).toEqual([1, 2, 3, 4].map((n) => event(n).body))
  })

  describe.each([
    ['was changed', () => storedBody(2).replace(/.{8}$/, 'AAAAAAAA')],
    ['is another event’s', () => storedBody(1)],
  ])('one of which %s', (_, damagedBody) => {
    beforeEach(() => store(2, damagedBody()))

    test('is dead at its claim, with the reason, and holds up no other', async () => {
      expect(await claimedIds()).toEqual([event(1).id, event(3).id])
      const dead = await log.get(event(2).id)
      expect(dead).toMatchObject({ status: 'dead', body: '', nextAttemptAt: null })
      expect(dead?.lastError).toBeString()
      expect((await log.counts()).dead).toBe(1)
      expect(await log.nextDueAt()).toBe(now + 1000)
    })

    test('is listed as if it were emptied, beside the others as they are', async () => {
      const { items } = await log.list({ limit: 9 })
      expect(items.map(({ body }) => body)).toEqual([event(3).body, '', event(1).body])
    })

    test('is an error in the log once, without a word of it', async () => {
      for (let n = 0; n < 3; n++) await log.list({ limit: 9 })
      await claimedIds()
      const errors = bench.log.entries.filter(({ level }) => level === 'error')
      expect(errors.map(({ fields }) => fields.id)).toEqual([event(2).id])
      expect(JSON.stringify(bench.log.entries)).not.toContain('enc:v1')
    })

    test('is left as it is', async () => {
      const before = storedBody(2)
      await claimedIds()
      await log.list({ limit: 9 })
      expect(storedBody(2)).toBe(before)
    })

    test('is delivered to nobody', async () => {
      await send(log, 4)
      await send(log, 5)
      store(4, damagedBody())
      const claimed = await claimDue(log, now)
      expect(claimed.map((delivery) => delivery.event.body)).toEqual([event(5).body])
      const [delivery] = (await log.get(event(4).id))?.deliveries ?? []
      expect(delivery).toMatchObject({ status: 'dead', nextAttemptAt: null })
      expect(delivery?.lastError).toBeString()
    })
  })

  test('that need another key are dead, and alive again once it is there and they are retried', async () => {
    await reopen(sealedWith('b'))
    expect(await claimedIds()).toEqual([])
    const dead = await log.get(event(1).id)
    expect(dead?.lastError).toContain(idOfKey('a'))
    await reopen(sealedWith('b', 'a'))
    expect((await log.retry(event(1).id, now))?.body).toBe(event(1).body)
    expect(await claimedIds()).toEqual([event(1).id])
  })
})
