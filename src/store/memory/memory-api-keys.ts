/** The API keys of the memory store. */
import type { ApiKeyRecord, ApiKeys } from '../api-keys'
import type { Lifecycle } from '../driver/lifecycle'
import { byAge, checkedKeyId, endedBefore, keyWrite, withUses } from '../driver/records/key-writes'
import { createKnownBatches } from '../driver/records/known-batches'

/** @param keys by id */
export const createMemoryApiKeys = (
  keys: Map<string, ApiKeyRecord>,
  run: Lifecycle['run'],
  batches = createKnownBatches(),
): ApiKeys => ({
  listKeys: () => run(() => structuredClone([...keys.values()].sort(byAge))),

  listKeyIds: () => run(() => [...keys.keys()]),

  loadKey: (id) => run(() => structuredClone(keys.get(checkedKeyId(id)) ?? null)),

  changeKey: (id, change) =>
    run(() => {
      const current = keys.get(checkedKeyId(id)) ?? null
      const { before, after, forgotten } = keyWrite(id, current, keys.values(), change)
      if (forgotten !== null) keys.delete(forgotten)
      if (after) keys.set(id, after)
      return { before: structuredClone(before), after: structuredClone(after) }
    }),

  addKeyUses: (uses, batch) =>
    run(() => {
      if (batches.has(batch)) return
      batches.add(batch)
      for (const { id, ...counted } of uses) {
        const key = keys.get(id)
        if (key) keys.set(id, withUses(key, counted))
      }
    }),

  purgeKeys: (before) =>
    run(() => {
      const ended = [...keys.values()].filter((key) => endedBefore(key, before))
      for (const { id } of ended) keys.delete(id)
      return ended.length
    }),
})
