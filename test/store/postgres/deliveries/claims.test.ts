import { expect, test } from 'bun:test'
import { minuteMs } from '../../../../src/clock'
import { failingAfter } from '../../../../src/store/deliveries'
import { describeWithTool } from '../../../optional-tool'
import { findPostgres } from '../../../postgres/server'
import { startMs } from '../../conformance/bench'
import { a, again, attempt, claimDue, done, end, failed, send } from '../../conformance/dispatched'
import { event } from '../../conformance/records'
import { sealedWith } from '../../sealed-with'
import { useLogBench } from '../events/log-bench'

const now = startMs + 1000

describeWithTool('PostgreSQL', findPostgres, 'deliveries of several replicas', () => {
  const bench = useLogBench()

  test('what a replica had is free once its life ends, and what it still says is superseded', async () => {
    const [one, other] = [await bench.open(), await bench.open()]
    for (const n of [1, 2]) await send(one.log, n, { ordered: true })
    expect(await claimDue(one.log, now)).toHaveLength(1)
    expect(await claimDue(other.log, now)).toEqual([])
    expect(await other.log.nextDeliveryAt(a, now)).toBeNull()
    await bench.endLife(one)
    expect(await other.log.nextDeliveryAt(a, now)).toBe(startMs)
    expect(await claimDue(other.log, now)).toMatchObject([{ claim: 2, event: { id: event(1).id } }])
    expect((await end(one.log, 1, again(now))).result).toBe('superseded')
    expect((await end(other.log, 1, done, { claim: 2 })).result).toBe('settled')
    expect(await claimDue(other.log, now)).toMatchObject([{ event: { id: event(2).id } }])
  })

  test('one may be taken by its id from a replica that no longer lives', async () => {
    const [one, other] = [await bench.open(), await bench.open()]
    await send(one.log, 1)
    await claimDue(one.log, now)
    const take = () => other.log.claimDelivery(event(1).id, a, now, 1000)
    expect(await take()).toBeNull()
    await bench.endLife(one)
    expect((await take())?.claim).toBe(2)
  })

  test('the clock of the database judges what is held, not that of who claims', async () => {
    const [one, other] = [await bench.open({ clock: null }), await bench.open({ clock: null })]
    const ahead = Date.now() + 3_600_000
    await send(one.log, 1, { at: Date.now() })
    expect(await claimDue(one.log, Date.now())).toHaveLength(1)
    expect(await claimDue(other.log, ahead)).toEqual([])
    expect(await other.log.nextDeliveryAt(a, ahead)).toBeNull()
  })

  test('others are told when an endpoint turns, not of every try', async () => {
    const { log, owner } = await bench.open()
    await send(log, 1)
    const told = async () => {
      const rows = await bench.database.query<{ by: string; what: string }>(
        'SELECT by, what FROM changes ORDER BY seq',
      )
      await bench.database.query('DELETE FROM changes')
      return rows.map(({ by, what }) => ({ by, ...JSON.parse(what) }))
    }
    const change = { by: owner, what: 'endpoint_states' }
    const tryOnce = (at: number, took: boolean) =>
      log.settleDelivery({
        id: event(1).id,
        endpoint: a,
        claim: 0,
        outcome: again(at),
        attempt: took ? attempt({ at }) : failed({ at }),
        endpointTook: took,
      })
    for (let n = 0; n < 3; n++) await tryOnce(now + n, true)
    for (let n = 1; n < failingAfter; n++) await tryOnce(now + n, false)
    expect(await told()).toEqual([])
    await tryOnce(now, false)
    expect(await told()).toEqual([change])
    for (let n = 0; n < 3; n++) await tryOnce(now + n, false)
    expect(await told()).toEqual([])
    await tryOnce(now, true)
    expect(await told()).toEqual([change])
    await log.setEndpointStatus(a, 'paused', 'a holiday', now)
    expect(await told()).toEqual([change])
    await log.setEndpointStatus(a, 'off', 'it answered 410', now, ['on'])
    expect(await told()).toEqual([])
  })

  test('what is sealed with a key that this replica lacks is left to one that has it, by the time of all', async () => {
    const [newer, older] = [
      await bench.open({ sealing: sealedWith('b', 'a') }),
      await bench.open({ sealing: sealedWith('a') }),
    ]
    await send(newer.log, 1)
    expect(await claimDue(older.log, now)).toEqual([])
    const [left] = (await newer.log.get(event(1).id))!.deliveries
    expect(left).toMatchObject({
      status: 'pending',
      attempts: 0,
      step: 0,
      nextAttemptAt: now + minuteMs,
    })
    const claimed = await newer.log.claimDelivery(event(1).id, a, now, 1000)
    expect(claimed?.event.body).toBe(event(1).body)
  })

  test('texts with U+0000 are kept, without it where the database takes none', async () => {
    const { log } = await bench.open({ sealing: sealedWith('a') })
    await send(log, 1)
    const bad = failed({ error: 'no\0thing', answer: 'a\0b' })
    await log.settleDelivery({
      id: event(1).id,
      endpoint: a,
      claim: 0,
      outcome: { status: 'dead', lastError: 'no\0thing' },
      attempt: bad,
      endpointTook: false,
    })
    const { items } = await log.listAttempts(event(1).id, { limit: 9 })
    expect(items).toEqual([{ ...bad, error: 'nothing' }])
    expect(await log.listEndpointStates()).toMatchObject([{ lastError: 'nothing' }])
    expect((await log.get(event(1).id))?.deliveries).toMatchObject([{ lastError: 'nothing' }])
  })
})
