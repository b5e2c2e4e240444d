import { Database } from 'bun:sqlite'
import { beforeEach, describe, expect, test } from 'bun:test'
import { readdir, stat, utimes } from 'node:fs/promises'
import { schemaVersion } from '../../../../src/store/sqlite/database/schema'
import { resealEvents } from '../../../../src/store/sqlite/reseal-events'
import { codeOf, startMs } from '../../conformance/bench'
import { auditEntry, corpid, event, suiteId } from '../../conformance/records'
import { sealedWith } from '../../sealed-with'
import { useSqliteBench } from '../sqlite-bench'

/** Those of the last version. */
const watchTables = ['suspected_corps', 'revocation_alarms', 'shared_work']

describe('an event log of version 1', () => {
  const bench = useSqliteBench()

  /** What came in later versions is taken out again. */
  beforeEach(async () => {
    const log = bench.open()
    await log.append(event(1))
    await log.append(event(2, { status: 'done', body: 'short-secret' }))
    await log.close()
    const db = new Database(bench.path)
    for (const table of [
      ...watchTables,
      'once',
      'attempts',
      'endpoint_states',
      'replays',
      'audit',
    ]) {
      db.run(`DROP TABLE ${table}`)
    }
    db.run('DROP INDEX events_undispatched')
    db.run('DROP INDEX events_going_early')
    db.run('ALTER TABLE events DROP COLUMN purge_at')
    db.run('ALTER TABLE events DROP COLUMN dispatch_at')
    db.run('ALTER TABLE events DROP COLUMN outgoing')
    db.run('DROP TABLE facts')
    db.run('ALTER TABLE events DROP COLUMN claim')
    db.run('ALTER TABLE events DROP COLUMN kept')
    db.run('PRAGMA user_version = 1')
    db.close()
  })

  const copy = () => `${bench.path}.version-1`
  const names = async () => (await readdir(bench.dir)).filter((name) => name.includes('version'))
  const versionOf = (path: string) => {
    const db = new Database(path, { readonly: true })
    const [version] = db.query('PRAGMA user_version').values()[0] ?? []
    db.close()
    return version
  }

  test('is brought up to date with all that is in it', async () => {
    const log = bench.open()
    expect(
      (await log.list({ limit: 9 })).items.map(({ body, pendingSecret }) => [body, pendingSecret]),
    ).toEqual([
      ['short-secret', null],
      [event(1).body, null],
    ])
    await log.savePendingSecret(event(1).id, 'a secret', null)
    expect((await log.get(event(1).id))?.pendingSecret).toBe('a secret')
    expect(versionOf(bench.path)).toBe(schemaVersion)
  })

  test('is copied before as it was, for its owner alone', async () => {
    bench.open()
    expect(await names()).toEqual(['events.sqlite.version-1'])
    expect((await stat(copy())).mode & 0o777).toBe(0o600)
    expect(versionOf(copy())).toBe(1)
    const db = new Database(copy(), { readonly: true })
    expect(db.query('SELECT id, body FROM events ORDER BY seq').values()).toEqual([
      [event(1).id, event(1).body],
      [event(2).id, 'short-secret'],
    ])
    expect(db.query('SELECT count(*) FROM identities').values()).toEqual([[2]])
    db.close()
  })

  test('is copied once, and a current one never', async () => {
    await bench.open().close()
    const { mtimeMs } = await stat(copy())
    await bench.open().close()
    expect((await stat(copy())).mtimeMs).toBe(mtimeMs)
  })

  test('that can’t be copied is refused and left as it is', async () => {
    await Bun.write(`${copy()}/in-the-way`, '')
    expect(await codeOf((async () => bench.open())())).toBe('store_unavailable')
    expect(await names()).toEqual(['events.sqlite.version-1'])
    expect(versionOf(bench.path)).toBe(1)
  })

  test('leaves no copy once a company has left: its secrets are in it', async () => {
    const log = bench.open()
    expect((await bench.bytes()).includes('short-secret')).toBe(true)
    await log.blankBodies(suiteId, corpid)
    expect(await names()).toEqual([])
    expect((await bench.bytes()).includes('short-secret')).toBe(false)
  })

  test('leaves no copy that is older than settled events may get', async () => {
    const log = bench.open()
    await utimes(copy(), startMs / 1000, startMs / 1000)
    await log.purge({ settledBefore: startMs, identitiesBefore: 0 })
    expect(await names()).toHaveLength(1)
    await log.purge({ settledBefore: startMs + 1, identitiesBefore: 0 })
    expect(await names()).toEqual([])
  })

  test('leaves no copy whose bodies are not sealed with the current key', async () => {
    resealEvents({ path: bench.path, log: bench.log, sealing: sealedWith('a') })
    expect(await names()).toEqual([])
    const log = bench.open(sealedWith('a'))
    expect((await log.get(event(2).id))?.body).toBe('short-secret')
    expect((await bench.bytes()).includes('short-secret')).toBe(false)
  })
})

describe('an event log of version 5', () => {
  const bench = useSqliteBench()

  test('gets an audit log, keeps what is in it, and is copied before', async () => {
    const log = bench.open()
    await log.append(event(1))
    await log.addFacts([
      { id: 'fact-1', suiteId, corpid, type: 'create_auth', at: startMs, payload: '{}' },
    ])
    await log.close()
    const db = new Database(bench.path)
    for (const table of [
      ...watchTables,
      'once',
      'attempts',
      'endpoint_states',
      'replays',
      'audit',
    ]) {
      db.run(`DROP TABLE ${table}`)
    }
    db.run('DROP INDEX events_undispatched')
    db.run('DROP INDEX events_going_early')
    db.run('ALTER TABLE events DROP COLUMN purge_at')
    db.run('ALTER TABLE events DROP COLUMN dispatch_at')
    db.run('ALTER TABLE events DROP COLUMN outgoing')
    db.run('PRAGMA user_version = 5')
    db.close()

    const again = bench.open()
    await again.addAudit(auditEntry(1))
    expect((await again.listAudit({ limit: 9 })).items).toEqual([auditEntry(1)])
    expect((await again.get(event(1).id))?.body).toBe(event(1).body)
    expect((await again.listAllFacts()).items).toHaveLength(1)
    expect(await readdir(bench.dir)).toContain('events.sqlite.version-5')
  })
})

describe('an event log of version 7', () => {
  const bench = useSqliteBench()

  test('gets a table of what is had once, and keeps what is in it', async () => {
    const log = bench.open()
    await log.append(event(1))
    await log.close()
    const db = new Database(bench.path)
    for (const table of [...watchTables, 'once']) db.run(`DROP TABLE ${table}`)
    db.run('DROP INDEX events_going_early')
    db.run('ALTER TABLE events DROP COLUMN purge_at')
    db.run('PRAGMA user_version = 7')
    db.close()

    const again = bench.open()
    expect(await again.putOnce('auth_code', 'a', event(1).id, 60_000)).toEqual({ put: true })
    expect((await again.get(event(1).id))?.body).toBe(event(1).body)
    expect(await readdir(bench.dir)).toContain('events.sqlite.version-7')
  })
})
