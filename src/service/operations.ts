/** The answers for operators: what is awaited from outside, and how the service stands. */
import type { Clock } from '../clock'
import type { PeriodicJobs } from '../periodic'
import type { EventLog } from '../store/event-log'
import type { Store } from '../store/store'
import { createAwaited } from '../suite/operations/awaited'
import { createStatus } from '../suite/operations/status'
import type { Suites } from '../suite/suites'
import type { Tokens } from '../suite/tokens/tokens'
import type { Backups } from '../suite/transfer/backup'
import type { Callbacks } from './callbacks'
import { withObserving } from './ground/observe-only'
import type { ProcessState } from './ground/process-state'

export const createOperations = (parts: {
  version: string
  suites: Suites
  store: Store
  eventLog: EventLog
  tokens: Tokens
  callbacks: Pick<Callbacks, 'discoveredIds' | 'refusedCallbackWarnings' | 'previousPairs'>
  backups: Backups
  jobs: PeriodicJobs
  sdkOrigin(): string | null
  processState: Pick<ProcessState, 'startedAt' | 'refusals' | 'refusedAddress'>
  clock: Clock
  /** What deserves a word to the operator. */
  warnings(): readonly string[]
  deliveryWarnings(): Promise<readonly string[]>
}) => {
  const { version, suites, store, eventLog, tokens, callbacks, backups } = parts
  const { jobs, sdkOrigin, processState, clock, warnings, deliveryWarnings } = parts
  const { discoveredIds, refusedCallbackWarnings, previousPairs } = callbacks
  const { startedAt, refusals, refusedAddress } = processState

  const awaitedWhileServing = createAwaited({
    suites,
    discoveredIds,
    store,
    tokens,
    refusedAddress,
    refusedCallbackWarnings,
    clock,
  })
  const awaited = withObserving(awaitedWhileServing, suites)
  const readStatus = createStatus({
    suites,
    store,
    eventLog,
    awaited,
    refusals,
    backups,
    previousPairUsedAt: previousPairs.lastUsedAt,
    jobs,
    sdkOrigin,
    clock,
    version,
    startedAt,
    warnings,
    deliveryWarnings,
  })
  return { awaited, readStatus }
}
