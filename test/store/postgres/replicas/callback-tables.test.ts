import { afterAll, beforeAll, expect, test } from 'bun:test'
import { ServiceError } from '../../../../src/errors'
import { withoutKey } from '../../../../src/store/driver/sealing'
import type { Database } from '../../../../src/store/postgres/connection/database'
import { openPostgresEventLog } from '../../../../src/store/postgres/postgres-event-log'
import { openPostgresStore } from '../../../../src/store/postgres/postgres-store'
import { assertCallbacksFit } from '../../../../src/store/postgres/replicas/callback-tables'
import { migrate } from '../../../../src/store/postgres/schema/migrate'
import { freshBytes } from '../../../fresh-bytes'
import { describeWithTool } from '../../../optional-tool'
import { newDatabase } from '../../../postgres/database'
import { beginReplica } from '../../../postgres/live-replica'
import { openTestPool } from '../../../postgres/pool'
import { findPostgres } from '../../../postgres/server'
import { event } from '../../conformance/records'
import { factRule } from '../../fact-rule'
import { createRecordingLog } from '../../recording-log'

/** Somebody who owns nothing. */
const guest = 'guest'

describeWithTool('PostgreSQL', findPostgres, 'tables that callbacks need', () => {
  let owners: Database
  let database: Database
  let owner: string

  const drivers = () => {
    const parts = { database, clock: null, sealing: withoutKey, owner, log: createRecordingLog() }
    return {
      store: openPostgresStore({ ...parts, freshBytes }),
      eventLog: openPostgresEventLog({ ...parts, factRule, appendWithinMs: 5000 }),
    }
  }

  beforeAll(async () => {
    const url = await newDatabase()
    owners = openTestPool(url, 1)
    await migrate(owners)
    await owners.query(`CREATE ROLE ${guest} LOGIN`)
    await owners.query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${guest}`)
    await owners.query(`GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${guest}`)
    database = openTestPool(url.replace('//suited@', `//${guest}@`), 2)
    owner = await beginReplica(database)
  }, 60_000)
  afterAll(async () => {
    await owners.query(`DROP OWNED BY ${guest}`)
    await owners.query(`DROP ROLE ${guest}`)
  })

  const failureOf = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => null,
      (error: unknown) => error,
    )

  let number = 0
  const append = () => drivers().eventLog.append(event(++number))
  const save = () =>
    drivers().store.saveTicket('suite', { value: 't', receivedAt: 1, timeStampSeconds: ++number })
  const lookUp = () => drivers().store.loadCorp('suite', 'corp')
  const kept = { append, save, lookUp }

  const unready = async (): Promise<unknown> => {
    const { store, eventLog } = drivers()
    return (await failureOf(store.checkWritable())) ?? failureOf(eventLog.checkWritable())
  }

  test('let all of it be kept while nothing is wrong', async () => {
    expect(await unready()).toBeNull()
    await assertCallbacksFit(database.query)
    for (const keep of Object.values(kept)) await keep()
  })

  const rights = 'permission denied for table'
  const gone = 'does not exist'
  test.each([
    ['append', 'REVOKE INSERT ON events FROM guest', 'GRANT INSERT ON events TO guest', rights],
    ['append', 'REVOKE ALL ON events FROM guest', 'GRANT ALL ON events TO guest', rights],
    ['append', 'REVOKE ALL ON identities FROM guest', 'GRANT ALL ON identities TO guest', rights],
    ['append', 'ALTER TABLE events RENAME TO e', 'ALTER TABLE e RENAME TO events', gone],
    ['append', 'ALTER TABLE events RENAME body TO b', 'ALTER TABLE events RENAME b TO body', gone],
    ['save', 'REVOKE UPDATE ON suites FROM guest', 'GRANT UPDATE ON suites TO guest', rights],
    ['save', 'ALTER TABLE suites RENAME TO s', 'ALTER TABLE s RENAME TO suites', gone],
    ['save', 'ALTER TABLE changes RENAME TO c', 'ALTER TABLE c RENAME TO changes', gone],
    ['lookUp', 'ALTER TABLE corps RENAME TO c', 'ALTER TABLE c RENAME TO corps', gone],
  ] as const)(
    'that fail %s after “%s” are said not to be ready, and what to do',
    async (call, spoil, mend, word) => {
      await owners.query(spoil)
      try {
        const failures = [
          await failureOf(kept[call]()),
          await unready(),
          await failureOf(assertCallbacksFit(database.query)),
        ]
        for (const failure of failures) {
          expect(failure).toBeInstanceOf(ServiceError)
          expect(failure).toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 5 })
          expect((failure as Error).message).toContain(word)
          expect((failure as Error).message).toMatch(/GRANT ALL ON ALL TABLES|run the version/)
        }
      } finally {
        await owners.query(mend)
      }
      expect(await unready()).toBeNull()
      await kept[call]()
    },
  )

  test.each([
    ['append', 'events', 'body'],
    ['save', 'suites', 'record'],
  ] as const)(
    'refuse what %s brings as something to be sent again, whatever they say of it',
    async (call, table, column) => {
      await owners.query(
        `ALTER TABLE ${table} ADD CONSTRAINT odd CHECK (length(${column}) < 0) NOT VALID`,
      )
      try {
        expect(await failureOf(kept[call]())).toMatchObject({ code: 'store_unavailable' })
      } finally {
        await owners.query(`ALTER TABLE ${table} DROP CONSTRAINT odd`)
      }
      await kept[call]()
    },
  )
})
