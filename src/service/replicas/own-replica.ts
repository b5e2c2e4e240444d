/** A service as one of the replicas: it hears of what the others did, and tells of itself. */
import type { Config } from '../../config/config'
import type { EventBell } from '../../events/event-bell'
import type { Worker } from '../../events/worker'
import type { ApiKeys } from '../../suite/access/api-keys'
import type { Corps } from '../../suite/corps'
import type { Suites } from '../../suite/suites'
import type { Tokens } from '../../suite/tokens/tokens'
import type { Notifiers } from '../ground/notifiers'
import type { ProcessState } from '../ground/process-state'
import { createHearChanges, type HearChanges } from './hear-changes'
import { createReport, type Report } from './report'

export interface OwnReplica {
  /** What other processes on the same state changed. */
  readonly hear: HearChanges
  /** An event may have come, or ended, in another process. */
  lookForEvents(): void
  /** What this process tells the others. */
  readonly report: Report
}

export const createOwnReplica = (parts: {
  config: Pick<Config, 'endpoints'>
  base: {
    corps: Corps
    apiKeys: ApiKeys
    bell: EventBell
    notifiers: Notifiers
    suites: Pick<Suites, 'all'>
  }
  processState: ProcessState
  tokens: Tokens
  worker: Worker
  delivery: { inHand(): number; lookAgain(): void }
}): OwnReplica => {
  const { base, processState, tokens, worker, delivery } = parts
  const { corps, apiKeys, bell, notifiers } = base
  const onWork = notifiers.workDue.notify
  return {
    hear: createHearChanges({ tokens, corps, apiKeys, delivery, onWork }),
    lookForEvents() {
      bell.ring()
      onWork()
    },
    report: createReport({
      processState,
      eventsInHand: worker.inHand,
      deliveriesInHand: delivery.inHand,
      suites: base.suites.all,
      endpoints: parts.config.endpoints,
    }),
  }
}
