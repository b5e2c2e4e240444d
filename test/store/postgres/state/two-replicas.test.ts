import { describe, expect, test } from 'bun:test'
import { dayMs } from '../../../../src/clock'
import type { StoreDriver } from '../../../../src/store/driver/drivers'
import type { Lease } from '../../../../src/store/lease'
import { createManualClock } from '../../../manual-clock'
import { describeWithTool } from '../../../optional-tool'
import { findPostgres } from '../../../postgres/server'
import { codeOf, startMs } from '../../conformance/bench'
import { endpointRecord } from '../../conformance/endpoint-record-rules'
import {
  apiKey,
  corp,
  corpid,
  corpToken,
  refusal,
  saveInTurn,
  suiteId,
  ticket,
  token,
} from '../../conformance/records'
import { useStateBench } from './state-bench'

describeWithTool('PostgreSQL', findPostgres, 'two replicas on one database', () => {
  const bench = useStateBench()

  const turnOf = async (store: StoreDriver): Promise<Lease> => {
    const taken = await store.takeTokenTurn(corpToken, 60_000)
    if (!taken?.turn) throw new Error('the turn was not to be had')
    return taken.turn
  }

  describe('when the life of one ends', () => {
    test('its leases are free at once, and lost to it when it wakes', async () => {
      const [first, second] = [await bench.open(), await bench.open()]
      const lease = await first.store.acquireLease('purge', dayMs)
      expect(await second.store.acquireLease('purge', dayMs)).toBeNull()
      await bench.endLife(first)
      expect(await lease!.extend(dayMs)).toBe(false)
      const taken = await second.store.acquireLease('purge', dayMs)
      expect(taken!.fence).toBeGreaterThan(lease!.fence)
      await lease!.release()
      expect(await taken!.extend(dayMs)).toBe(true)
    })

    test('nothing is written of a company under its lease, taken over or not', async () => {
      const [first, second] = [await bench.open(), await bench.open()]
      const lease = (await first.store.acquireLease('doubts', dayMs))!
      await bench.endLife(first)
      const change = () => first.store.changeCorp(suiteId, corpid, () => corp(), lease)
      expect(await codeOf(change())).toBe('store_unavailable')
      await second.store.acquireLease('doubts', dayMs)
      expect(await codeOf(change())).toBe('store_unavailable')
      expect(await second.store.loadCorp(suiteId, corpid)).toBeNull()
    })

    test('its turns are free at once, and what it fetched meanwhile is superseded', async () => {
      const [first, second] = [await bench.open(), await bench.open()]
      await first.store.changeCorp(suiteId, corpid, () => corp())
      const lost = await turnOf(first.store)
      expect((await second.store.takeTokenTurn(corpToken, 60_000))?.turn).toBeNull()
      await bench.endLife(first)
      expect(await lost.extend(60_000)).toBe(false)
      const turn = await turnOf(second.store)
      const late = token({ value: 'late' })
      expect(await first.store.saveToken(corpToken, late, 0, lost)).toBe('superseded')
      await first.store.noteRefusal(corpToken, refusal(), lost)
      expect(await second.store.saveToken(corpToken, token(), 0, turn)).toBe('saved')
      expect((await second.store.takeTokenTurn(corpToken, 1))?.refusal).toBeNull()
    })
  })

  test('the database’s own clock judges, whatever the clocks of the replicas say', async () => {
    const [first, second] = [await bench.open({ clock: null }), await bench.open({ clock: null })]
    expect(await first.store.acquireLease('refresh', 60_000)).not.toBeNull()
    expect(await second.store.acquireLease('refresh', 60_000)).toBeNull()
    const ahead = await bench.open({ clock: createManualClock(Date.now() + dayMs) })
    expect(await ahead.store.acquireLease('refresh', 60_000)).not.toBeNull()
  })

  test('no token outlives a code that goes while it is fetched, however that meets', async () => {
    const [first, second] = [await bench.open(), await bench.open()]
    for (let round = 0; round < 15; round++) {
      await first.store.changeCorp(suiteId, corpid, () => corp())
      await Promise.all([
        saveInTurn(second.store, corpToken, token({ value: `of round ${round}` }), 0),
        first.store.changeCorp(suiteId, corpid, () => corp({ permanentCode: null })),
        saveInTurn(second.store, { ...corpToken, kind: 'jsapi_ticket' }, token(), 0),
      ])
      expect(await bench.database.query('SELECT 1 FROM tokens')).toEqual([])
    }
  })

  test('a company that is changed by many at once gets every change', async () => {
    const [first, second] = [await bench.open(), await bench.open()]
    await first.store.changeCorp(suiteId, corpid, () => corp({ agentid: 0 }))
    const add = ({ store }: typeof first) =>
      store.changeCorp(suiteId, corpid, (now) => now && { ...now, agentid: now.agentid! + 1 })
    await Promise.all(Array.from({ length: 60 }, (_, n) => add(n % 2 ? first : second)))
    expect((await second.store.loadCorp(suiteId, corpid))?.agentid).toBe(60)
  })

  describe('tell each other', () => {
    const told = async () => {
      const rows = await bench.database.query<{ what: string; by: string; at: number }>(
        'SELECT what, by, at::float8 AS at FROM changes ORDER BY seq',
      )
      await bench.database.query('DELETE FROM changes')
      return rows.map(({ what, by, at }) => ({ ...JSON.parse(what), by, at }))
    }

    test('of what others may have at hand, in the step of the change', async () => {
      const { store, owner } = await bench.open()
      const of = (what: object) => [{ ...what, by: owner, at: startMs }]
      const theCorp = { what: 'corp', suiteId, corpid }
      await store.saveTicket(suiteId, ticket())
      expect(await told()).toEqual(of({ what: 'ticket', suiteId }))
      await store.changeCorp(suiteId, corpid, () => corp())
      expect(await told()).toEqual(of(theCorp))
      for (const changed of [
        corp({ status: 'suspended' }),
        corp({ permanentCode: 'another' }),
        corp({ agentid: 7 }),
        corp({ site: { publicUrl: null, trustedDomains: [] } }),
        corp({ callbackPair: { token: 't', encodingAesKey: 'k'.repeat(43) } }),
        corp({ openCorpid: 'wpOther' }),
      ]) {
        await store.changeCorp(suiteId, corpid, () => changed)
        expect(await told()).toEqual(of(theCorp))
      }
      await saveInTurn(store, corpToken, token(), 0)
      await store.endToken(corpToken, token())
      expect(await told()).toEqual(of({ what: 'token', ...corpToken }))
      await store.removeCorp(suiteId, corpid, () => true)
      expect(await told()).toEqual(of(theCorp))
      await store.changeKey(apiKey(1).id, () => apiKey(1))
      expect(await told()).toEqual(of({ what: 'keys' }))
      await store.changeEndpoint('crm', () => endpointRecord())
      expect(await told()).toEqual(of({ what: 'endpoints' }))
      await store.removeEndpoint('crm')
      expect(await told()).toEqual(of({ what: 'endpoints' }))
    })

    test('nothing of renewals, of what others don’t keep, or of what was not written', async () => {
      const { store } = await bench.open()
      await store.saveTicket(suiteId, ticket())
      await store.changeCorp(suiteId, corpid, () => corp())
      await told()
      await store.saveTicket(suiteId, ticket({ timeStampSeconds: 1 }))
      await store.changeCorp(suiteId, corpid, () => corp({ name: 'renamed' }))
      await store.changeCorp(suiteId, corpid, () => null)
      await saveInTurn(store, corpToken, token(), 0)
      await store.endToken(corpToken, token({ value: 'another' }))
      await store.removeCorp(suiteId, 'unknown', () => true)
      await store.changeEndpoint('crm', () => null)
      await store.removeEndpoint('crm')
      expect(await told()).toEqual([])
    })
  })
})
