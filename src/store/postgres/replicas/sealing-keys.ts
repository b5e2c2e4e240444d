/**
 * The keys with which secrets in the database may be sealed, so that a start with another key is
 * refused at once and not company by company.
 */
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { ServiceError } from '../../../errors'
import type { Sealing } from '../../driver/sealing'
import type { Database, Query } from '../connection/database'

const name = 'keys'
/** Sealed with a key, it proves that the same key is there again. */
const knownText = 'suited'
const place = ['database']

const KeyProofs = Type.Array(Type.Object({ id: Type.String(), proof: Type.String() }))
type KeyProofs = Static<typeof KeyProofs>

/** The database needs keys that were not given. */
export class DatabaseKeysMissing extends Error {
  override readonly name = 'DatabaseKeysMissing'
  constructor(
    /** The ids of all the keys that it needs. */
    readonly needed: readonly string[],
    /** The id of the key that seals. */
    readonly given: string | null,
  ) {
    const keys = needed.length === 1 ? 'the key' : 'the keys'
    super(`Secrets in the database are encrypted with ${keys} ${needed.join(' and ')}.`)
  }
}

const read = async (query: Query, lock: boolean): Promise<KeyProofs> => {
  const rows = await query<{ value: string }>(
    `SELECT value FROM meta WHERE name = $1${lock ? ' FOR UPDATE' : ''}`,
    [name],
  )
  const proofs: unknown = JSON.parse(rows[0]?.value ?? '[]')
  if (Value.Check(KeyProofs, proofs)) return proofs
  throw new ServiceError('store_unavailable', 'The row "keys" of the table meta is damaged.')
}

const isOpenedBy = (sealing: Sealing, proof: string): boolean => {
  const opened = sealing.open(proof, place)
  return opened.ok && opened.value === knownText
}

const proofBy = (sealing: Sealing, id: string) => ({ id, proof: sealing.seal(knownText, place) })

/** The ids of the keys that the database needs and that were not given. */
export const missingKeys = async (
  { query }: Pick<Database, 'query'>,
  sealing: Sealing,
): Promise<string[]> =>
  (await read(query, false)).filter(({ proof }) => !isOpenedBy(sealing, proof)).map(({ id }) => id)

/**
 * Checks that the given keys open everything in the database, and notes the one that seals before
 * anything is sealed with it. Tells whether something may still be sealed with another key.
 *
 * @throws {DatabaseKeysMissing} something is sealed with a key that was not given
 */
export const checkDatabaseKeys = (
  database: Database,
  sealing: Sealing,
): Promise<{ leftToSeal: boolean }> =>
  database.transaction(async (query) => {
    await query("INSERT INTO meta (name, value) VALUES ($1, '[]') ON CONFLICT DO NOTHING", [name])
    const proofs = await read(query, true)
    const needed = proofs.map(({ id }) => id)
    const { keyId } = sealing
    if (keyId === null || !proofs.every(({ proof }) => isOpenedBy(sealing, proof))) {
      throw new DatabaseKeysMissing(needed, keyId)
    }
    if (!needed.includes(keyId)) {
      const all = [...proofs, proofBy(sealing, keyId)]
      await query('UPDATE meta SET value = $2 WHERE name = $1', [name, JSON.stringify(all)])
    }
    return { leftToSeal: needed.some((id) => id !== keyId) }
  })

/** Notes that everything is sealed with the key that seals now: no other is needed any more. */
export const noteDatabaseSealed = async (
  { query }: Pick<Database, 'query'>,
  sealing: Sealing,
): Promise<void> => {
  if (sealing.keyId === null) throw new Error('Nothing can be sealed without a key')
  await query('UPDATE meta SET value = $2 WHERE name = $1', [
    name,
    JSON.stringify([proofBy(sealing, sealing.keyId)]),
  ])
}
