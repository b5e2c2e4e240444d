/** A store with some of everything, made by the work that makes it; and holdings in memory. */
import { createMemoryEventLog } from '../../../src/store/memory/memory-event-log'
import { createMemoryStore } from '../../../src/store/memory/memory-store'
import type { Holding } from '../../../src/store/move/kinds'
import { freshBytes } from '../../fresh-bytes'
import { createManualClock } from '../../manual-clock'
import { startMs } from '../conformance/bench'
import { again, attempt, dead, dispatchTo, done, end, ready } from '../conformance/dispatched'
import { endpointRecord } from '../conformance/endpoint-record-rules'
import { apiKey, auditEntry, corp, event, suiteId, ticket } from '../conformance/records'
import { factRule } from '../fact-rule'

export const memoryHolding = (): Holding => {
  const clock = createManualClock(startMs)
  return {
    store: createMemoryStore({ clock, freshBytes }),
    eventLog: createMemoryEventLog(factRule, undefined, clock),
  }
}

const fillStore = async ({ store }: Holding, companies: number) => {
  await store.saveTicket(suiteId, ticket())
  await store.saveTicket('wwOther', ticket({ value: 'ticket-2', timeStampSeconds: 1_700_000_600 }))
  for (let n = 0; n < companies; n++) {
    const own = corp({
      corpid: `wpCorp_${n}`,
      installEventId: `event-${n}`,
      authorizedAt: startMs + n,
      permanentCode: `permanent-code-${n}`,
      ...(n % 3 === 1 && { openCorpid: `woOpen${n}`, license: license }),
      ...(n % 3 === 2 && { callbackPair: { token: 'T', encodingAesKey: 'k'.repeat(43) } }),
    })
    await store.changeCorp(own.suiteId, own.corpid, () => own)
  }
  const left = corp({ corpid: 'wpLeft', status: 'cancelled', permanentCode: null })
  await store.changeCorp(left.suiteId, left.corpid, () => left)
  await store.serviceSecret()
  await store.changeKey(apiKey(1).id, () => apiKey(1, { uses: 7, lastUsedAt: startMs }))
  await store.changeKey(apiKey(2).id, () => apiKey(2, { revokedAt: startMs + 9 }))
  await store.changeKey(apiKey(3).id, () => apiKey(3, { name: apiKey(2).name }))
  await store.changeEndpoint('crm', () => endpointRecord())
  await store.changeEndpoint('bi', () => endpointRecord({ name: 'bi', order: 'none' }))
}

const license = { status: 1, trialEndsAt: null, enforcedFrom: startMs, checkedAt: startMs }

const fillLog = async ({ eventLog }: Holding, events: number) => {
  for (let n = 0; n < events; n++) {
    await eventLog.append(ready(n, { type: n % 5 === 0 ? 'create_auth' : 'text' }))
    await dispatchTo(eventLog, n, { endpoints: ['a', 'b'], ordered: n % 2 === 0 })
  }
  const first = { endpoint: 'a', now: startMs, leaseMs: 1000, freshSince: 0 }
  await eventLog.claimDeliveries({ ...first, limit: 10, backlogLimit: 10 })
  await end(eventLog, 0, done)
  await end(eventLog, 1, again(startMs + 500))
  await end(eventLog, 3, dead)
  await eventLog.append(event(events, { pendingSecret: 'a secret', status: 'pending' }))
  await eventLog.append(event(events + 1, { status: 'dead', lastError: 'unparsed' }))
  await eventLog.append(event(events + 2, { source: 'install', body: '' }))
  const purgeAt = startMs + 60
  const refused = { status: 'dead', lastError: 'A stranger’s.', purgeAt } as const
  await eventLog.settle(event(events + 2).id, null, refused)
  const query = { since: null, until: null, type: null, corpid: null, all: true }
  await eventLog.startReplay({ id: 'replay-1', endpoint: 'b', query, startedAt: startMs })
  await eventLog.setEndpointStatus('b', 'paused', '维护', startMs)
  for (const n of [1, 2]) await eventLog.addAudit(auditEntry(n))
  await eventLog.addFacts([
    { id: 'fact-1', suiteId, corpid: null, type: 'license_refund', at: startMs, payload: '{}' },
  ])
  await eventLog.putOnce('login_code', 'hash', attempt().answer, startMs + 1e9)
}

/** Fills a store that is empty. */
export const fillWithEverything = async (
  holding: Holding,
  { companies = 5, events = 20 } = {},
): Promise<void> => {
  await fillStore(holding, companies)
  await fillLog(holding, events)
}
