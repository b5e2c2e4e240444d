/** The work on events: what is due is done, and what waited for a ticket is due when one comes. */
import { type Clock, secondMs } from '../clock'
import { reasonOf } from '../errors'
import { createWorker, type Work, type Worker } from '../events/worker'
import type { Logger } from '../log'
import { createNewcomers } from '../newcomers'
import type { Random } from '../retry'
import type { EventLog } from '../store/event-log'
import { authCodeEventTypes } from '../suite/install/auth-code'
import { observedIds } from '../suite/observed-suites'
import type { Suites } from '../suite/suites'
import type { Notifiers } from './ground/notifiers'
import type { ProcessState } from './ground/process-state'
import type { Sharing } from './replicas/sharing'

/** Where other processes add work, and ring no bell here: it is looked for so often. */
const idleWhereSharedMs = 2 * secondMs

export const createEventWork = (parts: {
  suites: Pick<Suites, 'all'>
  eventLog: EventLog
  actions: Readonly<Record<string, Work>>
  onSettled(suiteId: string | null, corpid: string | null): Promise<void>
  notifiers: Pick<Notifiers, 'newTicket' | 'workDue'>
  processState: Pick<ProcessState, 'unwritten'>
  sharing: Pick<Sharing, 'isShared' | 'suitesOfOthers'>
  clock: Clock
  random: Random
  log: Logger
}): Worker => {
  const { suites, eventLog, actions, onSettled, notifiers, processState, clock, random, log } =
    parts
  const { sharing } = parts
  const observed = observedIds(suites)
  const known = new Set(suites.all.map(({ suiteId }) => suiteId))
  const newcomers = createNewcomers()

  const tell = (keys: readonly string[]) => {
    const news = newcomers(keys)
    if (news.length === 0) return
    log.warn(
      'other replicas have suites in their settings that this one lacks: they alone work on the events of those, and this one answers their callbacks and pages 404. Give all replicas the same settings',
      { suites: news },
    )
  }

  /** Another process knows what these want: this one would refuse them. */
  const unknownHere = (): string[] => {
    const unknown = sharing.suitesOfOthers().filter(({ suiteId }) => !known.has(suiteId))
    tell(unknown.map(({ key }) => key))
    return unknown.map(({ suiteId }) => suiteId)
  }

  const worker = createWorker({
    eventLog,
    work: actions,
    first: authCodeEventTypes,
    exceptSuites: () => [...observed, ...unknownHere()],
    clock,
    random,
    log,
    unwritten: processState.unwritten,
    ...(sharing.isShared && { idleMs: idleWhereSharedMs }),
    onSettled,
  })
  notifiers.workDue.subscribe(worker.wake)
  notifiers.newTicket.subscribe((suiteId) => {
    eventLog
      .makeDueNow(authCodeEventTypes, suiteId, clock.now())
      .then(() => worker.wake())
      .catch((error) =>
        log.error('exchanges could not be made due at once', { reason: reasonOf(error) }),
      )
  })
  return worker
}
