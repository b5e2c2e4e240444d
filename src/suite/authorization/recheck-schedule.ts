/** The schedule of rechecks: a suspended company is asked about hourly, an invalid one daily. */
import { type Clock, dayMs, hourMs, minuteMs } from '../../clock'
import { reasonOf } from '../../errors'
import { retryForADay } from '../../events/retry-for-a-day'
import type { Logger } from '../../log'
import type { Random } from '../../retry'
import type { EventRecord, Settlement } from '../../store/event-record'
import type { CorpRecord, Store } from '../../store/store'
import type { Corps } from '../corps'
import type { Suites } from '../suites'
import type { CorpStatusCheck } from './corp-status'
import type { RevocationCheck } from './revocation-check'

export interface RecheckSchedule {
  /** A message of this company came: if it isn't served, it is rechecked soon. */
  messageArrived(suiteId: string, corpid: string): void
  /** Rechecks those that are due. */
  recheckDue(): Promise<void>
  /** Rechecks now a company that isn't served and may be again. Never throws. */
  recheckIfUnserved(suiteId: string, corpid: string): Promise<void>
  /** Works on close_inactive_agent and reopen_inactive_agent: WeCom is asked what it means. */
  recheckNow(event: EventRecord): Promise<Settlement>
}

type UnservedStatus = 'suspended' | 'invalid'

const periods: Record<UnservedStatus, number> = { suspended: hourMs, invalid: dayMs }
/** However much a company sends, it is not rechecked more often because of it. */
const betweenMessagesMs = 10 * minuteMs

const isUnserved = (record: CorpRecord | null): record is CorpRecord & { status: UnservedStatus } =>
  record?.status === 'suspended' || record?.status === 'invalid'

/** Whole periods after the status changed: neither a restart nor many of one moment upset that. */
export const nextRecheckAt = (statusAt: number, periodMs: number, now: number): number =>
  statusAt + periodMs * (Math.floor((now - statusAt) / periodMs) + 1)

const nameOf = (suiteId: string, corpid: string): string => `${suiteId} ${corpid}`

export const createRecheckSchedule = (parts: {
  suites: Pick<Suites, 'observes'>
  store: Pick<Store, 'listCorps'>
  corps: Corps
  corpStatusCheck: CorpStatusCheck
  revocationCheck: Pick<RevocationCheck, 'suspect'>
  clock: Clock
  random: Random
  log: Logger
}): RecheckSchedule => {
  const { suites, store, corps, corpStatusCheck, revocationCheck, clock, random, log } = parts
  const scheduled = new Map<string, { readonly status: UnservedStatus; readonly at: number }>()
  /** When a message last brought a company's recheck forward. */
  const broughtForwardAt = new Map<string, number>()

  /** Applies WeCom's verdict, but that nobody is revoked on a single one. */
  const recheck = async (record: CorpRecord): Promise<void> => {
    const { suiteId, corpid, status } = record
    if (isUnserved(record)) {
      const at = clock.now() + periods[record.status]
      scheduled.set(nameOf(suiteId, corpid), { status: record.status, at })
    }
    const answer = await corpStatusCheck.ask(record)
    if (answer.verdict !== 'gone') await corpStatusCheck.apply(record, answer)
    else if (status !== 'invalid') revocationCheck.suspect(suiteId, corpid, answer.reason)
  }

  const logFailure = (suiteId: string, corpid: string, error: unknown): void =>
    log.info('a company could not be rechecked', { suiteId, corpid, reason: reasonOf(error) })

  const recheckIfDue = async (
    status: UnservedStatus,
    suiteId: string,
    corpid: string,
  ): Promise<void> => {
    const name = nameOf(suiteId, corpid)
    const next = scheduled.get(name)
    if (next?.status === status && next.at > clock.now()) return
    const record = await corps.find(suiteId, corpid)
    if (record?.status !== status) return
    if (next?.status === status) return recheck(record)
    const at = nextRecheckAt(record.statusAt, periods[status], clock.now())
    scheduled.set(name, { status, at })
  }

  /** Goes through all companies of a status, and gives their names. */
  const recheckAll = async (status: UnservedStatus): Promise<string[]> => {
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await store.listCorps({ status, limit: 200, cursor })
      for (const { suiteId, corpid } of page.items) {
        if (suites.observes(suiteId)) continue
        names.push(nameOf(suiteId, corpid))
        await recheckIfDue(status, suiteId, corpid).catch((error) =>
          logFailure(suiteId, corpid, error),
        )
      }
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    return names
  }

  return {
    messageArrived(suiteId, corpid) {
      const now = clock.now()
      corps.find(suiteId, corpid).then(
        (record) => {
          if (!isUnserved(record)) return
          const name = nameOf(suiteId, record.corpid)
          if (now - (broughtForwardAt.get(name) ?? 0) < betweenMessagesMs) return
          broughtForwardAt.set(name, now)
          scheduled.set(name, { status: record.status, at: now })
        },
        () => undefined,
      )
    },

    async recheckDue() {
      const unserved = new Set([
        ...(await recheckAll('suspended')),
        ...(await recheckAll('invalid')),
      ])
      for (const name of scheduled.keys()) if (!unserved.has(name)) scheduled.delete(name)
      const now = clock.now()
      for (const [name, at] of broughtForwardAt) {
        if (now - at >= betweenMessagesMs) broughtForwardAt.delete(name)
      }
    },

    async recheckIfUnserved(suiteId, corpid) {
      try {
        const record = await corps.find(suiteId, corpid)
        if (isUnserved(record)) await recheck(record)
      } catch (error) {
        logFailure(suiteId, corpid, error)
      }
    },

    async recheckNow(event) {
      const { suiteId, corpid } = event
      const record = suiteId && corpid ? await corps.find(suiteId, corpid) : null
      if (!record || record.permanentCode === null) return { status: 'done' }
      try {
        await recheck(record)
        return { status: 'done' }
      } catch (error) {
        return retryForADay(event, error, clock.now(), random)
      }
    },
  }
}
