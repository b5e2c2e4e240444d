/** A counter of what keys do, each within a window of time that begins with its first. */
import type { Clock } from '../../clock'

export interface WindowCounter {
  /** Counts one; how many there are in the window now, this one included. */
  add(key: string): number
  /** How many there are in the window that is open; 0 if none is. */
  count(key: string): number
  /** When the open window ends: whole seconds from now, at least one. */
  endsInSeconds(key: string): number
}

interface Window {
  readonly startedAt: number
  count: number
}

/** Two generations of so many keys are a few megabytes. */
const mostKeysAGeneration = 20_000

/**
 * However many keys come, memory is bounded: of two generations the older is forgotten once the
 * younger is a window old, so that no open window is lost, or full. Who can come under more keys
 * than that loses little by being counted from the beginning.
 */
export const createWindowCounter = (parts: {
  readonly windowMs: number
  readonly clock: Pick<Clock, 'now'>
}): WindowCounter => {
  const { windowMs, clock } = parts
  let young = new Map<string, Window>()
  let old = new Map<string, Window>()
  let youngSince = clock.now()

  /** A clock that was set back must not leave a window open for longer than it is. */
  const isOpen = (since: number, now: number) => now >= since && now < since + windowMs

  const openWindow = (key: string, now: number): Window | null => {
    const window = young.get(key) ?? old.get(key)
    return window && isOpen(window.startedAt, now) ? window : null
  }

  const remember = (key: string, window: Window, now: number): void => {
    if (!isOpen(youngSince, now) || young.size >= mostKeysAGeneration) {
      old = young
      young = new Map()
      youngSince = now
    }
    young.set(key, window)
  }

  return {
    add(key) {
      const now = clock.now()
      const window = openWindow(key, now)
      if (window) return ++window.count
      remember(key, { startedAt: now, count: 1 }, now)
      return 1
    },
    count: (key) => openWindow(key, clock.now())?.count ?? 0,
    endsInSeconds(key) {
      const now = clock.now()
      const startedAt = openWindow(key, now)?.startedAt ?? now - windowMs
      return Math.max(1, Math.ceil((startedAt + windowMs - now) / 1000))
    },
  }
}
