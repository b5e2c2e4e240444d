/** The resealing of a database while replicas work on it. */
import { afterEach, beforeEach, expect, test } from 'bun:test'
import type { Sealing } from '../../../src/store/driver/sealing'
import type { Holding } from '../../../src/store/move/kinds'
import { differences, type Survey, surveyOf } from '../../../src/store/move/move'
import type { Database } from '../../../src/store/postgres/connection/database'
import { openPostgresEventLog } from '../../../src/store/postgres/postgres-event-log'
import { openPostgresStore } from '../../../src/store/postgres/postgres-store'
import { resealDatabase } from '../../../src/store/postgres/reseal/reseal-database'
import { freshBytes } from '../../fresh-bytes'
import { describeWithTool } from '../../optional-tool'
import { countSealedWith } from '../../postgres/sealed-texts'
import { findPostgres } from '../../postgres/server'
import { corpToken, saveInTurn, suiteId, suiteToken, token } from '../conformance/records'
import { factRule } from '../fact-rule'
import { fillWithEverything } from '../move/everything'
import { createRecordingLog } from '../recording-log'
import { idOfKey, sealedWith } from '../sealed-with'
import { openPostgresBackend } from './backend'

describeWithTool('PostgreSQL', findPostgres, 'the resealing of a database', () => {
  let backend: Awaited<ReturnType<typeof openPostgresBackend<Holding & { close(): Promise<void> }>>>
  let database: Database
  let before: Survey
  const opened: { close(): Promise<void> }[] = []

  const open = async (sealing: Sealing): Promise<Holding> => {
    const parts = { database, clock: null, sealing, owner: 'nobody', log: createRecordingLog() }
    const store = openPostgresStore({ ...parts, freshBytes })
    const eventLog = openPostgresEventLog({ ...parts, factRule })
    opened.push(store, eventLog)
    return { store, eventLog }
  }

  beforeEach(async () => {
    backend = await openPostgresBackend(() => {
      throw new Error('no handle is opened by it')
    })
    database = backend.database
    const holding = await open(sealedWith('a'))
    await fillWithEverything(holding, { companies: 5, events: 8 })
    await saveInTurn(holding.store, suiteToken, token(), 0)
    await saveInTurn(holding.store, { ...corpToken, corpid: 'wpCorp_1' }, token(), 0)
    before = await surveyOf(holding)
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
    await backend.remove()
  })

  const sealedWithKey = (name: string) => countSealedWith(database, idOfKey(name))

  test('leaves nothing that the key before has sealed, and everything as it was', async () => {
    const sealed = await sealedWithKey('a')
    expect(sealed).toBeGreaterThan(20)
    const both = sealedWith('b', 'a')
    const { rewritten, leftOut } = await resealDatabase(database, both)
    expect(leftOut).toEqual([])
    expect(rewritten).toBeGreaterThan(20)
    expect(await sealedWithKey('a')).toBe(0)
    expect(await sealedWithKey('b')).toBe(sealed)
    const holding = await open(sealedWith('b'))
    expect(differences(before, await surveyOf(holding))).toEqual([])
    expect(await holding.store.loadToken(suiteToken)).toEqual(token())
    expect((await resealDatabase(database, both)).rewritten).toBe(0)
  })

  test('never overwrites what changed meanwhile', async () => {
    const { store } = await open(sealedWith('b', 'a'))
    const meddling: Pick<Database, 'query'> = {
      query: async (text, values, options) => {
        if (/^\s*UPDATE corps/.test(text) && values?.[1] === 'wpCorp_1') {
          await store.changeCorp(suiteId, 'wpCorp_1', (one) => ({ ...one!, name: '新名字' }))
        }
        return database.query(text, values, options)
      },
    }
    await resealDatabase(meddling, sealedWith('b', 'a'))
    expect((await store.loadCorp(suiteId, 'wpCorp_1'))?.name).toBe('新名字')
    expect(await sealedWithKey('a')).toBe(0)
  })

  test('names what does not open and goes on', async () => {
    await database.query("UPDATE events SET body = 'enc:v1:x' WHERE id = 'event-000001'")
    await database.query(
      "UPDATE corps SET record = replace(record, 'v1:', 'v9:') WHERE corpid = 'wpCorp_2'",
    )
    const { leftOut } = await resealDatabase(database, sealedWith('b', 'a'))
    expect(leftOut.map(({ row }) => row).toSorted()).toEqual([
      `corps/${suiteId}/wpCorp_2`,
      'events/event-000001',
    ])
    expect(await sealedWithKey('a')).toBe(0)
  })
})
