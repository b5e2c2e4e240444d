/** The work for companies, put together: the way to WeCom, what is done there, what sets it going. */
import { reasonOf } from '../errors'
import type { Journal } from '../events/own-events'
import { createWorker } from '../events/worker'
import { createRereading, unreadType } from '../suite/callback/reread'
import { createTickets } from '../suite/callback/suite-ticket'
import { createCorps } from '../suite/corps'
import { authCodeEventTypes } from '../suite/install/auth-code'
import type { Suites } from '../suite/suites'
import { type CompanyCare, createCompanyCare } from './corps'
import type { Memory } from './process-state'
import type { ServiceParts } from './service-parts'
import { createWecomAccess } from './wecom-access'

export type Working = ReturnType<typeof createWorking>

export const createWorking = (
  parts: Pick<
    ServiceParts,
    'config' | 'store' | 'eventLog' | 'clock' | 'random' | 'fetch' | 'log'
  > & { suites: Suites; journal: Journal; memory: Memory },
) => {
  const { config, store, eventLog, clock, log } = parts
  const corps = createCorps({
    store,
    clock,
    messagesArrive: async (suiteId, corpid) =>
      (await eventLog.list({ suiteId, corpid, limit: 1 })).items.length > 0,
  })
  const access = createWecomAccess({
    ...parts,
    settings: config.settings,
    corps,
    onRefused({ suiteId, corpid }, failure) {
      if (corpid !== null) care.revocationCheck.noteRefusal(suiteId, corpid, failure)
    },
  })
  const care: CompanyCare = createCompanyCare({ ...parts, ...access, corps })
  const { tokens, providerCalls, outages } = access

  /** A ticket came: what waited for one goes on. */
  const onNewTicket = (suiteId: string): void => {
    tokens.wake(suiteId)
    eventLog
      .makeDueNow(authCodeEventTypes, suiteId, clock.now())
      .then(() => worker.wake())
      .catch((error) =>
        log.error('exchanges could not be made due at once', { reason: reasonOf(error) }),
      )
  }
  const maxAgeSeconds = config.settings.SUITED_CALLBACK_MAX_AGE_SECONDS
  const tickets = createTickets({ ...parts, maxAgeSeconds, onNewTicket })
  const providerCorpid = parts.suites.provider.corpid
  const worker = createWorker({
    ...parts,
    work: {
      ...care.work,
      [unreadType]: createRereading({ tickets, clock, providerCorpid }),
    },
    first: authCodeEventTypes,
    unwritten: parts.memory.unwritten,
    onSettled: care.cancellation.blankIfCancelled,
  })

  return { corps, tokens, providerCalls, outages, care, worker, tickets, onNewTicket }
}
