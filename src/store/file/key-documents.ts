/**
 * API keys: one document for each, and one for how often they were used, which is written often and
 * may get lost. All of them are in memory, for they are few.
 */
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import type { ApiKeyRecord, ChangedKey, KeyUses } from '../api-keys'
import {
  byAge,
  endedBefore,
  type KeyChange,
  keyWrite,
  withUses,
} from '../driver/records/key-writes'
import { createKnownBatches } from '../driver/records/known-batches'
import { keyDocument, keyUsesDocument } from './document/document-kinds'
import { DamagedDocument, type Documents } from './document/documents'

/** No two calls that write may overlap. */
export interface KeyDocuments {
  /** Resolves when what the folder held when it was opened is read. */
  readonly whenRead: Promise<void>
  list(): ApiKeyRecord[]
  /** Also of those that can't be read. */
  ids(): string[]
  load(id: string): Promise<ApiKeyRecord | null>
  change(id: string, change: KeyChange): Promise<ChangedKey>
  addUses(uses: readonly KeyUses[], batch: string): Promise<void>
  /** Returns how many went. */
  purge(before: number): Promise<number>
}

/** The higher counts: the document of a key has those of its last change. */
const withTotals = (
  key: ApiKeyRecord,
  totals: Pick<ApiKeyRecord, 'uses' | 'lastUsedAt'> | undefined,
): ApiKeyRecord => {
  if (!totals || totals.uses <= key.uses) return key
  return { ...key, uses: totals.uses, lastUsedAt: totals.lastUsedAt }
}

export const createKeyDocuments = (parts: {
  documents: Documents
  /** Of the keys that the folder holds. */
  ids: readonly string[]
  log: Logger
}): KeyDocuments => {
  const { documents, ids, log } = parts
  const keys = new Map<string, ApiKeyRecord>()
  const unread = new Set<string>()
  const batches = createKnownBatches()
  const usesDocument = documents.at(keyUsesDocument)
  const at = (id: string) => documents.at(keyDocument(id))

  const load = async (id: string): Promise<ApiKeyRecord | null> => {
    const stored = await at(id)
      .read()
      .catch((error) => {
        unread.add(id)
        throw error
      })
    unread.delete(id)
    const key = stored && withTotals(stored, keys.get(id))
    if (key) keys.set(id, key)
    else keys.delete(id)
    return structuredClone(key)
  }

  const readAll = async () => {
    for (const id of ids) {
      await load(id).catch((error) => {
        // Damage is in the log already; the others go on.
        if (error instanceof DamagedDocument) return
        log.error('an API key can’t be read', { id, reason: reasonOf(error) })
      })
    }
    const counted = await usesDocument.read().catch((error) => {
      log.warn('how often API keys were used can’t be read and begins anew', {
        reason: reasonOf(error),
      })
      return null
    })
    for (const [id, key] of keys) keys.set(id, withTotals(key, counted?.keys[id]))
  }

  const remove = async (id: string) => {
    await at(id).remove()
    keys.delete(id)
  }

  return {
    whenRead: readAll(),

    list: () => structuredClone([...keys.values()].sort(byAge)),

    ids: () => [...new Set([...keys.keys(), ...unread])],

    load,

    async change(id, change) {
      const current = await load(id)
      const { before, after, changed, forgotten } = keyWrite(id, current, keys.values(), change)
      if (after && changed) {
        try {
          await at(id).write(after)
        } catch (error) {
          // It may have failed before or after the new version took its place.
          await load(id).catch(() => null)
          throw error
        }
        keys.set(id, structuredClone(after))
      }
      if (forgotten !== null) await remove(forgotten)
      return { before, after }
    },

    async addUses(uses, batch) {
      if (batches.has(batch)) return
      const next = new Map(keys)
      for (const { id, ...counted } of uses) {
        const key = next.get(id)
        if (key) next.set(id, withUses(key, counted))
      }
      const used = [...next.values()].filter((key) => key.uses > 0)
      const totals = used.map(({ id, uses, lastUsedAt }) => [id, { uses, lastUsedAt }])
      await usesDocument.write({ version: 1, keys: Object.fromEntries(totals) })
      for (const [id, key] of next) keys.set(id, key)
      batches.add(batch)
    },

    async purge(before) {
      const ended = [...keys.values()].filter((key) => endedBefore(key, before))
      for (const { id } of ended) await remove(id)
      return ended.length
    },
  }
}
