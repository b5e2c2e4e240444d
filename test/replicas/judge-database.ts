/** What became of everything: the database that replicas left, read through the store's drivers. */

import { factRule } from '../../src/events/fact-rule'
import type { EventLogDriver, StoreDriver } from '../../src/store/driver/drivers'
import { createSealing } from '../../src/store/driver/sealing'
import type { EventRecord } from '../../src/store/event-record'
import type { Database } from '../../src/store/postgres/connection/database'
import { openPostgresEventLog } from '../../src/store/postgres/postgres-event-log'
import { openPostgresStore } from '../../src/store/postgres/postgres-store'
import type { CorpRecord } from '../../src/store/store'
import { judgeState, type StateVerdict } from '../crash/judge-state'
import { elementIn } from '../crash/ledger'
import type { Town } from '../crash/town'
import { freshBytes } from '../fresh-bytes'
import { allOf } from '../store/all-of'
import { createRecordingLog } from '../store/recording-log'
import { type Witnessed, whatWasSeen } from './witness'

export interface DatabaseVerdict extends StateVerdict, Witnessed {
  /** Answered, and not in the event log. */
  readonly eventsLost: readonly string[]
  /** The place of each event among those that were handed on to the endpoint, by its id. */
  readonly dispatched: ReadonlyMap<string, number>
  /** The place in the log of each event that could be handed on as soon as it arrived. */
  readonly arrivedWithoutWork: ReadonlyMap<string, number>
  /** Of those in the gap the ones that no killed replica had exchanged. */
  readonly codesLostOtherwise: readonly string[]
  /** Companies of which there is a record. */
  readonly known: ReadonlySet<string>
}

/** Judges a database in whose log nothing is pending. */
export const judgeDatabase = async (parts: {
  readonly town: Town
  readonly database: Database
  /** The key with which everything is sealed. */
  readonly key: string
  /** Ids of events of which a replica said that their code is saved. */
  readonly authorised: ReadonlySet<string>
  /** The auth_codes that killed replicas had exchanged. */
  readonly codesOfKilled: ReadonlySet<string>
}): Promise<DatabaseVerdict> => {
  const { town, database, key, authorised, codesOfKilled } = parts
  const sealing = createSealing({ current: Buffer.from(key, 'base64'), previous: null }, freshBytes)
  const common = { database, clock: null, sealing, owner: 'judge', log: createRecordingLog() }
  const store: StoreDriver = openPostgresStore({ ...common, freshBytes })
  const eventLog: EventLogDriver = openPostgresEventLog({ ...common, factRule })

  const all = await allOf<EventRecord>((cursor) => eventLog.list({ limit: 200, cursor }))
  const arrived = all.filter(({ source }) => source !== 'suited')
  const acknowledged = [...town.ledger.messages.values()].filter((one) => one.acknowledged)
  const remembered = new Set(
    (await allOf((cursor) => eventLog.listIdentities(cursor))).map(({ identity }) => identity),
  )
  const eventsLost = acknowledged
    .filter(({ identity }) => !remembered.has(identity))
    .map(({ type, identity }) => `${type} ${identity}`)
  // An identity is remembered apart from its event.
  if (arrived.length < acknowledged.length) eventsLost.push('there are fewer events than answers')

  const dispatched = await database.query<{ id: string; place: number }>(
    `SELECT e.id, d.seq::float8 AS place
     FROM deliveries d JOIN events e ON e.seq = d.event_seq ORDER BY d.seq`,
  )
  const withoutWork = await database.query<{ id: string; place: number }>(
    `SELECT id, seq::float8 AS place FROM events
     WHERE NOT EXISTS (SELECT 1 FROM witnessed_events w WHERE w.id = events.id)`,
  )

  const records = new Map<string, CorpRecord>()
  for (const corpid of town.corpids) {
    const record = await store.loadCorp(town.suite.suiteId, corpid)
    if (record) records.set(corpid, record)
  }
  const state = judgeState({ town, records, arrived, acknowledged, authorised })
  const codeOf = new Map(arrived.map(({ id, body }) => [id, elementIn(body, 'AuthCode')]))
  return {
    ...state,
    codesLostOtherwise: state.codesInTheGap.filter(
      (id) => !codesOfKilled.has(codeOf.get(id) ?? ''),
    ),
    ...(await whatWasSeen(database)),
    eventsLost,
    dispatched: new Map(dispatched.map(({ id, place }) => [id, place])),
    arrivedWithoutWork: new Map(withoutWork.map(({ id, place }) => [id, place])),
    known: new Set(records.keys()),
  }
}
