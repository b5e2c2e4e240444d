/** The ways back: companies that are asleep are looked at hourly, those given up daily. */
import { type Clock, dayMs, hourMs, minuteMs } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { Store } from '../store/store'
import type { Companies } from './companies'
import type { Standing } from './standing'

export interface Looks {
  /** A message of this company came: if it is given up or asleep, it is looked at soon. */
  heard(suiteId: string, corpid: string): void
  /** Looks at those whose turn it is. */
  lookDue(): Promise<void>
}

const periods = { suspended: hourMs, invalid: dayMs }
/** However much a company sends, it is not looked at more often because of it. */
const heardEveryMs = 10 * minuteMs

export const createLooks = (parts: {
  store: Pick<Store, 'listCorps'>
  companies: Companies
  standing: Standing
  clock: Clock
  random: Random
  log: Logger
}): Looks => {
  const { store, companies, standing, clock, random, log } = parts
  const nextAt = new Map<string, number>()
  const heardAt = new Map<string, number>()

  /** Whether it is this one's turn. After a start each gets a moment of its own in its period. */
  const takeTurn = (name: string, periodMs: number): boolean => {
    const now = clock.now()
    const at = nextAt.get(name) ?? now + periodMs * (0.5 + random() / 2)
    nextAt.set(name, at <= now ? now + periodMs : at)
    return at <= now
  }

  const lookAtThose = async (status: keyof typeof periods): Promise<void> => {
    let cursor: string | undefined
    do {
      const page = await store.listCorps({ status, limit: 200, cursor })
      for (const { suiteId, corpid } of page.items) {
        if (!takeTurn(`${suiteId} ${corpid}`, periods[status])) continue
        await standing.recheck(suiteId, corpid).catch((error) =>
          log.info('a company could not be looked at', {
            suiteId,
            corpid,
            reason: reasonOf(error),
          }),
        )
      }
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
  }

  return {
    heard(suiteId, corpid) {
      const name = `${suiteId} ${corpid}`
      const now = clock.now()
      if (now - (heardAt.get(name) ?? 0) < heardEveryMs) return
      companies.find(suiteId, corpid).then(
        (record) => {
          if (record?.status !== 'invalid' && record?.status !== 'suspended') return
          heardAt.set(name, now)
          nextAt.set(name, now)
        },
        () => undefined,
      )
    },
    async lookDue() {
      await lookAtThose('suspended')
      await lookAtThose('invalid')
    },
  }
}
