/**
 * The rechecks of companies that aren't served: a suspended company is asked about hourly, an
 * invalid one daily, both soon after a message of theirs. Whose turn it is the store knows, for all
 * processes together.
 */
import type { Clock } from '../../clock'
import { reasonOf } from '../../errors'
import { retryForADay } from '../../events/retry-for-a-day'
import type { Logger } from '../../log'
import type { Random } from '../../retry'
import type { EventRecord, Settlement } from '../../store/event-record'
import type { CorpRecord, Store } from '../../store/store'
import { type CorpVisits, recheckEveryMs } from '../../store/watch/corp-visits'
import type { Corps } from '../corps'
import { servedIds } from '../observed-suites'
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

/** What a process takes and can't do any more, because it dies, waits a whole period. */
const takenAtOnce = 20

const isUnserved = (record: CorpRecord | null): record is CorpRecord =>
  record !== null && recheckEveryMs[record.status] !== undefined

export const createRecheckSchedule = (parts: {
  suites: Pick<Suites, 'all'>
  store: Pick<Store, 'loadCorp'>
  corpVisits: Pick<CorpVisits, 'takeRechecks' | 'takeRecheck' | 'hearOfCorp'>
  corps: Pick<Corps, 'find'>
  corpStatusCheck: CorpStatusCheck
  revocationCheck: Pick<RevocationCheck, 'suspect'>
  clock: Clock
  random: Random
  log: Logger
}): RecheckSchedule => {
  const { suites, store, corpVisits, corps, corpStatusCheck } = parts
  const { revocationCheck, clock, random, log } = parts

  /** Applies WeCom's verdict, but that nobody is revoked on a single one. */
  const recheck = async (record: CorpRecord): Promise<void> => {
    const { suiteId, corpid, status } = record
    if (isUnserved(record)) await corpVisits.takeRecheck(suiteId, corpid)
    const answer = await corpStatusCheck.ask(record)
    if (answer.verdict !== 'gone') await corpStatusCheck.apply(record, answer)
    else if (status !== 'invalid') await revocationCheck.suspect(suiteId, corpid, answer.reason)
  }

  const recheckIfUnserved = async (
    suiteId: string,
    corpid: string,
    find: Corps['find'],
  ): Promise<void> => {
    try {
      const record = await find(suiteId, corpid)
      if (isUnserved(record)) await recheck(record)
    } catch (error) {
      log.info('a company could not be rechecked', { suiteId, corpid, reason: reasonOf(error) })
    }
  }

  return {
    messageArrived(suiteId, corpid) {
      corps
        .find(suiteId, corpid)
        .then((record) => {
          if (isUnserved(record)) return corpVisits.hearOfCorp(suiteId, record.corpid)
        })
        .catch(() => undefined)
    },

    async recheckDue() {
      let taken: number
      do {
        const due = await corpVisits.takeRechecks(servedIds(suites), takenAtOnce)
        for (const { suiteId, corpid } of due) {
          await recheckIfUnserved(suiteId, corpid, store.loadCorp)
        }
        taken = due.length
      } while (taken === takenAtOnce)
    },

    recheckIfUnserved: (suiteId, corpid) => recheckIfUnserved(suiteId, corpid, corps.find),

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
