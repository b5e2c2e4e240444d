import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs } from '../../src/clock'
import { factRule } from '../../src/events/fact-rule'
import { createPurge } from '../../src/events/retention'
import { createDoWhenDue } from '../../src/events/shared-work'
import type { EventLog } from '../../src/store/event-log'
import type { EventStatus } from '../../src/store/event-record'
import { createMemoryEventLog } from '../../src/store/memory/memory-event-log'
import { createMemoryStore } from '../../src/store/memory/memory-store'
import { freshBytes } from '../fresh-bytes'
import { createManualClock } from '../manual-clock'
import { createScene, startAt } from '../scene'
import { apiKey, auditEntry } from '../store/conformance/records'
import { createRecordingLog } from '../store/recording-log'

const arrive = (eventLog: EventLog, receivedAt: number, status: EventStatus = 'done') =>
  eventLog.append({
    id: `event-${receivedAt}`,
    identity: 'the same',
    suiteId: 'wwsuite',
    corpid: null,
    source: 'command',
    type: 'corp_arch_auth',
    receivedAt,
    body: '<xml/>',
    status,
    lastError: null,
    dispatchAt: null,
  })

/** A log with one event of this age, after the purge. */
const purged = async (ageMs: number, status: EventStatus = 'done', maxAgeSeconds = 86_400) => {
  const eventLog = createMemoryEventLog(factRule)
  const clock = createManualClock(startAt)
  await arrive(eventLog, startAt - ageMs, status)
  const store = createMemoryStore({ clock, freshBytes })
  await createPurge({
    eventLog,
    facts: eventLog,
    auditLog: eventLog,
    apiKeys: store,
    onceValues: eventLog,
    clockCheck: { agrees: () => true },
    doWhenDue: createDoWhenDue({ store, sharedWork: eventLog, clock }),
    clock,
    log: createRecordingLog(),
    retentionDays: 30,
    auditRetentionDays: 180,
    maxAgeSeconds,
  })()
  return eventLog
}

const count = async (eventLog: EventLog) => (await eventLog.list({ limit: 9 })).items.length

describe('what is forgotten regularly', () => {
  test.each([
    ['done', 0],
    ['dead', 0],
    ['pending', 1],
  ] as const)(
    'of events that are %s and older than the retention: %i are left',
    async (status, left) => {
      expect(await count(await purged(30 * dayMs + 1, status))).toBe(left)
    },
  )

  test('no settled event sooner', async () => {
    expect(await count(await purged(30 * dayMs))).toBe(1)
  })

  test.each([
    ['twice the max age', 2 * dayMs, 86_400],
    ['seven days where there is no max age', 7 * dayMs, 0],
  ])('the identity after %s, not sooner', async (_, lifeMs, maxAgeSeconds) => {
    const within = await purged(lifeMs, 'done', maxAgeSeconds)
    expect(await arrive(within, startAt)).toBe('duplicate')
    const after = await purged(lifeMs + 1, 'done', maxAgeSeconds)
    expect(await arrive(after, startAt)).toBe('stored')
  })

  test('is forgotten within an hour after it is due, by the days that are set', async () => {
    const scene = await createScene({ env: { SUITED_EVENT_RETENTION_DAYS: '3' } })
    await arrive(scene.eventLog, startAt - 3 * dayMs + hourMs / 2)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    expect(await count(scene.eventLog)).toBe(1)
    await scene.clock.advance(hourMs / 2)
    expect(await count(scene.eventLog)).toBe(1)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(hourMs / 2 + 1)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(2 * minuteMs)
    expect(await count(scene.eventLog)).toBe(0)
    await scene.stop()
  })

  test('is forgotten of the audit log, and of keys that ended, by days of their own', async () => {
    const scene = await createScene({ env: { SUITED_AUDIT_RETENTION_DAYS: '2' } })
    const { store, eventLog, clock } = scene
    const at = startAt - 2 * dayMs + hourMs
    await eventLog.restoreAudit([auditEntry(1, { at }), auditEntry(2, { at: startAt })])
    await store.changeKey(apiKey(1).id, () => apiKey(1, { revokedAt: at }))
    await store.changeKey(apiKey(2).id, () => apiKey(2))
    const left = async () => [
      (await eventLog.listAudit({ limit: 9 })).items.length,
      (await store.listKeys()).length,
    ]
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await clock.advance(hourMs / 2)
    expect(await left()).toEqual([2, 2])
    await clock.advance(hourMs / 2 + 1)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await clock.advance(hourMs)
    expect(await left()).toEqual([1, 1])
    await scene.stop()
  })

  test('is forgotten of what is had once when it has expired', async () => {
    const scene = await createScene()
    await scene.eventLog.putOnce('login_code', 'a', 'a member', minuteMs)
    await scene.clock.advance(hourMs)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(minuteMs)
    expect(await scene.eventLog.purgeOnce()).toBe(0)
    await scene.stop()
  })
})
