/** The API keys of this service: made, found, rotated, revoked, and their uses counted. */
import { type Clock, secondMs } from '../../clock'
import { ServiceError } from '../../errors'
import type { Random } from '../../retry'
import type { ApiKeyRecord, ApiKeys as KeyStore } from '../../store/api-keys'
import type { Suites } from '../suites'
import { type KeyRequest, rightsOf } from './key-request'
import { hasEnded, isTextOf, type KeyStanding, rotated, standingAt } from './key-standing'
import { hashOfKey, isKeyId, keyIdIn, newKeyId, newKeyText } from './key-text'

export interface IssuedKey {
  readonly record: ApiKeyRecord
  /** The key itself: nobody can be told it again. */
  readonly text: string
}

/** What must be done before a key of this id gets a secret. */
export type BeforeChange = (id: string) => Promise<void>

export interface ApiKeys {
  /** The newest first. */
  list(): Promise<ApiKeyRecord[]>
  /**
   * @param beforeIt done once nothing speaks against it; what it throws keeps the key from being
   * made
   * @throws {ServiceError} invalid_request
   */
  create(request: KeyRequest, beforeIt?: BeforeChange): Promise<IssuedKey>
  /**
   * A fresh secret for the same key: its id, rights and counters stay.
   *
   * @param graceSeconds how long the present one still counts, 0 to 30 days
   * @param beforeIt likewise: what it throws leaves the key as it is
   * @throws {ServiceError} not_found, invalid_request
   */
  rotate(
    id: string,
    graceSeconds: number,
    beforeIt?: BeforeChange,
  ): Promise<IssuedKey & { previousUntil: number }>
  /** Ends a key at once; one that has ended stays as it is. @throws {ServiceError} not_found */
  revoke(id: string): Promise<ApiKeyRecord>
  /** The key that this text is, and counts a use of it; null if it is unknown or has ended. */
  use(text: string): Promise<ApiKeyRecord | null>
  /** Whether this text is a key that is good now; counts no use, for calls that go on for long. */
  isGood(text: string): Promise<boolean>
  /** The key of this id if it is good now; null if it is unknown or has ended. Counts a use. */
  useById(id: string): Promise<ApiKeyRecord | null>
  /** Why a key that isn't good isn't; for those who have proven that they had it. */
  standingOf(id: string): Promise<KeyStanding | 'unknown'>
  /** Another process changed keys: what is remembered of them counts no more. */
  readAgain(): void
  /** Writes the uses that were counted since the last time. */
  flushUses(): Promise<void>
}

/** What another process did to a key is seen so late at most, also if nobody tells. */
const freshForMs = 2 * secondMs
const mostRemembered = 2000
const longestGraceSeconds = 30 * 24 * 60 * 60

const notFound = () => new ServiceError('not_found', 'There is no key of this id.')

interface Remembered {
  readonly record: ApiKeyRecord | null
  readonly readAt: number
}

/** By key id, since they were written last. */
type Uses = Map<string, { uses: number; lastUsedAt: number }>

const newBatch = (now: number, random: Random): string =>
  [now, random() * 2 ** 32, random() * 2 ** 32].map((n) => Math.floor(n).toString(36)).join('-')

const withUnwritten = (record: ApiKeyRecord, uses: Uses | undefined): ApiKeyRecord => {
  const since = uses?.get(record.id)
  if (!since) return record
  return { ...record, uses: record.uses + since.uses, lastUsedAt: since.lastUsedAt }
}

export const createApiKeys = (parts: {
  store: KeyStore
  suites: Suites
  clock: Clock
  random: Random
}): ApiKeys => {
  const { store, suites, clock, random } = parts
  let remembered = new Map<string, Remembered>()
  let uses: Uses = new Map()
  /** Handed in, with no answer that they were written. */
  let unsure: { readonly batch: string; readonly uses: Uses } | null = null

  /** @param among what was remembered when the record was asked for: none of it counts later on */
  const remember = (id: string, record: ApiKeyRecord | null, among: typeof remembered): void => {
    if (among.size >= mostRemembered) among.clear()
    among.set(id, { record, readAt: clock.now() })
  }

  /** Null if none is remembered that is fresh. */
  const rememberedOf = (id: string): Remembered | null => {
    const known = remembered.get(id)
    const age = clock.now() - (known?.readAt ?? Number.NaN)
    return known && age >= 0 && age < freshForMs ? known : null
  }

  const read = async (id: string): Promise<ApiKeyRecord | null> => {
    const among = remembered
    const record = await store.loadKey(id)
    remember(id, record, among)
    return record
  }

  const load = async (id: string): Promise<ApiKeyRecord | null> => {
    const known = rememberedOf(id)
    return known ? known.record : read(id)
  }

  const change = async (
    id: string,
    next: (current: ApiKeyRecord) => ApiKeyRecord,
  ): Promise<ApiKeyRecord> => {
    if (!isKeyId(id)) throw notFound()
    const among = remembered
    const { after } = await store.changeKey(id, (current) => current && next(current))
    if (after === null) throw notFound()
    remember(id, after, among)
    return after
  }

  const countUse = (record: ApiKeyRecord): ApiKeyRecord => {
    const counted = uses.get(record.id)?.uses ?? 0
    uses.set(record.id, { uses: counted + 1, lastUsedAt: clock.now() })
    return record
  }

  const goodKey = async (text: string): Promise<ApiKeyRecord | null> => {
    const id = keyIdIn(text)
    if (id === null) return null
    const known = rememberedOf(id)?.record
    const now = clock.now()
    if (known && hasEnded(known, now)) return null
    if (known && isTextOf(known, text, now)) return known
    // Another process may have given it a new secret, which is no wrong one for that.
    const record = known === null ? null : await read(id)
    return record && !hasEnded(record, now) && isTextOf(record, text, now) ? record : null
  }

  return {
    async list() {
      const records = await store.listKeys()
      return records.map((record) => withUnwritten(withUnwritten(record, unsure?.uses), uses))
    },
    async create(request, beforeIt) {
      const now = clock.now()
      const rights = rightsOf(
        request,
        suites.all.map(({ key }) => key),
        now,
      )
      const id = newKeyId(random)
      const text = newKeyText(id, random)
      const record: ApiKeyRecord = {
        version: 1,
        id,
        ...rights,
        createdAt: now,
        revokedAt: null,
        secrets: [{ hash: hashOfKey(text), until: null }],
        lastUsedAt: null,
        uses: 0,
      }
      await beforeIt?.(id)
      await store.changeKey(id, () => record)
      remember(id, record, remembered)
      return { record, text }
    },
    async rotate(id, graceSeconds, beforeIt) {
      if (graceSeconds < 0 || graceSeconds > longestGraceSeconds) {
        throw new ServiceError(
          'invalid_request',
          `graceSeconds is 0 to ${longestGraceSeconds}, which is 30 days.`,
        )
      }
      const now = clock.now()
      const assertGood = (record: ApiKeyRecord): void => {
        if (!hasEnded(record, now)) return
        throw new ServiceError('invalid_request', 'This key has ended: create a new one.')
      }
      const known = isKeyId(id) ? await store.loadKey(id) : null
      if (known === null) throw notFound()
      assertGood(known)
      await beforeIt?.(id)
      const previousUntil = now + graceSeconds * secondMs
      const text = newKeyText(id, random)
      const record = await change(id, (current) => {
        assertGood(current)
        return rotated(current, hashOfKey(text), previousUntil)
      })
      return { record, text, previousUntil }
    },
    revoke: (id) =>
      change(id, (current) =>
        current.revokedAt === null ? { ...current, revokedAt: clock.now() } : current,
      ),
    async use(text) {
      const record = await goodKey(text)
      return record && countUse(record)
    },
    isGood: async (text) => (await goodKey(text)) !== null,
    async useById(id) {
      const record = await load(id)
      return record === null || hasEnded(record, clock.now()) ? null : countUse(record)
    },
    async standingOf(id) {
      const record = await load(id)
      return record === null ? 'unknown' : standingAt(record, clock.now())
    },
    readAgain() {
      remembered = new Map()
    },
    async flushUses() {
      // What may have been written goes first, and as it was: then it counts once.
      for (;;) {
        if (unsure === null && uses.size === 0) return
        if (unsure === null) {
          unsure = { batch: newBatch(clock.now(), random), uses }
          uses = new Map()
        }
        const sent = unsure
        const counted = [...sent.uses].map(([id, since]) => ({ id, ...since }))
        await store.addKeyUses(counted, sent.batch)
        if (unsure === sent) unsure = null
      }
    },
  }
}
