/** What is had once, beside the memory event log. */
import type { Clock } from '../../clock'
import type { Lifecycle } from '../driver/lifecycle'
import type { OnceKind, OnceValues } from '../once-values'

export interface OnceEntry {
  readonly value: string
  readonly expiresAt: number
}

export const createMemoryOnceValues = (
  entries: Map<string, OnceEntry>,
  clock: Pick<Clock, 'now'>,
  run: Lifecycle['run'],
): OnceValues => {
  const placeOf = (kind: OnceKind, key: string) => `${kind} ${key}`
  const find = (place: string): string | null => {
    const entry = entries.get(place)
    return entry && entry.expiresAt > clock.now() ? entry.value : null
  }

  return {
    putOnce: (kind, key, value, ttlMs) =>
      run(() => {
        const place = placeOf(kind, key)
        const standing = find(place)
        if (standing !== null) return { put: false, standing }
        entries.set(place, { value, expiresAt: clock.now() + ttlMs })
        return { put: true }
      }),

    findOnce: (kind, key) => run(() => find(placeOf(kind, key))),

    takeOnce: (kind, key) =>
      run(() => {
        const value = find(placeOf(kind, key))
        entries.delete(placeOf(kind, key))
        return value
      }),

    purgeOnce: () =>
      run(() => {
        const expired = [...entries].filter(([, { expiresAt }]) => expiresAt <= clock.now())
        for (const [place] of expired) entries.delete(place)
        return expired.length
      }),
  }
}
