import { describe, expect, test } from 'bun:test'
import type { EndpointState } from '../../../src/store/deliveries'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import type { KeptAttempt, KeptDelivery, KeptEvent } from '../../../src/store/driver/moving'
import type { Replay } from '../../../src/store/replays'
import { allOf } from '../all-of'
import { codeOf, type OpenBackend, startMs, useBench } from './bench'
import { a, b, claimDue, dead, dispatchTo, end, ready, textOf } from './dispatched'
import { corpid, event, suiteId } from './records'

const keptEvent = (n: number, changes: Partial<KeptEvent> = {}): KeptEvent => {
  const { identity: _, ...own } = event(n)
  return {
    ...own,
    status: 'done',
    attempts: 1,
    nextAttemptAt: null,
    pendingSecret: null,
    outgoing: textOf(n),
    purgeAt: null,
    ...changes,
  }
}

const keptDelivery = (n: number, changes: Partial<KeptDelivery> = {}): KeptDelivery => ({
  eventId: event(n).id,
  endpoint: a,
  status: 'pending',
  attempts: 2,
  step: 1,
  ordered: true,
  dispatchedAt: startMs + 5,
  nextAttemptAt: startMs + 9,
  lastError: 'status 500',
  replay: null,
  ...changes,
})

const keptAttempt = (n: number, changes: Partial<KeptAttempt> = {}): KeptAttempt => ({
  eventId: event(n).id,
  suiteId,
  corpid,
  endpoint: a,
  at: startMs + n,
  address: '192.0.2.7',
  status: 500,
  error: 'status 500',
  durationMs: 12,
  answer: '出错了',
  ...changes,
})

const keptReplay = (n: number, changes: Partial<Replay> = {}): Replay => ({
  id: `replay-${n}`,
  endpoint: a,
  query: { since: 1, until: null, type: null, corpid, all: true },
  status: 'done',
  searchedTo: event(2).id,
  searched: true,
  total: 7,
  sent: 5,
  startedAt: startMs + n,
  endedAt: startMs + n + 1,
  ...changes,
})

const state: EndpointState = {
  endpoint: b,
  status: 'paused',
  reason: '维护',
  failures: 3,
  failingSince: startMs,
  lastFailureAt: startMs + 1,
  lastError: 'status 500',
  lastSuccessAt: startMs - 1,
  recoveredAt: null,
  dropped: 2,
}

export const movingRules = (open: OpenBackend<EventLogDriver>) =>
  describe('the move of all that is kept', () => {
    const bench = useBench(open)
    const events = () => allOf((cursor) => bench.subject.listKeptEvents(cursor))
    const deliveries = () => allOf((cursor) => bench.subject.listKeptDeliveries(cursor))
    const attempts = () => allOf((cursor) => bench.subject.listKeptAttempts(cursor))

    test('an empty log has nothing to move, and knows only cursors that it gave', async () => {
      expect([await events(), await deliveries(), await attempts()]).toEqual([[], [], []])
      expect(await bench.subject.listKeptReplays()).toEqual([])
      expect(await codeOf(bench.subject.listKeptEvents('x'))).toBe('invalid_request')
      expect(await codeOf(bench.subject.listKeptDeliveries('x'))).toBe('invalid_request')
      expect(await codeOf(bench.subject.listKeptAttempts('x'))).toBe('invalid_request')
    })

    test('all that came and was done is listed, whatever its state', async () => {
      await bench.subject.append(ready(1))
      await bench.subject.append(event(2, { pendingSecret: 'a secret' }))
      await bench.subject.append(event(3, { status: 'dead', lastError: 'unparsed' }))
      await bench.subject.settle(event(3).id, null, {
        status: 'dead',
        lastError: 'A stranger’s.',
        purgeAt: startMs + 60,
      })
      await dispatchTo(bench.subject, 1, { endpoints: [a, b] })
      await end(bench.subject, 1, dead, { claim: 0 })

      const { deliveries: _, ...second } = (await bench.subject.get(event(2).id))!
      const listed = await events()
      expect(listed.map(({ id }) => id)).toEqual([1, 2, 3].map((n) => event(n).id))
      expect(listed[1]).toEqual({ ...second, purgeAt: null })
      expect(listed[2]).toMatchObject({ status: 'dead', purgeAt: startMs + 60 })
      const own = { ...(await bench.subject.get(event(1).id))! }.deliveries
      expect(await deliveries()).toEqual(
        own.map((delivery) => ({ ...delivery, eventId: event(1).id, replay: null })),
      )
    })

    test('events stand as they were, in their order, over all stretches', async () => {
      const kept = Array.from({ length: 1200 }, (_, n) => keptEvent(n))
      const odd = [
        keptEvent(1200, { body: '', outgoing: null }),
        keptEvent(1201, { status: 'pending', nextAttemptAt: startMs, pendingSecret: '授权码' }),
        keptEvent(1202, { status: 'dead', lastError: 'x', purgeAt: startMs, suiteId: null }),
        keptEvent(1203, { dispatchAt: startMs + 1, corpid: null }),
      ]
      await bench.subject.addKeptEvents([...kept, ...odd])
      expect(await events()).toEqual([...kept, ...odd])
      const again = await bench.reopen()
      const { deliveries: _, ...read } = (await again.get(event(1201).id))!
      expect<KeptEvent>({ ...read, purgeAt: null }).toEqual(odd[1]!)
      expect(await again.counts()).toMatchObject({ pending: 1, dead: 1, done: 1202 })
    })

    test('they leave no facts and make no push a repeated one', async () => {
      await bench.subject.addKeptEvents([keptEvent(1)])
      expect((await bench.subject.listAllFacts()).items).toEqual([])
      expect((await bench.subject.listIdentities()).items).toEqual([])
      expect(await bench.subject.append(event(2, { identity: 'identity-1' }))).toBe('stored')
    })

    test('deliveries keep the order of their line, which needn’t be that of the events', async () => {
      const kept = [
        keptDelivery(2),
        keptDelivery(1),
        keptDelivery(1, { endpoint: b, ordered: false, status: 'dead', nextAttemptAt: null }),
      ]
      await bench.subject.addKeptEvents([keptEvent(1), keptEvent(2)])
      await bench.subject.addKeptDeliveries([...kept, keptDelivery(9)])
      expect(await deliveries()).toEqual(kept)
      const due = await claimDue(bench.subject, startMs + 10)
      expect(due.map(({ event: { id } }) => id)).toEqual([event(2).id])
      expect(due[0]).toMatchObject({ attempts: 2, step: 1, event: { outgoing: textOf(2) } })
    })

    test('a job that runs goes on with what it put on its way', async () => {
      const replay = keptReplay(1, { status: 'running', endedAt: null, sent: 6 })
      await bench.subject.addKeptReplays([replay, keptReplay(2)])
      await bench.subject.addKeptEvents([keptEvent(1)])
      await bench.subject.addKeptDeliveries([
        keptDelivery(1, { replay: { id: replay.id, before: 'dead' } }),
      ])
      expect(await bench.subject.listKeptReplays()).toEqual([replay, keptReplay(2)])
      expect(await bench.subject.listRunningReplays()).toEqual([replay])
      await bench.subject.endReplay(replay.id, 'cancelled', startMs + 20)
      expect(await deliveries()).toMatchObject([{ status: 'dead' }])
    })

    test('attempts move, those whose event is gone too', async () => {
      const kept = [
        keptAttempt(1),
        keptAttempt(2, { address: null, status: null, answer: '', corpid: null, suiteId: null }),
      ]
      await bench.subject.addKeptEvents([keptEvent(1)])
      await bench.subject.addKeptAttempts(kept)
      expect(await attempts()).toEqual(kept)
      const { items } = await bench.subject.listAttempts(event(1).id, { limit: 10 })
      expect(items).toMatchObject([{ at: startMs + 1, answer: '出错了' }])
    })

    test('endpoints stand as they stood', async () => {
      await bench.subject.addEndpointStates([state])
      expect(await bench.subject.listEndpointStates()).toEqual([state])
    })
  })
