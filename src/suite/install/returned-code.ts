/**
 * An auth_code that a browser brings back from WeCom's install page: it is in the event log before
 * anything else is done with it, and the worker exchanges it like one that WeCom pushed.
 */
import { hash } from 'node:crypto'
import { type Clock, dayMs, secondMs } from '../../clock'
import { ServiceError } from '../../errors'
import type { EventBell } from '../../events/event-bell'
import { eventIdentity } from '../../events/event-identity'
import type { EventLog } from '../../store/event-log'
import type { EventRecord } from '../../store/event-record'
import type { OnceValues } from '../../store/once-values'
import type { CorpInstaller, CorpRecord, Store } from '../../store/store'
import { requireSuiteId, type Suite } from '../suites'
import { type InstallState, longestAuthCode, readAuthCode } from './auth-code'
import type { FindClaim } from './code-claim'

export interface ReturnedCode {
  readonly suite: Suite
  readonly authCode: string
  /** Whether the state that came with it was ours. The code is exchanged whatever it was. */
  readonly installState: InstallState
}

/** What became of a code that was kept. */
export type InstallOutcome =
  /** Not yet exchanged, and why not if a try failed. */
  | { readonly status: 'waiting'; readonly reason: string | null }
  /** The company's code is stored. `agentid` is null, `name` perhaps empty, until it is read. */
  | {
      readonly status: 'installed'
      readonly corpid: string
      readonly agentid: number | null
      readonly name: string
      readonly installedBy: CorpInstaller | null
    }
  | { readonly status: 'refused'; readonly reason: string }

export interface ReturnedCodes {
  /**
   * Keeps the code, durably; the same return is the same event.
   *
   * @throws {ServiceError} invalid_request — it is no auth_code; suite_not_configured — the suite
   *   has no id yet
   */
  keep(returned: ReturnedCode): Promise<{ readonly eventId: string }>
  /** What became of it by now, under whichever event it was exchanged. */
  outcomeOf(eventId: string): Promise<InstallOutcome>
  /**
   * Waits up to `ms` until it is installed and its details were tried, or refused; gives what
   * became of it by then.
   */
  waitForOutcome(eventId: string, ms: number): Promise<InstallOutcome>
}

/** Another process may do the work, and its bell isn't heard here. */
const lookEveryMs = secondMs
/** The bell rings for all events, so beyond the first few rings of one page it is no hurry. */
const promptLooks = 4
const betweenLooksMs = secondMs / 2

const authCodeForm = new RegExp(`^[\\w-]{1,${longestAuthCode}}$`)

interface Look {
  readonly outcome: InstallOutcome
  /** When there may be more, in epoch milliseconds; null: that is how it ended. */
  readonly changesAt: number | null
}

/** A message as WeCom would push it, without a time: the same return is the same message. */
const messageOf = (suiteId: string, authCode: string, installState: InstallState): string =>
  `<xml><SuiteId>${suiteId}</SuiteId><InfoType>create_auth</InfoType><AuthCode>${authCode}</AuthCode><InstallState>${installState}</InstallState></xml>`

const installedOutcome = (record: CorpRecord): InstallOutcome => ({
  status: 'installed',
  corpid: record.corpid,
  agentid: record.agentid,
  name: record.name,
  installedBy: record.installedBy ?? null,
})

const refused = (reason: string): InstallOutcome => ({ status: 'refused', reason })

/** What the event under which a code is exchanged says where no company's record does. */
const outcomeWithoutRecord = ({ status, lastError }: EventRecord): InstallOutcome => {
  if (status === 'pending') return { status: 'waiting', reason: lastError }
  return refused(lastError ?? 'What this installation brought was replaced or erased meanwhile.')
}

export const createReturnedCodes = (parts: {
  store: Pick<Store, 'findCorpByInstallEvent' | 'loadCorp'>
  eventLog: Pick<EventLog, 'append' | 'get'>
  onceValues: Pick<OnceValues, 'putOnce'>
  findClaim: FindClaim
  bell: Pick<EventBell, 'rings' | 'wait'>
  clock: Clock
  newId(): string
  /** Told after a code was kept. */
  onWork(): void
}): ReturnedCodes => {
  const { store, eventLog, onceValues, findClaim, bell, clock, newId, onWork } = parts

  /** The event under which the code of this one is exchanged. */
  const holderOf = async (event: EventRecord): Promise<EventRecord> => {
    const read = readAuthCode(event)
    const holder = read.ok ? await findClaim(read.suiteId, read.authCode) : null
    return (holder !== null && holder !== event.id && (await eventLog.get(holder))) || event
  }

  const recordOf = async ({ id, suiteId, corpid }: EventRecord): Promise<CorpRecord | null> => {
    if (suiteId === null) return null
    const record = await store.findCorpByInstallEvent(suiteId, id)
    if (record || corpid === null) return record
    const later = await store.loadCorp(suiteId, corpid)
    return later?.permanentCode ? later : null
  }

  const look = async (eventId: string): Promise<Look> => {
    const event = await eventLog.get(eventId)
    if (!event) {
      const outcome = refused('Nothing is kept of this installation any more.')
      return { outcome, changesAt: null }
    }
    const holder = await holderOf(event)
    const record = await recordOf(holder)
    const tried = holder.status !== 'pending' || holder.attempts > 0
    if (!record) {
      const outcome = outcomeWithoutRecord(holder)
      if (outcome.status !== 'waiting') return { outcome, changesAt: null }
      return { outcome, changesAt: tried ? (holder.nextAttemptAt ?? 0) : 0 }
    }
    const outcome = installedOutcome(record)
    return { outcome, changesAt: record.agentid !== null || tried ? null : 0 }
  }

  return {
    async keep({ suite, authCode, installState }) {
      const suiteId = requireSuiteId(suite)
      if (!authCodeForm.test(authCode)) {
        throw new ServiceError('invalid_request', 'The auth_code is none of WeCom’s.')
      }
      const body = messageOf(suiteId, authCode, installState)
      const identity = eventIdentity(suiteId, body)
      const key = hash('sha256', identity)
      const freshId = newId()
      const kept = await onceValues.putOnce('returned_code', key, freshId, dayMs)
      const eventId = kept.put ? freshId : kept.standing
      if (!kept.put && (await eventLog.get(eventId))) return { eventId }
      await eventLog.append({
        id: eventId,
        identity,
        suiteId,
        corpid: null,
        source: 'install',
        type: 'create_auth',
        receivedAt: clock.now(),
        body,
        status: 'pending',
        lastError: null,
        dispatchAt: null,
      })
      onWork()
      return { eventId }
    },

    outcomeOf: async (eventId) => (await look(eventId)).outcome,

    async waitForOutcome(eventId, ms) {
      const until = clock.now() + ms
      for (let looks = 1; ; looks++) {
        const rings = bell.rings()
        const { outcome, changesAt } = await look(eventId)
        const leftMs = until - clock.now()
        if (changesAt === null || changesAt > until || leftMs <= 0) return outcome
        if (looks > promptLooks) await clock.sleep(Math.min(leftMs, betweenLooksMs))
        await bell.wait(rings, Math.min(leftMs, lookEveryMs))
      }
    },
  }
}
