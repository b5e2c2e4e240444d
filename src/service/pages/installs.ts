/** What pages know of installations: codes that browsers bring back, and what became of states. */
import type { Clock } from '../../clock'
import type { EventBell } from '../../events/event-bell'
import type { Logger } from '../../log'
import type { EventLog } from '../../store/event-log'
import type { OnceValues } from '../../store/once-values'
import type { Store } from '../../store/store'
import { createFindClaim } from '../../suite/install/code-claim'
import { createInstallStates, type InstallStates } from '../../suite/install/install-states'
import { createReturnedCodes, type ReturnedCodes } from '../../suite/install/returned-code'
import type { Notifiers } from '../ground/notifiers'

export interface Installs {
  readonly returnedCodes: ReturnedCodes
  readonly installStates: InstallStates
}

export const createInstalls = (parts: {
  store: Store
  eventLog: EventLog
  bell: EventBell
  onceValues: OnceValues
  notifiers: Pick<Notifiers, 'workDue'>
  clock: Clock
  log: Logger
  newId(): string
}): Installs => {
  const { store, eventLog, bell, onceValues, notifiers, clock, log, newId } = parts
  const returnedCodes = createReturnedCodes({
    store,
    eventLog,
    onceValues,
    findClaim: createFindClaim(onceValues),
    bell,
    clock,
    newId,
    onWork: notifiers.workDue.notify,
  })
  return { returnedCodes, installStates: createInstallStates({ onceValues, log }) }
}
