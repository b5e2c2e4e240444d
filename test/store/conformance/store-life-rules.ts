import { describe, expect, test } from 'bun:test'
import type { StoreDriver } from '../../../src/store/driver/drivers'
import type { Lease } from '../../../src/store/lease'
import { type Abilities, type OpenBackend, useBench } from './bench'
import { lifeRules } from './life-rules'
import {
  apiKey,
  corp,
  corpid,
  corpToken,
  saveInTurn,
  suiteId,
  suiteToken,
  ticket,
  token,
} from './records'

/** One call of each method of the port. */
const lostTurn: Lease = {
  name: 'turn',
  fence: 0,
  extend: async () => false,
  release: async () => {},
}

const calls: Readonly<Record<string, (store: StoreDriver) => Promise<unknown>>> = {
  loadSuite: (store) => store.loadSuite(suiteId),
  listSuiteIds: (store) => store.listSuiteIds(),
  saveTicket: (store) => store.saveTicket(suiteId, ticket()),
  loadCorp: (store) => store.loadCorp(suiteId, corpid),
  changeCorp: (store) => store.changeCorp(suiteId, corpid, () => corp()),
  findCorpByInstallEvent: (store) => store.findCorpByInstallEvent(suiteId, 'event-1'),
  listCorps: (store) => store.listCorps({ limit: 1 }),
  listCorpIds: (store) => store.listCorpIds(),
  listUnreadable: (store) => store.listUnreadable(),
  countCorps: (store) => store.countCorps(),
  suitesOfCorp: (store) => store.suitesOfCorp(corpid),
  loadToken: (store) => store.loadToken(suiteToken),
  takeTokenTurn: (store) => store.takeTokenTurn(suiteToken, 1000),
  saveToken: (store) => store.saveToken(suiteToken, token(), 0, lostTurn),
  noteRefusal: (store) => store.noteRefusal(suiteToken, null, lostTurn),
  endToken: (store) => store.endToken(suiteToken, token()),
  takeRechecks: (store) => store.takeRechecks([suiteId], 1),
  takeRecheck: (store) => store.takeRecheck(suiteId, corpid),
  hearOfCorp: (store) => store.hearOfCorp(suiteId, corpid),
  takeRefreshes: (store) => store.takeRefreshes([suiteId], 1),
  refreshCorpAt: (store) => store.refreshCorpAt(suiteId, corpid, 0),
  acquireLease: (store) => store.acquireLease('refresh', 1000),
  listKeys: (store) => store.listKeys(),
  listKeyIds: (store) => store.listKeyIds(),
  loadKey: (store) => store.loadKey(apiKey(1).id),
  changeKey: (store) => store.changeKey(apiKey(1).id, () => apiKey(1)),
  addKeyUses: (store) => store.addKeyUses([], 'batch-1'),
  purgeKeys: (store) => store.purgeKeys(0),
  serviceSecret: (store) => store.serviceSecret(),
  loadServiceSecret: (store) => store.loadServiceSecret(),
  restoreServiceSecret: (store) => store.restoreServiceSecret(new Uint8Array(32)),
  checkWritable: (store) => store.checkWritable(),
}

export const storeLifeRules = (open: OpenBackend<StoreDriver>, { twoHandles }: Abilities) =>
  describe('its life', () => {
    const bench = useBench(open)

    lifeRules(bench, calls)

    test('everything is there again after it was closed and opened', async () => {
      await bench.subject.saveTicket(suiteId, ticket())
      await bench.subject.changeCorp(suiteId, corpid, () => corp())
      await saveInTurn(bench.subject, suiteToken, token({ value: 'suite' }), 0)
      await saveInTurn(bench.subject, corpToken, token({ value: 'corp' }), 0)
      const store = await bench.reopen()
      expect((await store.loadSuite(suiteId))?.ticket).toEqual(ticket())
      expect(await store.loadCorp(suiteId, corpid)).toEqual(corp())
      expect((await store.loadToken(suiteToken))?.value).toBe('suite')
      expect((await store.loadToken(corpToken))?.value).toBe('corp')
      expect(await store.listSuiteIds()).toEqual([suiteId])
      expect((await store.listCorps({ limit: 9 })).items.map((item) => item.corpid)).toEqual([
        corpid,
      ])
      expect((await store.countCorps()).authorized).toBe(1)
      expect(await store.suitesOfCorp(corpid)).toEqual([suiteId])
      expect(await store.findCorpByInstallEvent(suiteId, 'event-1')).toEqual(corp())
    })

    test('closing finishes what was begun', async () => {
      let finished = 0
      for (const name of ['first', 'second', 'third']) {
        const change = bench.subject.changeCorp(suiteId, corpid, () => corp({ name }))
        change.then(() => finished++)
      }
      const store = await bench.reopen()
      expect(finished).toBe(3)
      expect(await store.loadCorp(suiteId, corpid)).toEqual(corp({ name: 'third' }))
    })

    if (!twoHandles) return

    describe('with two handles', () => {
      test('what one writes the other reads', async () => {
        const other = await bench.another()
        await bench.subject.saveTicket(suiteId, ticket())
        await bench.subject.changeCorp(suiteId, corpid, () => corp())
        await saveInTurn(bench.subject, corpToken, token(), 0)
        expect((await other.loadSuite(suiteId))?.ticket).toEqual(ticket())
        expect(await other.loadCorp(suiteId, corpid)).toEqual(corp())
        expect(await other.loadToken(corpToken)).toEqual(token())
        expect((await other.listCorps({ limit: 9 })).items).toHaveLength(1)
      })

      test('concurrent changes through both are all applied', async () => {
        const other = await bench.another()
        await bench.subject.changeCorp(suiteId, corpid, () => corp({ agentid: 0 }))
        await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            (n % 2 ? other : bench.subject).changeCorp(
              suiteId,
              corpid,
              (current) => current && { ...current, agentid: (current.agentid ?? 0) + 1 },
            ),
          ),
        )
        expect((await other.loadCorp(suiteId, corpid))?.agentid).toBe(20)
      })

      test('a lease taken through one is refused to the other until it runs out', async () => {
        const other = await bench.another()
        await bench.subject.acquireLease('refresh', 1000)
        expect(await other.acquireLease('refresh', 1000)).toBeNull()
        await bench.clock.advance(1000)
        expect(await other.acquireLease('refresh', 1000)).not.toBeNull()
      })

      test('a token that one replaced is superseded for the other', async () => {
        const other = await bench.another()
        expect(await saveInTurn(bench.subject, suiteToken, token(), 0)).toBe('saved')
        expect(await saveInTurn(other, suiteToken, token(), 0)).toBe('superseded')
      })

      test('closing one leaves the other open', async () => {
        const other = await bench.another()
        await bench.subject.close()
        expect(await other.saveTicket(suiteId, ticket())).toBe('saved')
      })
    })
  })
