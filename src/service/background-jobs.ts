/** What goes on in the background, each piece at its own pace. */
import { type Clock, minuteMs, secondMs } from '../clock'
import type { Worker } from '../events/worker'
import type { Logger } from '../log'
import { createRounds } from '../periodic'
import type { EventLog } from '../store/event-log'
import type { FreeSpace } from '../suite/operations/disk-space'
import { jobWarnings } from '../suite/operations/job-warnings'
import type { Suites } from '../suite/suites'
import type { Tokens } from '../suite/tokens/tokens'
import type { Backups } from '../suite/transfer/backup'
import type { CompanyCare } from './corps'
import { createLeaveToOther } from './observe-only'

export interface Background {
  start(): void
  /** Ends it; resolves when what was begun has ended. */
  stop(): Promise<void>
  /** Which pieces have not succeeded for long; empty as a rule. */
  warnings(): string[]
}

const lookForRenewalsEveryMs = 10 * secondMs
const lookForDoubtsEveryMs = 15 * secondMs
const lookAtCompaniesEveryMs = minuteMs
const lookAtEventsEveryMs = minuteMs
const lookAtDiskEveryMs = minuteMs
const lookForBackupsEveryMs = 10 * minuteMs
const lookForPurgeEveryMs = minuteMs

export const createBackground = (parts: {
  /** Since when another back-end does the work; null if it is ours. Epoch milliseconds. */
  observingSince: number | null
  suites: Suites
  eventLog: EventLog
  tokens: Tokens
  care: CompanyCare
  worker: Worker
  space: FreeSpace
  backups: Backups
  purge(): Promise<void>
  makeReserve?: () => Promise<void>
  clock: Clock
  log: Logger
}): Background => {
  const { observingSince, suites, tokens, care, worker, space, backups, purge } = parts
  const { makeReserve = async () => undefined, clock } = parts
  const rounds = createRounds(parts)

  const startServing = () => {
    worker.start()
    for (const { suiteId } of suites.all) if (suiteId !== null) tokens.wake(suiteId)
    rounds.every('renewing tokens', lookForRenewalsEveryMs, tokens.renewDue)
    rounds.every(
      'confirming doubts about companies',
      lookForDoubtsEveryMs,
      care.revocationCheck.confirmDue,
    )
    rounds.every(
      'looking at companies that are away',
      lookAtCompaniesEveryMs,
      care.recheckSchedule.recheckDue,
    )
    rounds.every('the daily care of companies', lookAtCompaniesEveryMs, care.refreshDue)
  }

  return {
    start() {
      if (observingSince === null) startServing()
      else
        rounds.every(
          'leaving events to the other back-end',
          lookAtEventsEveryMs,
          createLeaveToOther({ ...parts, observingSince }),
        )
      rounds.every('looking at the disk', lookAtDiskEveryMs, async () => {
        await space.look()
        await makeReserve()
      })
      rounds.every('purging old events', lookForPurgeEveryMs, purge)
      rounds.every('backups', lookForBackupsEveryMs, backups.makeDue)
    },
    async stop() {
      backups.stop()
      await Promise.all([worker.stop(), rounds.stop()])
    },
    warnings: () => jobWarnings(rounds.list(), clock.now()),
  }
}
