import { Database } from 'bun:sqlite'
import { beforeEach, describe, expect, test } from 'bun:test'
import { withoutKey } from '../../../../src/store/driver/sealing'
import { factsUncopiedVersion, schemaVersion } from '../../../../src/store/sqlite/database/schema'
import { event } from '../../conformance/records'
import { sealedWith } from '../../sealed-with'
import { useSqliteBench } from '../sqlite-bench'

const types = ['create_auth', 'license_refund']
const many = 1200

/** What came in later versions is taken out again. */
const withoutLater = [
  ...[
    'suspected_corps',
    'revocation_alarms',
    'shared_work',
    'once',
    'attempts',
    'endpoint_states',
    'replays',
    'audit',
  ].map((t) => `DROP TABLE ${t}`),
  'DROP INDEX events_undispatched',
  'DROP INDEX events_going_early',
  'ALTER TABLE events DROP COLUMN purge_at',
  'ALTER TABLE events DROP COLUMN dispatch_at',
  'ALTER TABLE events DROP COLUMN outgoing',
]

describe.each([
  ['in clear', withoutKey],
  ['sealed', sealedWith('a')],
])('events that an older suited wrote, %s', (_, sealing) => {
  const bench = useSqliteBench()
  const alter = (...statements: string[]) => {
    const db = new Database(bench.path)
    for (const statement of statements) db.run(statement)
    db.close()
  }
  const version = () => {
    const db = new Database(bench.path, { readonly: true })
    const [found] = db.query('PRAGMA user_version').values()[0] ?? []
    db.close()
    return found
  }
  const facts = async () => (await bench.open(sealing).listFacts({ types, limit: 2 * many })).items

  beforeEach(async () => {
    const log = bench.open(sealing)
    const appended = Array.from({ length: many }, (_, n) =>
      log.append(event(n, { type: n % 2 ? 'create_auth' : 'license_refund', body: `of ${n}` })),
    )
    await Promise.all([...appended, log.append(event(many))])
    await log.close()
    alter('DELETE FROM facts', ...withoutLater, `PRAGMA user_version = ${factsUncopiedVersion}`)
  })

  test('leave their facts once, in their order, with what the rule keeps of them', async () => {
    const copied = await facts()
    expect(copied.map(({ id }) => id)).toEqual(
      Array.from({ length: many }, (_, n) => event(many - 1 - n).id),
    )
    expect(copied[0]).toMatchObject({
      at: event(many - 1).receivedAt,
      payload: JSON.stringify({ type: 'create_auth', length: `of ${many - 1}`.length }),
    })
    expect(version()).toBe(schemaVersion)
    alter('DELETE FROM facts')
    expect(await facts()).toEqual([])
  })

  test('leave the rest of their facts when the first try was broken off', async () => {
    await facts()
    alter(
      'DELETE FROM facts WHERE seq > 700',
      ...withoutLater,
      `PRAGMA user_version = ${factsUncopiedVersion}`,
    )
    expect(await facts()).toHaveLength(many)
  })
})
