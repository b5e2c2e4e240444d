import { describe, expect, test } from 'bun:test'
import { hourMs } from '../../../../src/clock'
import type { EventLog } from '../../../../src/store/event-log'
import { describeWithTool } from '../../../optional-tool'
import { findPostgres } from '../../../postgres/server'
import { startMs } from '../../conformance/bench'
import { event } from '../../conformance/records'
import { sealedWith } from '../../sealed-with'
import { useLogBench } from './log-bench'

const leaseMs = 300_000
const now = startMs + 1000

describeWithTool('PostgreSQL', findPostgres, 'claims of several replicas', () => {
  const bench = useLogBench()

  const claimOne = async (log: EventLog, at = now) => (await log.claim(at, leaseMs, 1))[0]

  describe('when the life of a holder ends', () => {
    test('what it holds is free at once', async () => {
      const [first, second] = [await bench.open(), await bench.open()]
      await first.log.append(event(1))
      expect(await claimOne(first.log)).toMatchObject({ claim: 1, lostClaims: 0 })
      expect(await claimOne(second.log)).toBeUndefined()
      expect(await second.log.nextDueAt()).toBe(now + leaseMs)
      await bench.endLife(first)
      expect(await second.log.nextDueAt()).toBe(event(1).receivedAt)
      expect(await claimOne(second.log)).toMatchObject({ claim: 2, lostClaims: 1 })
    })

    test('and it wakes, it can say that it was done, and nothing else', async () => {
      const [first, second] = [await bench.open(), await bench.open()]
      await first.log.append(event(1))
      await claimOne(first.log)
      await bench.endLife(first)
      await claimOne(second.log)
      const { id } = event(1)
      const dead = { status: 'dead', lastError: 'late' } as const
      expect(await first.log.settle(id, 1, dead)).toBe('superseded')
      expect(await first.log.settle(id, 1, { status: 'done' })).toBe('settled')
      expect(await second.log.settle(id, 2, dead)).toBe('superseded')
    })
  })

  describe('that were lost', () => {
    test('count for others, for good, and not for who lost them', async () => {
      const [first, second] = [await bench.open(), await bench.open()]
      await first.log.append(event(1))
      await claimOne(first.log)
      expect(await claimOne(first.log, now + leaseMs)).toMatchObject({ claim: 2, lostClaims: 0 })
      const again = { status: 'pending', lastError: null, nextAttemptAt: now } as const
      await first.log.settle(event(1).id, 2, again)
      expect(await claimOne(second.log, now + leaseMs)).toMatchObject({ claim: 3, lostClaims: 1 })
      await second.log.settle(event(1).id, 3, again)
      expect(await claimOne(second.log, now + leaseMs)).toMatchObject({ claim: 4, lostClaims: 1 })
    })

    test('are none of those that were settled', async () => {
      const [first, second] = [await bench.open(), await bench.open()]
      await first.log.append(event(1))
      await claimOne(first.log)
      const again = { status: 'pending', lastError: null, nextAttemptAt: now } as const
      await first.log.settle(event(1).id, 1, again)
      expect(await claimOne(second.log)).toMatchObject({ claim: 2, lostClaims: 0 })
    })
  })

  test('of one whose clock is an hour ahead take nothing that is held or not due', async () => {
    const [ahead, other] = [await bench.open({ clock: null }), await bench.open({ clock: null })]
    const really = Date.now()
    await other.log.append(event(1, { receivedAt: really - 1000 }))
    await other.log.append(event(2, { receivedAt: really + hourMs / 2 }))
    expect(await claimOne(other.log, really)).toMatchObject({ id: event(1).id })
    expect(await claimOne(ahead.log, really + hourMs)).toBeUndefined()
    const dueAt = await ahead.log.nextDueAt()
    expect(dueAt).toBeGreaterThan(really + leaseMs - 60_000)
    expect(dueAt).toBeLessThan(really + leaseMs + 60_000)
  })

  describe('of what is sealed', () => {
    test('leave to others what only they have the key of', async () => {
      const holder = await bench.open({ sealing: sealedWith('a') })
      const rotated = await bench.open({ sealing: sealedWith('b', 'a') })
      const stranger = await bench.open({ sealing: sealedWith('b') })
      await holder.log.append(event(1))
      expect(await claimOne(stranger.log)).toBeUndefined()
      expect(await stranger.log.nextDueAt()).toBeNull()
      expect(await claimOne(rotated.log)).toMatchObject({ claim: 1, body: event(1).body })
      const again = { status: 'pending', lastError: null, nextAttemptAt: now } as const
      await rotated.log.settle(event(1).id, 1, again)
      await rotated.log.savePendingSecret(event(1).id, 'a secret', null)
      expect(await claimOne(holder.log)).toBeUndefined()
      expect(await claimOne(rotated.log)).toMatchObject({ pendingSecret: 'a secret' })
    })

    test('end what is damaged, with the reason, and give what is not', async () => {
      const { log } = await bench.open({ sealing: sealedWith('a') })
      for (const n of [1, 2]) await log.append(event(n))
      await bench.database.query(
        `UPDATE events SET body = substring(body FOR 30) || 'A' WHERE id = $1`,
        [event(1).id],
      )
      expect((await log.claim(now, leaseMs, 10)).map(({ id }) => id)).toEqual([event(2).id])
      const { status, lastError } = (await log.get(event(1).id))!
      expect(status).toBe('dead')
      expect(lastError).toStartWith('Its body can’t be decrypted')
    })
  })

  test('take the types that go first before a backlog, and fill up with the rest', async () => {
    const { log } = await bench.open()
    await Promise.all(Array.from({ length: 50 }, (_, n) => log.append(event(n))))
    await log.append(event(90, { type: 'create_auth' }))
    const claimed = await log.claim(now, leaseMs, 3, ['create_auth', 'reset_permanent_code'])
    expect(claimed.map(({ id }) => id)).toEqual([90, 0, 1].map((n) => event(n).id))
  })
})
