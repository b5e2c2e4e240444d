/** Changes of an API key's record among all others. No I/O. No clock. */
import { ServiceError } from '../../../errors'
import { ApiKeyRecord, type ChangedKey, type KeyUses, mostKeys } from '../../api-keys'
import { storable } from './storable'

export type KeyChange = (current: ApiKeyRecord | null) => ApiKeyRecord | null

/** @throws {ServiceError} invalid_request — it can be no key's id */
export const checkedKeyId = (id: string): string => {
  if (/^[A-Za-z0-9]{16}$/.test(id)) return id
  throw new ServiceError('invalid_request', 'The id of a key is 16 letters and digits.')
}

/** When a key ended or will end; null: never. */
export const endOf = ({ revokedAt, expiresAt }: ApiKeyRecord): number | null =>
  revokedAt ?? expiresAt

/** Whether a key had ended before a moment. */
export const endedBefore = (key: ApiKeyRecord, before: number): boolean => {
  const end = endOf(key)
  return end !== null && end < before
}

/** The newest first, those of one moment by id. */
export const byAge = (a: ApiKeyRecord, b: ApiKeyRecord): number =>
  b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1)

/** A key can't have its name. */
export const nameTaken = (): ServiceError =>
  new ServiceError(
    'invalid_request',
    'The name is another key’s that is not revoked: choose another one, or revoke that key.',
    { extra: { errors: [{ field: 'name', message: 'is another key’s' }] } },
  )

/** There are as many keys as may be, and all are needed. */
export const noRoom = (): ServiceError =>
  new ServiceError(
    'invalid_request',
    `There are ${mostKeys} keys, which is the most there may be: revoke those that nobody needs.`,
  )

/** The key that goes for a new one where there are as many as may be; null while there is room. */
const goesFor = (next: ApiKeyRecord, others: readonly ApiKeyRecord[]): ApiKeyRecord | null => {
  if (others.length < mostKeys) return null
  const [first] = others
    .filter((key) => endedBefore(key, next.createdAt))
    .sort((a, b) => (endOf(a) ?? 0) - (endOf(b) ?? 0))
  if (first) return first
  throw noRoom()
}

export interface KeyWrite extends ChangedKey {
  /** Whether `after` has to be written. */
  readonly changed: boolean
  /** The id of the key that goes for a new one. */
  readonly forgotten: string | null
}

/**
 * What a change makes of a key's record, as it will read when it comes back from storage; null if
 * it is to stay as it was.
 *
 * @throws {Error} the change returned another key's record or one that fits no schema: a mistake of
 *   the program, found before it reaches the disk
 */
export const changedKey = (
  id: string,
  current: ApiKeyRecord | null,
  change: KeyChange,
): ApiKeyRecord | null => {
  const returned = change(structuredClone(current))
  if (returned === null) return null
  const { uses, lastUsedAt } = current ?? returned
  const next = storable(ApiKeyRecord, { ...returned, uses, lastUsedAt })
  if (next.id !== id) throw new Error(`A change of the key ${id} returned the record of another`)
  return next
}

/**
 * What a change makes of a key's record among all others.
 *
 * @param all every key's record, this one's among them if it is known
 * @throws {ServiceError} invalid_request — the name is taken, or there is no room
 * @throws {Error} as `changedKey` does
 */
export const keyWrite = (
  id: string,
  current: ApiKeyRecord | null,
  all: Iterable<ApiKeyRecord>,
  change: KeyChange,
): KeyWrite => {
  const next = changedKey(id, current, change)
  if (next === null) {
    return { before: current, after: structuredClone(current), changed: false, forgotten: null }
  }
  const others = [...all].filter((key) => key.id !== id)
  const isTaken = ({ name, revokedAt }: ApiKeyRecord) => name === next.name && revokedAt === null
  if (next.revokedAt === null && others.some(isTaken)) throw nameTaken()
  const gone = current === null ? goesFor(next, others) : null
  return { before: current, after: next, changed: true, forgotten: gone?.id ?? null }
}

/** A key's record with what was counted added to it. */
export const withUses = (key: ApiKeyRecord, counted: Omit<KeyUses, 'id'>): ApiKeyRecord => ({
  ...key,
  uses: key.uses + counted.uses,
  lastUsedAt: Math.max(key.lastUsedAt ?? 0, counted.lastUsedAt),
})
