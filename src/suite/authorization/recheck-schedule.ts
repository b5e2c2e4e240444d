/** The ways back: companies that are asleep are looked at hourly, those given up daily. */
import { type Clock, dayMs, hourMs, minuteMs } from '../../clock'
import { reasonOf } from '../../errors'
import { laterOrDead } from '../../events/retry-for-a-day'
import type { Logger } from '../../log'
import type { Random } from '../../retry'
import type { EventRecord, Settlement } from '../../store/event-log'
import type { CorpRecord, Store } from '../../store/store'
import type { Corps } from '../corps'
import type { CorpStatusCheck } from './corp-status'
import type { RevocationCheck } from './revocation-check'

export interface RecheckSchedule {
  /** A message of this company came: if it is given up or asleep, it is looked at soon. */
  messageArrived(suiteId: string, corpid: string): void
  /** Looks at those whose turn it is. */
  recheckDue(): Promise<void>
  /** The company may be awake again: if it is given up or asleep, it is looked at now. Never throws. */
  recheckIfUnserved(suiteId: string, corpid: string): Promise<void>
  /** Works on close_inactive_agent and reopen_inactive_agent: WeCom is asked what it means. */
  recheckNow(event: EventRecord): Promise<Settlement>
}

type Away = 'suspended' | 'invalid'

const periods: Record<Away, number> = { suspended: hourMs, invalid: dayMs }
/** However much a company sends, it is not looked at more often because of it. */
const heardEveryMs = 10 * minuteMs

const isAway = (record: CorpRecord | null): record is CorpRecord & { status: Away } =>
  record?.status === 'suspended' || record?.status === 'invalid'

/** Whole periods after the status changed: neither a restart nor many of one moment upset that. */
export const nextRecheckAt = (statusAt: number, periodMs: number, now: number): number =>
  statusAt + periodMs * (Math.floor((now - statusAt) / periodMs) + 1)

export const createRecheckSchedule = (parts: {
  store: Pick<Store, 'listCorps'>
  corps: Corps
  corpStatusCheck: CorpStatusCheck
  revocationCheck: Pick<RevocationCheck, 'suspect'>
  clock: Clock
  random: Random
  log: Logger
}): RecheckSchedule => {
  const { store, corps, corpStatusCheck, revocationCheck, clock, random, log } = parts
  const turns = new Map<string, { readonly status: Away; readonly at: number }>()
  const heardAt = new Map<string, number>()

  const nameOf = (suiteId: string, corpid: string): string => `${suiteId} ${corpid}`

  /** WeCom's word, but that nobody is given up on a single one. */
  const look = async (record: CorpRecord): Promise<void> => {
    const { suiteId, corpid, status } = record
    if (isAway(record)) {
      turns.set(nameOf(suiteId, corpid), {
        status: record.status,
        at: clock.now() + periods[record.status],
      })
    }
    const answer = await corpStatusCheck.ask(record)
    if (answer.verdict !== 'gone') await corpStatusCheck.apply(record, answer)
    else if (status !== 'invalid') revocationCheck.suspect(suiteId, corpid, answer.reason)
  }

  const couldNotLook = (suiteId: string, corpid: string, error: unknown): void =>
    log.info('a company could not be looked at', { suiteId, corpid, reason: reasonOf(error) })

  const lookIfDue = async (status: Away, suiteId: string, corpid: string): Promise<void> => {
    const name = nameOf(suiteId, corpid)
    const turn = turns.get(name)
    if (turn?.status === status && turn.at > clock.now()) return
    const record = await corps.find(suiteId, corpid)
    if (record?.status !== status) return
    if (turn?.status === status) return look(record)
    const at = nextRecheckAt(record.statusAt, periods[status], clock.now())
    turns.set(name, { status, at })
  }

  const lookAtThose = async (status: Away): Promise<string[]> => {
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await store.listCorps({ status, limit: 200, cursor })
      for (const { suiteId, corpid } of page.items) {
        names.push(nameOf(suiteId, corpid))
        await lookIfDue(status, suiteId, corpid).catch((error) =>
          couldNotLook(suiteId, corpid, error),
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
          if (!isAway(record)) return
          const name = nameOf(suiteId, record.corpid)
          if (now - (heardAt.get(name) ?? 0) < heardEveryMs) return
          heardAt.set(name, now)
          turns.set(name, { status: record.status, at: now })
        },
        () => undefined,
      )
    },

    async recheckDue() {
      const away = new Set([...(await lookAtThose('suspended')), ...(await lookAtThose('invalid'))])
      for (const name of turns.keys()) if (!away.has(name)) turns.delete(name)
      const now = clock.now()
      for (const [name, at] of heardAt) if (now - at >= heardEveryMs) heardAt.delete(name)
    },

    async recheckIfUnserved(suiteId, corpid) {
      try {
        const record = await corps.find(suiteId, corpid)
        if (isAway(record)) await look(record)
      } catch (error) {
        couldNotLook(suiteId, corpid, error)
      }
    },

    async recheckNow(event) {
      const { suiteId, corpid } = event
      const record = suiteId && corpid ? await corps.find(suiteId, corpid) : null
      if (!record || record.permanentCode === null) return { status: 'done' }
      try {
        await look(record)
        return { status: 'done' }
      } catch (error) {
        return laterOrDead(event, error, clock.now(), random)
      }
    },
  }
}
