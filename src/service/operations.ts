/** What operators are told: what is awaited from outside, how the service stands, what changes. */
import type { Clock } from '../clock'
import type { OwnEvents } from '../events/own-events'
import type { PeriodicJobs } from '../periodic'
import type { EventLog } from '../store/event-log'
import type { Facts } from '../store/facts'
import type { Store } from '../store/store'
import { heldCodeWarnings } from '../suite/install/held-code-warnings'
import { createAwaited } from '../suite/operations/awaited'
import { createConditionWatch } from '../suite/operations/conditions/condition-watch'
import { createTellChange } from '../suite/operations/conditions/tell-change'
import { createStatus } from '../suite/operations/status'
import type { Suites } from '../suite/suites'
import type { Tokens } from '../suite/tokens/tokens'
import type { Backups } from '../suite/transfer/backup'
import type { Callbacks } from './callbacks'
import type { CorpServices } from './corps'
import type { Delivery } from './delivery'
import { withObserving } from './ground/observe-only'
import type { ProcessState } from './ground/process-state'
import type { Others } from './replicas/others'
import type { WecomAccess } from './wecom-access'

export const createOperations = (parts: {
  version: string
  suites: Suites
  store: Store
  eventLog: EventLog
  facts: Facts
  ownEvents: OwnEvents
  tokens: Tokens
  callbacks: Pick<
    Callbacks,
    'discoveredIds' | 'refusedCallbackWarnings' | 'previousPairs' | 'space'
  >
  backups: Backups
  jobs: PeriodicJobs
  ofProcess: {
    sdkOrigin(): string | null
    /** What deserves a word to the operator beside all this. */
    moreWarnings(): readonly string[]
  }
  processState: Pick<
    ProcessState,
    'startedAt' | 'refusals' | 'refusedAddress' | 'heldCodes' | 'clockCheck' | 'unknownPaths'
  >
  clock: Clock
  delivery: Pick<Delivery, 'status' | 'namesOfStore'>
  configWarnings: readonly string[]
  revocationCheck: Pick<CorpServices['revocationCheck'], 'warnings'>
  wecom: Pick<WecomAccess, 'warnings'>
  others: Others
}) => {
  const { version, suites, store, eventLog, facts, ownEvents, tokens, callbacks, backups } = parts
  const { jobs, ofProcess, processState, clock, delivery, others } = parts
  const { discoveredIds, refusedCallbackWarnings, previousPairs } = callbacks
  const { startedAt, refusals, refusedAddress, heldCodes, clockCheck, unknownPaths } = processState

  const awaitedWhileServing = createAwaited({
    suites,
    discoveredIds,
    store,
    tokens,
    refusedAddress,
    others,
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
    sdkOrigin: ofProcess.sdkOrigin,
    replicas: others.status,
    assertReadable: others.assertThere,
    clock,
    version,
    startedAt,
    warnings: () => [
      ...parts.configWarnings,
      ...heldCodeWarnings(heldCodes),
      ...[callbacks.space, parts.revocationCheck, parts.wecom].flatMap((part) => part.warnings()),
      ...[clockCheck, unknownPaths].flatMap((part) => part.warnings()),
      ...others.warnings(delivery.namesOfStore()),
      ...ofProcess.moreWarnings(),
    ],
    deliveryStatus: delivery.status,
  })
  const watchConditions = createConditionWatch({
    suites,
    store,
    tokens,
    refusedAddress,
    isRefusedElsewhere: () => others.refusedAddresses().length > 0,
    refusedCallbackWarnings,
    tellChange: createTellChange({ facts, ownEvents }),
    clock,
    startedAt,
  })
  return { awaited, readStatus, watchConditions }
}
