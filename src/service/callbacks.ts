/** Callbacks from the sealed body to the event log, and what they show of how WeCom is set up. */
import type { Clock } from '../clock'
import type { Settings } from '../config/settings'
import type { OwnEvents } from '../events/own-events'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { Deliveries } from '../store/deliveries'
import type { EventLog } from '../store/event-log'
import type { Facts } from '../store/facts'
import type { Store } from '../store/store'
import { createDiscoveredIds } from '../suite/callback/discovered-ids'
import { createInbox, type Replies } from '../suite/callback/inbox'
import { createPreviousPairs } from '../suite/callback/previous-pairs'
import { createCallbackReceiver } from '../suite/callback/receive'
import { createCurrentRefusedCallbackWarnings } from '../suite/callback/refused/current-warnings'
import { knownWith } from '../suite/callback/refused/known-pairs'
import { createReportRefusedCallback } from '../suite/callback/refused/report'
import type { Tickets } from '../suite/callback/suite-ticket'
import { createFreeSpace, withRoom } from '../suite/operations/disk-space'
import { createSetupProgressRecorder } from '../suite/operations/setup-progress'
import type { Suites } from '../suite/suites'
import type { ThrottledLog } from '../throttled-log'
import type { ProcessState } from './ground/process-state'

export type Callbacks = ReturnType<typeof createCallbacks>

export const createCallbacks = (parts: {
  settings: Settings
  suites: Suites
  store: Store
  eventLog: EventLog
  deliveries: Deliveries
  facts: Facts
  ownEvents: OwnEvents
  tickets: Tickets
  processState: ProcessState
  clock: Clock
  random: Random
  log: Logger
  throttledLog: ThrottledLog
  newId(): string
  freeBytes(): Promise<number | null>
  replies: Replies
  /** Types of events on which suited itself acts. */
  actsOn(type: string): boolean
  /** Told after an event with work to do is on disk. */
  onWork(): void
  /** Told of every message that names a company. */
  onCorpMessage(suiteId: string, corpid: string): void
}) => {
  const { settings, suites, store, eventLog, facts, ownEvents, tickets } = parts
  const { clock, random, log, newId, freeBytes, throttledLog } = parts
  const { replies, actsOn, onWork, onCorpMessage } = parts
  const { clockCheck, refusedAddress, refusedCallbacks, reached, knownPairs } = parts.processState

  const space = createFreeSpace({
    eventLog,
    deliveries: parts.deliveries,
    clock,
    log,
    freeBytes,
    leastBytes: settings.SUITED_MIN_FREE_MB * 2 ** 20,
    clockCheck,
  })
  const inbox = createInbox({
    eventLog,
    tickets,
    clock,
    log,
    newId,
    replies,
    actsOn,
    onWork,
    onCorpMessage,
  })
  const refusedCallbackWarnings = createCurrentRefusedCallbackWarnings({
    suites,
    counts: refusedCallbacks,
    store,
    clockCheck,
    clock,
  })
  const setupProgress = createSetupProgressRecorder({
    suites,
    store,
    eventLog,
    facts,
    refusedAddress,
    refusedCallbackWarnings,
    ownEvents,
    clock,
    log,
    seen: reached,
  })
  const previousPairs = createPreviousPairs({
    facts,
    ownEvents,
    clock,
    log,
    uses: parts.processState.previousPairs,
  })
  const discoveredIds = createDiscoveredIds(suites, parts.processState.discoveredIds)
  const pairs = knownWith(knownPairs, suites)
  const callbackReceiver = createCallbackReceiver({
    suites,
    inbox: withRoom(inbox, space),
    clock,
    random,
    log,
    maxAgeSeconds: settings.SUITED_CALLBACK_MAX_AGE_SECONDS,
    onAccepted(at, accepted) {
      setupProgress.reached(at, accepted.by)
      const { url, suite, pathCorpid } = at
      const place = { url, suiteKey: suite?.key ?? null, pathCorpid }
      refusedCallbacks.accept({ ...accepted, place })
    },
    givenNotices: parts.processState.givenNotices,
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
  const reportRefused = createReportRefusedCallback({
    suites,
    counts: refusedCallbacks,
    clockCheck,
    throttledLog,
  })
  return {
    callbackReceiver,
    reportRefused,
    refusedCallbackWarnings,
    setupProgress,
    previousPairs,
    discoveredIds,
    space,
  }
}
