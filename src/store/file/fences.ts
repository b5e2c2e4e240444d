/**
 * `leases.json`: where the numbers of leases go on after a restart.
 *
 * No lease outlives its process, and a folder has one process: a number needs no write of its own.
 * The file says from where on no number was used, and is moved on by a million at a time. Where it
 * is missing, the numbers begin at the time of day, which is ahead of whatever was used before.
 */
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Clock } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import { createDurableAdapter } from './disk/durable-adapter'
import type { FileSystem } from './disk/file-system'

const name = 'leases.json'

const reservedAtOnce = 1_000_000

const Reserved = Type.Object({
  version: Type.Literal(1),
  nextFence: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER - reservedAtOnce }),
})

export interface Fences {
  /** To be awaited before `next`: the numbers that it will give are reserved on the disk. */
  ready(): Promise<void>
  /** A number larger than all before it, also of former processes. */
  next(): number
}

export const createFences = (parts: {
  readonly fs: FileSystem
  readonly dir: string
  readonly clock: Clock
  readonly log: Logger
}): Fences => {
  const { fs, dir, clock, log } = parts
  const adapter = createDurableAdapter({ fs, path: join(dir, name), mode: 'durable, alone' })
  let next = 0
  let end = 0
  let reserving: Promise<void> | null = null

  const reservedBefore = async (): Promise<number> => {
    const stored = await adapter.read().catch(() => null)
    return Value.Check(Reserved, stored) ? stored.nextFence : 0
  }

  const reserve = async () => {
    const from = Math.max(next, clock.now(), await reservedBefore())
    // Tokens are fetched on a full disk too: then the clock alone gives larger numbers after a
    // restart.
    await adapter.write({ version: 1, nextFence: from + reservedAtOnce }).catch((error) => {
      log.warn('the numbers of leases could not be reserved', { reason: reasonOf(error) })
    })
    next = from
    end = from + reservedAtOnce
  }

  return {
    async ready() {
      if (next < end) return
      reserving ??= reserve().finally(() => {
        reserving = null
      })
      await reserving
    },
    next: () => next++,
  }
}
