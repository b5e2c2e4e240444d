/**
 * The last uses by WeCom of callback pairs from before a rotation: such a pair may go once its last
 * use is long enough ago. A fact tells of every hour of use, which outlives the process.
 */
import { createHash } from 'node:crypto'
import { type Clock, hourMs } from '../../clock'
import type { OwnEvents } from '../../events/own-events'
import type { Logger } from '../../log'
import type { Facts } from '../../store/facts'
import type { CallbackPair } from '../../wecom/callback/envelope'
import type { Suite } from '../suites'

interface Use {
  readonly at: number
  readonly notedAt: number
}

/** The uses that this process saw, by name of the pair: what outlives a change of settings. */
export type PreviousPairUses = Map<string, Use>

export interface PreviousPairs {
  /** A callback came that was sealed with the suite's pair of before a rotation. */
  used(suite: Suite): void
  /**
   * Epoch milliseconds; null if that pair has not been used, or there is none. Of what other
   * processes saw it is exact to the hour: never too late, and at most an hour too early.
   */
  lastUsedAt(suite: Suite): Promise<number | null>
}

const usedType = 'suited.previous_pair_used'

/** Tells a pair from those of other rotations, and nothing about it. */
const nameOf = (key: string, { token, aesKey }: CallbackPair): string => {
  const digest = createHash('sha256').update(token).update(aesKey).digest('hex')
  return `${key} ${digest.slice(0, 12)}`
}

export const createPreviousPairs = (parts: {
  facts: Pick<Facts, 'listFacts'>
  ownEvents: OwnEvents
  clock: Clock
  log: Logger
  uses: PreviousPairUses
}): PreviousPairs => {
  const { facts, ownEvents, clock, log, uses } = parts

  const lastNotedUse = async ({ suiteId }: Suite, name: string): Promise<number | null> => {
    const filter = suiteId === null ? {} : { suiteId }
    const { items } = await facts.listFacts({ ...filter, types: [usedType], limit: 200 })
    const own = items.find(
      ({ payload }) => (JSON.parse(payload || '{}') as { pair?: string }).pair === name,
    )
    return own?.at ?? null
  }

  return {
    used({ key, suiteId, pairs: { previous } }) {
      if (!previous) return
      const name = nameOf(key, previous)
      const now = clock.now()
      const notedAt = uses.get(name)?.notedAt
      const isNoteDue = notedAt === undefined || now - notedAt >= hourMs
      uses.set(name, { at: now, notedAt: isNoteDue ? now : notedAt })
      if (!isNoteDue) return
      log.info('WeCom still uses the previous Token of a suite', { suite: key })
      ownEvents.add(usedType, suiteId, null, { suite: key, pair: name })
    },
    async lastUsedAt(suite) {
      const { previous } = suite.pairs
      if (!previous) return null
      const name = nameOf(suite.key, previous)
      // Of what this process saw, days ago maybe, and what others noted, the later counts.
      const seenAt = uses.get(name)?.at ?? 0
      return Math.max(seenAt, (await lastNotedUse(suite, name)) ?? 0) || null
    },
  }
}
