/** A call of each method of both drivers, in an order in which each finds something to do. */
import type { EventLogDriver, StoreDriver } from '../../../../src/store/driver/drivers'
import type { EventQuery } from '../../../../src/store/event-log'
import { startMs } from '../../conformance/bench'
import {
  a,
  again,
  b,
  claimDue,
  dead,
  dispatchTo,
  done,
  end,
  leaseMs,
  ready,
  textOf,
} from '../../conformance/dispatched'
import {
  apiKey,
  auditEntry,
  corp,
  corpid,
  corpToken,
  event,
  saveInTurn,
  suiteId,
  suiteToken,
  ticket,
  token,
} from '../../conformance/records'

export interface Drivers {
  readonly log: EventLogDriver
  readonly store: StoreDriver
}

/** Later than all that stands in a large log. */
const now = startMs + 2_000_000_000
const type = 'create_auth'
const types = [type, 'change_contact']
const page = { limit: 20 }

/** What the API, the stream and replays ask for. */
const queries: readonly Partial<EventQuery>[] = [
  {},
  { corpid },
  { corpids: [corpid, 'wpCorp7'] },
  { corpid, type, status: 'done' },
  { type },
  { types },
  { types, suiteId: 'wwBig', orNoSuite: true },
  { suiteId: 'wwBig' },
  { suiteId: 'wwSmall' },
  { suiteId: 'wwBig', orNoSuite: true },
  { suiteId: 'wwUnknown', orNoSuite: true },
  { status: 'pending' },
  { status: 'done' },
  { status: 'dead', type },
]

type Call = readonly [name: string, call: (drivers: Drivers) => Promise<unknown>]

const ofEvents: readonly Call[] = [
  ['append', ({ log }) => log.append(event(1, { type, dispatchAt: now, receivedAt: now }))],
  ['claim', ({ log }) => log.claim(now, leaseMs, 16, [type], ['wwExcept'])],
  ['savePendingSecret', ({ log }) => log.savePendingSecret(event(1).id, 'secret', null)],
  ['makeDueNow', ({ log }) => log.makeDueNow(types, suiteId, now)],
  ['nextDueAt', ({ log }) => log.nextDueAt(['wwExcept'])],
  [
    'settle',
    ({ log }) =>
      log.settle(event(1).id, null, {
        status: 'pending',
        lastError: null,
        nextAttemptAt: now,
        corpid,
        readAs: { type, source: 'system', suiteId },
      }),
  ],
  ['settle', ({ log }) => log.settle(event(1).id, null, done)],
  ['get', ({ log }) => log.get(event(1).id)],
  ['bounds', ({ log }) => log.bounds()],
  ['counts', ({ log }) => log.counts()],
  ['listUnfinished', ({ log }) => log.listUnfinished('1000')],
  ['listIdentities', ({ log }) => log.listIdentities('identity-1')],
  ['restoreIdentities', ({ log }) => log.restoreIdentities([{ identity: 'x', seenAt: 1 }])],
  ...queries.flatMap((query): Call[] => [
    [`list ${JSON.stringify(query)}`, ({ log }) => log.list({ ...query, ...page })],
    [
      `listAfter ${JSON.stringify(query)}`,
      ({ log }) => log.listAfter({ ...query, ...page, after: null, since: now, until: now }),
    ],
  ]),
]

const ofDeliveries: readonly Call[] = [
  ['append', ({ log }) => log.append(ready(2, { receivedAt: now }))],
  ['append', ({ log }) => log.append(ready(3, { receivedAt: now }))],
  ['listUndispatched', ({ log }) => log.listUndispatched(now, 20)],
  ['nextDispatchAt', ({ log }) => log.nextDispatchAt()],
  ['dispatch', ({ log }) => dispatchTo(log, 2, { endpoints: [a, b], ordered: true })],
  ['dispatch', ({ log }) => dispatchTo(log, 3, { endpoints: [a] })],
  ['claimDeliveries', ({ log }) => claimDue(log, now, { freshSince: now - 1000 })],
  ['claimDelivery', ({ log }) => log.claimDelivery(event(2).id, b, now, leaseMs)],
  ['nextDeliveryAt', ({ log }) => log.nextDeliveryAt(a, now)],
  ['settleDelivery', ({ log }) => end(log, 2, again(now))],
  ['settleDelivery', ({ log }) => end(log, 2, dead)],
  ['retry', ({ log }) => log.retry(event(2).id, now)],
  ['listEndpointStates', ({ log }) => log.listEndpointStates()],
  ['countDeliveries', ({ log }) => log.countDeliveries()],
  ['setEndpointStatus', ({ log }) => log.setEndpointStatus(a, 'paused', 'why', now)],
  ['makeDeliveriesDue', ({ log }) => log.makeDeliveriesDue(b, now)],
  ['setOrdered', ({ log }) => log.setOrdered(b, false)],
  ['setOrdered', ({ log }) => log.setOrdered(b, true)],
  ['dropDeliveries', ({ log }) => log.dropDeliveries(b, now, 'too old')],
  ['listAttempts', ({ log }) => log.listAttempts(event(2).id, page)],
  ['purgeAttempts', ({ log }) => log.purgeAttempts(startMs, 1)],
  [
    'startReplay',
    ({ log }) =>
      log.startReplay({
        id: 'replay-1',
        endpoint: b,
        query: { since: null, until: null, type: null, corpid: null, all: true },
        startedAt: now,
      }),
  ],
  [
    'continueReplay',
    ({ log }) =>
      log.continueReplay({
        id: 'replay-1',
        from: null,
        searchedTo: event(3).id,
        searched: true,
        found: [2, 3].map((n) => ({
          id: event(n).id,
          body: textOf(n),
          endpoints: [{ name: b, ordered: true, dueAt: now }],
        })),
        now,
      }),
  ],
  ['getReplay', ({ log }) => log.getReplay('replay-1')],
  ['listRunningReplays', ({ log }) => log.listRunningReplays()],
  ['endReplay', ({ log }) => log.endReplay('replay-1', 'cancelled', now)],
  ['forgetEndpoint', ({ log }) => log.forgetEndpoint(b)],
]

const ofRecords: readonly Call[] = [
  [
    'addFacts',
    ({ log }) => log.addFacts([{ id: 'f', suiteId, corpid, type, at: now, payload: '{}' }]),
  ],
  ['listFacts', ({ log }) => log.listFacts({ types, ...page })],
  ['listFacts', ({ log }) => log.listFacts({ types, corpids: [corpid], suiteId, ...page })],
  ['listAllFacts', ({ log }) => log.listAllFacts('10')],
  ['purgeFacts', ({ log }) => log.purgeFacts(['suited.seen'], now)],
  ['addAudit', ({ log }) => log.addAudit(auditEntry(1))],
  ['listAudit', ({ log }) => log.listAudit(page)],
  ['listAudit', ({ log }) => log.listAudit({ actor: 'command', ...page })],
  ['listAudit', ({ log }) => log.listAudit({ action: 'key.create', corpid, ...page })],
  ['listAllAudit', ({ log }) => log.listAllAudit('10')],
  ['purgeAudit', ({ log }) => log.purgeAudit(startMs)],
  ['putOnce', ({ log }) => log.putOnce('auth_code', 'a', 'b', 1000)],
  ['findOnce', ({ log }) => log.findOnce('auth_code', 'a')],
  ['takeOnce', ({ log }) => log.takeOnce('auth_code', 'a')],
  ['purgeOnce', ({ log }) => log.purgeOnce()],
  ['blankBodies', ({ log }) => log.blankBodies(suiteId, corpid)],
  ['eraseCorp', ({ log }) => log.eraseCorp(suiteId, corpid, now)],
  [
    'purge',
    ({ log }) =>
      log.purge({
        settledBefore: startMs + 50_000,
        identitiesBefore: startMs,
        purgeAtBefore: startMs,
      }),
  ],
]

const ofState: readonly Call[] = [
  ['saveTicket', ({ store }) => store.saveTicket(suiteId, ticket())],
  ['loadSuite', ({ store }) => store.loadSuite(suiteId)],
  ['changeCorp', ({ store }) => store.changeCorp(suiteId, corpid, () => corp())],
  ['changeCorp', ({ store }) => store.changeCorp(suiteId, corpid, () => corp({ name: 'x' }))],
  ['loadCorp', ({ store }) => store.loadCorp(suiteId, corpid)],
  ['findCorpByInstallEvent', ({ store }) => store.findCorpByInstallEvent(suiteId, 'event-1')],
  ['corpidOfOpenCorpid', ({ store }) => store.corpidOfOpenCorpid(suiteId, 'open')],
  ['listCorps', ({ store }) => store.listCorps(page)],
  ['listCorps', ({ store }) => store.listCorps({ suiteId, status: 'suspended', ...page })],
  ['listCorpIds', ({ store }) => store.listCorpIds()],
  ['suitesOfCorp', ({ store }) => store.suitesOfCorp(corpid)],
  ['takeTokenTurn', ({ store }) => saveInTurn(store, corpToken, token(), 0)],
  ['loadToken', ({ store }) => store.loadToken(suiteToken)],
  ['endToken', ({ store }) => store.endToken(corpToken, token())],
  ['takeRechecks', ({ store }) => store.takeRechecks([suiteId, 'wwBig'], 20)],
  ['hearOfCorp', ({ store }) => store.hearOfCorp(suiteId, corpid)],
  ['takeRefreshes', ({ store }) => store.takeRefreshes([suiteId, 'wwBig'], 20)],
  ['refreshCorpAt', ({ store }) => store.refreshCorpAt(suiteId, corpid, 0)],
  ['changeKey', ({ store }) => store.changeKey(apiKey(1).id, () => apiKey(1))],
  ['acquireLease', async ({ store }) => (await store.acquireLease('purge', 1000))?.release()],
]

/** Searches and counts, which look at many rows of a narrow index and are allowed to. */
export const wideCalls: readonly Call[] = [
  ['countCorps', ({ store }) => store.countCorps()],
  ['countCorps', ({ store }) => store.countCorps('wwBig')],
  ['listCorps', ({ store }) => store.listCorps({ q: 'name 99', ...page })],
]

export const driverCalls: readonly Call[] = [...ofState, ...ofEvents, ...ofDeliveries, ...ofRecords]
