/** The changes that docs/scaling.md makes of one replica after the other, while all are at work. */
import { minuteMs } from '../../src/clock'
import { keyIdOf } from '../../src/store/driver/sealing'
import type { Addition } from '../binary/build'
import { until } from '../binary/until'
import { mayStandStill } from '../postgres/patience'
import { countSealedWith } from '../postgres/sealed-texts'
import type { Disturbance } from './disturbances'
import { encryptionKey, type Fleet, type OtherStart, type Replica } from './fleet'

/** The key after that of the fleet's start. */
export const nextKey = Buffer.alloc(32, 9).toString('base64')

/** A step of the tables that no program knew before: it changes those that are written most. */
export const furtherStep: Addition = {
  file: 'src/store/postgres/schema/migrations.ts',
  text: `
;(migrations as Migration[]).push({
  version: migrations.length + 1,
  oldest: 1,
  statements: [
    ...['events', 'deliveries', 'corps', 'tokens', 'leases', 'replicas'].map(
      (table) => \`ALTER TABLE \${table} ADD COLUMN further text NOT NULL DEFAULT 'none'\`,
    ),
    'CREATE INDEX further_events ON events (further, seq)',
    "UPDATE corps SET further = 'filled'",
  ],
})
`,
}

/** `systemctl restart`, and `until suited healthcheck`. */
const restart = async (replica: Replica, other: OtherStart): Promise<void> => {
  const code = await replica.leave()
  if (code !== 0) throw new Error(`${replica.name} left with ${code}`)
  await replica.start(other)
  await until(`${replica.name} to be ready`, async () => {
    return (await fetch(`${replica.suited.url}/readyz`)).ok
  })
}

const versionOfTables = async ({ database }: Fleet): Promise<number | undefined> => {
  const [row] = await database.query<{ version: number }>('SELECT version FROM schema_version')
  return row?.version
}

const waitingSql = `
SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'`

/** A backup reads on while the tables are to change: until the change gave way to it so often. */
const readThrough = async ({ database }: Fleet, tries: number): Promise<void> => {
  await database.transaction(
    async (query) => {
      await mayStandStill(query)
      await query('SELECT count(*) FROM events')
      for (let n = 0; n < 2 * tries; n++) {
        await until(n % 2 === 0 ? 'a try' : 'the end of a try', async () => {
          const [row] = await query<{ n: number }>(waitingSql)
          return (row?.n === 0) === (n % 2 === 1)
        })
      }
    },
    { withinMs: minuteMs },
  )
}

/**
 * Another version, and back again.
 *
 * @param newer the path of its binary
 */
export const changeOfVersion = (fleet: Fleet, newer: string): Disturbance => ({
  name: 'all replicas get a newer version',
  async happen() {
    const { replicas } = fleet
    const [first, ...others] = replicas as readonly [Replica, ...Replica[]]
    const before = (await versionOfTables(fleet))!
    const read = readThrough(fleet, 3)
    await restart(first, { program: newer })
    await read
    if ((await versionOfTables(fleet)) !== before + 1) throw new Error('the tables are as before')
    if (!others.every(({ running }) => running)) throw new Error('an older replica ended')
    for (const replica of others) await restart(replica, { program: newer })
    await restart(first, {})
    if ((await versionOfTables(fleet)) !== before + 1) throw new Error('the tables went back')
  },
})

/** Another key, in the four steps of docs/scaling.md. */
export const changeOfKey = (fleet: Fleet): Disturbance => ({
  name: 'the encryption key changes',
  async happen() {
    const { replicas, database } = fleet
    const restartAll = async (current: string, previous?: string) => {
      const settings = {
        SUITED_ENCRYPTION_KEY: current,
        ...(previous !== undefined && { SUITED_PREVIOUS_ENCRYPTION_KEY: previous }),
      }
      for (const replica of replicas) await restart(replica, { settings })
      return settings
    }
    await restartAll(encryptionKey, nextKey)
    const both = await restartAll(nextKey, encryptionKey)
    const { exitCode, stdout, stderr } = await fleet.run(['rekey'], both)
    if (exitCode !== 0) throw new Error(`rekey ended with ${exitCode}: ${stdout}${stderr}`)
    const left = await countSealedWith(database, keyIdOf(Buffer.from(encryptionKey, 'base64')))
    if (left > 0) throw new Error(`${left} texts are sealed with the key before`)
    await restartAll(nextKey)
  },
})
