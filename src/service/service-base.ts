/**
 * What all of a service stands on: its log of events, its suites, companies, endpoints and keys.
 */
import { createEndpointDirectory } from '../delivery/endpoint-directory'
import { markForDispatch } from '../delivery/marked-log'
import { createDeliverySharing } from '../delivery/sharing'
import { withBell } from '../events/event-bell'
import { createOwnEvents } from '../events/own-events'
import { createPurge } from '../events/retention'
import { createDoWhenDue } from '../events/shared-work'
import { createPeriodicJobs } from '../periodic'
import { createApiKeys } from '../suite/access/api-keys'
import { createCorps } from '../suite/corps'
import { createSuites } from '../suite/suites'
import { createThrottledLog } from '../throttled-log'
import { createLeaving } from './ground/leaving'
import { createNotifiers } from './ground/notifiers'
import { observeFrom } from './ground/observe-only'
import type { ProcessState } from './ground/process-state'
import { createInstalls } from './pages/installs'
import { createOthers } from './replicas/others'
import type { ServiceParts } from './service-parts'

export const createServiceBase = (parts: ServiceParts, processState: ProcessState) => {
  const { config, store, clock, random, newId, log } = parts
  const { suites: ofConfig, provider, defaultKey, settings } = config
  const { shared = null } = parts
  const others = createOthers(shared)
  const endpoints = createEndpointDirectory({
    ofSettings: config.endpoints,
    store: parts.endpoints,
    ofOthers: others.endpoints,
    clock,
  })
  const { eventLog, bell } = withBell(
    markForDispatch(parts.eventLog, endpoints.hasAny),
    clock,
    () => shared?.bell.ring('events'),
  )
  const suites = createSuites(ofConfig, provider, defaultKey, settings.SUITED_OBSERVE)
  observeFrom(processState.observingSince, suites, clock.now())
  const notifiers = createNotifiers()
  const { livingReplicas = () => 1 } = parts
  const leaving = createLeaving()
  const throttledLog = createThrottledLog({ log, clock })
  return {
    notifiers,
    sharing: {
      isShared: shared !== null,
      livingReplicas,
      suitesOfOthers: others.suites,
      budgets: parts.budgets,
      sharedWork: parts.watch.sharedWork,
    },
    /** What other replicas have seen. */
    others,
    leaving,
    throttledLog,
    beforeStop() {
      leaving.sendWaitersAway()
      throttledLog.end()
    },
    jobs: createPeriodicJobs({ histories: processState.jobs, clock, log }),
    endpoints,
    deliverySharing: createDeliverySharing({
      store,
      livingReplicas,
      isSure: () => shared?.life.isSure() ?? true,
      suitesOfOthers: others.suites,
    }),
    /** Marks new events for dispatch, and rings the bell. */
    eventLog,
    bell,
    ownEvents: createOwnEvents({ eventLog, clock, log, newId }),
    suites,
    corps: createCorps({
      store,
      clock,
      messagesArrive: async (suiteId, corpid) =>
        (await eventLog.list({ suiteId, corpid, limit: 1 })).items.length > 0,
    }),
    /** Installations, as pages see them. */
    installs: createInstalls({
      store,
      eventLog,
      bell,
      onceValues: parts.onceValues,
      notifiers,
      clock,
      log,
      newId,
    }),
    /** Removes what is no longer needed. */
    purge: createPurge({
      eventLog,
      facts: parts.facts,
      auditLog: parts.auditLog,
      apiKeys: parts.apiKeys,
      onceValues: parts.onceValues,
      clockCheck: processState.clockCheck,
      doWhenDue: createDoWhenDue({ store, sharedWork: parts.watch.sharedWork, clock }),
      clock,
      log,
      retentionDays: settings.SUITED_EVENT_RETENTION_DAYS,
      auditRetentionDays: settings.SUITED_AUDIT_RETENTION_DAYS,
      maxAgeSeconds: settings.SUITED_CALLBACK_MAX_AGE_SECONDS,
    }),
    /** Programs that may ask. */
    apiKeys: createApiKeys({ store: parts.apiKeys, suites, clock, random }),
  }
}
