/** The taking of callbacks, put together: from the sealed body to the event log, and what it shows of WeCom. */
import type { Clock } from '../clock'
import type { Settings } from '../config/settings'
import type { Journal } from '../events/own-events'
import type { Logger } from '../log'
import type { EventLog } from '../store/event-log'
import type { Store } from '../store/store'
import { createDiscoveredIds } from '../suite/callback/discovered-ids'
import { createInbox } from '../suite/callback/inbox'
import { placeOf } from '../suite/callback/place'
import { createPreviousPairs } from '../suite/callback/previous-pairs'
import { createCallbackReceiving } from '../suite/callback/receive'
import { createReadComplaints } from '../suite/callback/refused/current-warnings'
import { knownWith } from '../suite/callback/refused/known-pairs'
import { createReportRefusal } from '../suite/callback/refused/report'
import { createFreeSpace, withRoom } from '../suite/operations/disk-space'
import { createEvidence } from '../suite/operations/setup-progress'
import type { Suites } from '../suite/suites'
import type { Working } from './event-work'
import type { Memory } from './process-state'

export const createTaking = (parts: {
  settings: Settings
  suites: Suites
  store: Store
  eventLog: EventLog
  journal: Journal
  working: Pick<Working, 'worker' | 'care' | 'tickets'>
  memory: Memory
  clock: Clock
  log: Logger
  newId(): string
  freeBytes(): Promise<number | null>
}) => {
  const { settings, suites, memory, log } = parts
  const { worker, care, tickets } = parts.working
  const maxAgeSeconds = settings.SUITED_CALLBACK_MAX_AGE_SECONDS
  const leastBytes = settings.SUITED_MIN_FREE_MB * 2 ** 20

  const space = createFreeSpace({ ...parts, leastBytes, clockCheck: memory.clockCheck })
  const inbox = createInbox({
    ...parts,
    tickets,
    actsOn: worker.actsOn,
    onWork: worker.wake,
    onCorpMessage: care.recheckSchedule.messageArrived,
  })
  const { reached: seen, refusedAddress, refusedCallbacks: book, clockCheck } = memory
  const complaints = createReadComplaints({ ...parts, book, clockCheck })
  const evidence = createEvidence({ ...parts, seen, refusedAddress, complaints })
  const previousPairs = createPreviousPairs({ ...parts, uses: memory.previousPairs })
  const discoveredIds = createDiscoveredIds(suites, memory.discoveredIds)
  const pairs = knownWith(memory.knownPairs, suites)
  const receiving = createCallbackReceiving({
    ...parts,
    inbox: withRoom(inbox, space),
    maxAgeSeconds,
    onReached(at, by) {
      evidence.reached(at, by)
      book.accepted(placeOf(at))
    },
    onSignedAt: clockCheck.signedAt,
    knownPairs: () => pairs,
    onPreviousPair: previousPairs.used,
    onDiscovered(suite, ids) {
      for (const discovered of ids) {
        if (!discoveredIds.add(suite, discovered)) continue
        const { setting, id } = discovered
        log.warn('a message names an id that is not configured yet', {
          setting,
          id,
          suite: suite?.key,
        })
      }
    },
  })
  const reportRefusal = createReportRefusal({ ...parts, book, clockCheck })
  return { receiving, reportRefusal, complaints, evidence, previousPairs, discoveredIds, space }
}
