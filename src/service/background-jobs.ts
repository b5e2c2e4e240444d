/**
 * The jobs in the background: the work on events, and the periodic ones with their names and paces.
 */
import { type Clock, hourMs, minuteMs, secondMs } from '../clock'
import type { Worker } from '../events/worker'
import type { Logger } from '../log'
import type { PeriodicJobs } from '../periodic'
import type { EventLog } from '../store/event-log'
import type { Reread } from '../suite/callback/reread'
import type { FreeSpace } from '../suite/operations/disk-space'
import type { Suites } from '../suite/suites'
import type { Tokens } from '../suite/tokens/tokens'
import type { Backups } from '../suite/transfer/backup'
import type { CorpServices } from './corps'
import type { Delivery } from './delivery'
import { createLeaveToOther, type ObservingSince } from './ground/observe-only'

export interface BackgroundJobs {
  start(): void
  /** Ends them; resolves when what was begun has ended. */
  stop(): Promise<void>
}

const renewTokensEveryMs = 10 * secondMs
const checkRevocationsEveryMs = 15 * secondMs
const recheckCorpsEveryMs = minuteMs
const refreshCorpsEveryMs = minuteMs
const leaveEventsEveryMs = minuteMs
const measureDiskEveryMs = minuteMs
const purgeEveryMs = minuteMs
const eraseEveryMs = minuteMs
const backUpEveryMs = 10 * minuteMs
const writeKeyUsesEveryMs = 10 * secondMs
const purgeDeliveriesEveryMs = hourMs
const followEndpointsEveryMs = 10 * secondMs
const watchConditionsEveryMs = 30 * secondMs

export const createBackgroundJobs = (parts: {
  jobs: PeriodicJobs
  observingSince: ObservingSince
  suites: Suites
  eventLog: EventLog
  tokens: Tokens
  corpServices: Pick<
    CorpServices,
    'revocationCheck' | 'recheckSchedule' | 'refreshDue' | 'finalErasure'
  >
  worker: Worker
  delivery: Delivery
  /** Reads a message again that couldn't be read: all that is worked on where suited observes. */
  reread: Reread
  space: FreeSpace
  backups: Backups
  /** Removes what is no longer needed. */
  purge(): Promise<void>
  makeReserve(): Promise<void>
  /** Tells of tickets, renewals and our address when they change. */
  watchConditions(): Promise<void>
  flushKeyUses(): Promise<void>
  clock: Clock
  log: Logger
}): BackgroundJobs => {
  const { jobs, observingSince, suites, eventLog, tokens, corpServices, worker, delivery } = parts
  const { reread, space, backups, purge, makeReserve, watchConditions, flushKeyUses } = parts
  const { clock, log } = parts
  const { revocationCheck, recheckSchedule, refreshDue, finalErasure } = corpServices

  const startServing = () => {
    worker.start()
    for (const { suiteId } of suites.all) if (suiteId !== null) tokens.wake(suiteId)
    jobs.start('renewing tokens', renewTokensEveryMs, tokens.renewDue)
    jobs.start(
      'checking suspected revocations',
      checkRevocationsEveryMs,
      revocationCheck.confirmDue,
    )
    jobs.start('rechecking unserved companies', recheckCorpsEveryMs, recheckSchedule.recheckDue)
    jobs.start('refreshing companies daily', refreshCorpsEveryMs, refreshDue)
  }

  const startObserving = () => {
    const leaveToOther = createLeaveToOther({ eventLog, reread, clock, log, observingSince })
    jobs.start('leaving events to the other back-end', leaveEventsEveryMs, leaveToOther)
  }

  return {
    start() {
      if (!suites.observes(null)) startServing()
      if (observingSince.size > 0) startObserving()
      delivery.start()
      jobs.start('following endpoints', followEndpointsEveryMs, delivery.follow)
      jobs.start('giving up what was held too long', purgeDeliveriesEveryMs, delivery.purge)
      jobs.start('measuring the disk', measureDiskEveryMs, async () => {
        await space.check()
        await makeReserve()
      })
      jobs.start('purging old events', purgeEveryMs, purge)
      jobs.start('erasing companies that left', eraseEveryMs, finalErasure.eraseDue)
      jobs.start('watching tickets and renewals', watchConditionsEveryMs, watchConditions)
      jobs.start('making backups', backUpEveryMs, backups.makeDue)
      jobs.start('writing down uses of API keys', writeKeyUsesEveryMs, flushKeyUses)
    },
    async stop() {
      backups.stop()
      await Promise.all([worker.stop(), jobs.stop()])
      await delivery.stop()
      await flushKeyUses()
    },
  }
}
