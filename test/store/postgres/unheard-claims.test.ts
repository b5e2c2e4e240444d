/** Claims that the database wrote and whose answer got lost on its way. */
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { ServiceError } from '../../../src/errors'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { withoutKey } from '../../../src/store/driver/sealing'
import type { Database } from '../../../src/store/postgres/connection/database'
import { openPostgresEventLog } from '../../../src/store/postgres/postgres-event-log'
import { createManualClock } from '../../manual-clock'
import { describeWithTool } from '../../optional-tool'
import { findPostgres } from '../../postgres/server'
import { startMs } from '../conformance/bench'
import { event } from '../conformance/records'
import { factRule } from '../fact-rule'
import { createRecordingLog } from '../recording-log'
import { openPostgresBackend } from './backend'
import { appendWithinMs } from './events/log-bench'

const leaseMs = 300_000
const now = startMs + 1000

describeWithTool('PostgreSQL', findPostgres, 'a claim whose answer is lost', () => {
  let log: EventLogDriver
  let remove: () => Promise<void>
  let losesAnswers = false

  const losing = (database: Database): Database => ({
    ...database,
    async query(text, values, options) {
      const rows = await database.query<never>(text, values, options)
      if (losesAnswers) throw new ServiceError('store_unavailable', 'The answer is lost.')
      return rows
    },
  })
  beforeEach(async () => {
    losesAnswers = false
    const clock = createManualClock(startMs)
    const backend = await openPostgresBackend(({ database, owner }) =>
      openPostgresEventLog({
        database: losing(database),
        clock,
        sealing: withoutKey,
        owner,
        log: createRecordingLog(),
        factRule,
        appendWithinMs,
      }),
    )
    log = await backend.open()
    remove = async () => {
      await log.close()
      await backend.remove()
    }
  })
  afterEach(() => remove())

  const lost = async (claim: () => Promise<unknown>) => {
    losesAnswers = true
    expect(await claim().catch(({ code }) => code)).toBe('store_unavailable')
    losesAnswers = false
  }

  test('hides no event until its lease ends, and frees none that is being worked on', async () => {
    await log.append(event(1))
    const [known] = await log.claim(now, leaseMs, 1)
    await log.append(event(2))
    await lost(() => log.claim(now, leaseMs, 10))
    const again = await log.claim(now, leaseMs, 10)
    expect(again.map(({ id, claim, lostClaims }) => [id, claim, lostClaims])).toEqual([
      [event(2).id, 2, 0],
    ])
    expect(await log.settle(known!.id, known!.claim, { status: 'done' })).toBe('settled')
    expect(await log.settle(event(2).id, 2, { status: 'done' })).toBe('settled')
  })

  test('hides no delivery either', async () => {
    for (const n of [1, 2]) {
      await log.append({ ...event(n), status: 'done', dispatchAt: now })
      const endpoint = { name: 'app', ordered: false, dueAt: now }
      await log.dispatch([{ id: event(n).id, body: '{}', endpoints: [endpoint] }], now)
    }
    const claim = { endpoint: 'app', now, leaseMs, freshSince: now, limit: 1, backlogLimit: 1 }
    const [known] = await log.claimDeliveries(claim)
    await lost(() => log.claimDeliveries({ ...claim, limit: 10 }))
    const again = await log.claimDeliveries({ ...claim, limit: 10 })
    expect(again.map((one) => [one.event.id, one.claim])).toEqual([[event(2).id, 2]])
    expect(known).toMatchObject({ claim: 1, event: { id: event(1).id } })
  })
})
