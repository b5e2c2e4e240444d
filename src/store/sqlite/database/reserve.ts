/**
 * The reserve of disk space, a file that only takes up room: given up when the disk is full and
 * something must be written all the same, and made again when there is room.
 */
import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs'

export const reserveBytes = 2 ** 20

export interface Reserve {
  /** Makes it, unless it is there or would leave less than its own size free. Never throws. */
  make(): Promise<void>
  /** Gives its room back to the disk, at once. False if there was none to give. */
  giveUp(): boolean
}

/** Removes the file at `path`, at once. False if there was none. */
export const giveUpReserve = (path: string): boolean => {
  try {
    rmSync(path)
    return true
  } catch {
    return false
  }
}

/** Where there is none. */
export const noReserve: Reserve = { make: async () => undefined, giveUp: () => false }

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/**
 * @param freeBytes what is left on its disk; null where that can't be told
 * @param noise fills it: a file system that compresses would make little of zeros
 */
export const createReserve = (parts: {
  path: string
  freeBytes(): Promise<number | null>
  noise(count: number): Uint8Array
}): Reserve => {
  const { path, freeBytes, noise } = parts

  const write = () => {
    const file = openSync(path, 'w', 0o600)
    try {
      for (let at = 0; at < reserveBytes; at += 2 ** 16) writeSync(file, noise(2 ** 16))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }

  return {
    async make() {
      const free = await freeBytes()
      if (free !== null && free < 2 * reserveBytes) return
      try {
        if (sizeOf(path) !== reserveBytes) write()
      } catch {
        // Half of one would only be in the way of others.
        giveUpReserve(path)
      }
    },
    giveUp: () => giveUpReserve(path),
  }
}
