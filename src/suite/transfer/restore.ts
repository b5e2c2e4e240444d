/**
 * The restoring of export lines into the state: never over what is newer, and as often as one
 * likes.
 */

import type { Clock } from '../../clock'
import { eventIdentity } from '../../events/event-identity'
import type { ApiKeyRecord, ApiKeys } from '../../store/api-keys'
import type { AuditLog } from '../../store/audit-log'
import type { EndpointStates } from '../../store/deliveries'
import type { EndpointRecord, Endpoints } from '../../store/endpoints'
import type { EventLog } from '../../store/event-log'
import type { Facts } from '../../store/facts'
import type { CorpRecord, Store } from '../../store/store'
import type { Corps } from '../corps'
import type { Tokens } from '../tokens/tokens'
import { type ExportedEvent, type ExportLine, eventOfExported } from './export-lines'

export type Restored = 'imported' | 'already_there' | 'newer_kept'

export interface Restorer {
  /** @throws {ServiceError} store_unavailable, invalid_request — an id that can be none */
  restore(line: Exclude<ExportLine, { kind: 'unreadable' }>): Promise<Restored>
}

/**
 * What became of a company in both: the later authorisation counts, then what was found out later.
 */
const judge = (stored: CorpRecord | null, corp: CorpRecord): Restored => {
  if (stored === null) return 'imported'
  const later = corp.authorizedAt - stored.authorizedAt || corp.statusAt - stored.statusAt
  if (later === 0) return 'already_there'
  return later > 0 ? 'imported' : 'newer_kept'
}

/**
 * As it was when the event came. What suited noted itself, or emptied, is known by its id alone.
 */
const identityOf = ({ source, suiteId, body, id }: ExportedEvent): string =>
  source === 'suited' || body === '' ? id : eventIdentity(suiteId, body)

const newestHash = ({ secrets }: ApiKeyRecord): string | undefined => secrets[0]?.hash

const isIn = (hash: string | undefined, { secrets }: ApiKeyRecord): boolean =>
  secrets.some((secret) => secret.hash === hash)

/**
 * What becomes of an API key that the store has too: a revocation counts for ever, else the later
 * rotation. Where neither key comes out of the other, the stored one is kept.
 */
export const judgeKey = (stored: ApiKeyRecord | null, key: ApiKeyRecord): Restored => {
  if (stored === null) return 'imported'
  const isRevoked = key.revokedAt !== null
  if (stored.revokedAt !== null) return isRevoked ? 'already_there' : 'newer_kept'
  if (isRevoked) return 'imported'
  if (newestHash(key) === newestHash(stored)) return 'already_there'
  return isIn(newestHash(stored), key) ? 'imported' : 'newer_kept'
}

export const createRestorer = (parts: {
  store: Pick<Store, 'loadSuite' | 'saveTicket' | 'restoreServiceSecret'>
  apiKeys: Pick<ApiKeys, 'changeKey'>
  endpoints: Pick<Endpoints, 'changeEndpoint'>
  deliveries: Pick<EndpointStates, 'listEndpointStates' | 'setEndpointStatus'>
  eventLog: Pick<EventLog, 'restoreEvent' | 'restoreIdentities'>
  facts: Pick<Facts, 'addFacts'>
  auditLog: Pick<AuditLog, 'restoreAudit'>
  clock: Clock
  corps: Corps
  tokens: Pick<Tokens, 'forget'>
  /** Told after a newer ticket is on disk. */
  onNewTicket(suiteId: string): void
  /** Told after an event with work to do is on disk. */
  onWork(): void
}): Restorer => {
  const { store, apiKeys, endpoints, deliveries, eventLog, facts, auditLog, clock } = parts
  const { corps, tokens, onNewTicket, onWork } = parts

  const restoreSuite = async ({
    suiteId,
    ticket,
  }: Extract<ExportLine, { kind: 'suite' }>): Promise<Restored> => {
    const stored = (await store.loadSuite(suiteId))?.ticket
    if (stored?.timeStampSeconds === ticket.timeStampSeconds) return 'already_there'
    if ((await store.saveTicket(suiteId, ticket)) === 'older') return 'newer_kept'
    onNewTicket(suiteId)
    return 'imported'
  }

  const restoreCorp = async (corp: CorpRecord): Promise<Restored> => {
    const { before } = await corps.change(corp.suiteId, corp.corpid, (stored) =>
      judge(stored, corp) === 'imported' ? corp : null,
    )
    const outcome = judge(before, corp)
    if (outcome === 'imported') tokens.forget(corp.suiteId, corp.corpid)
    return outcome
  }

  const restoreKey = async (key: ApiKeyRecord): Promise<Restored> => {
    const { before } = await apiKeys.changeKey(key.id, (stored) =>
      judgeKey(stored, key) === 'imported' ? key : null,
    )
    return judgeKey(before, key)
  }

  /** One of the same name is never overwritten: it may have been changed since. */
  const restoreEndpoint = async (endpoint: EndpointRecord): Promise<Restored> => {
    const { before } = await endpoints.changeEndpoint(endpoint.name, (current) =>
      current === null ? endpoint : null,
    )
    if (before === null) return 'imported'
    return JSON.stringify(before) === JSON.stringify(endpoint) ? 'already_there' : 'newer_kept'
  }

  /** One that was tried here, or set, stands as it does here. */
  const restoreEndpointState = async ({
    endpoint,
    status,
    reason,
  }: Extract<ExportLine, { kind: 'endpoint_state' }>): Promise<Restored> => {
    const states = await deliveries.listEndpointStates()
    const stored = states.find((state) => state.endpoint === endpoint)
    if (stored) return stored.status === status ? 'already_there' : 'newer_kept'
    await deliveries.setEndpointStatus(endpoint, status, reason, clock.now())
    return 'imported'
  }

  const restoreSecret = async (text: string): Promise<Restored> => {
    const outcome = await store.restoreServiceSecret(Buffer.from(text, 'base64'))
    if (outcome === 'restored') return 'imported'
    return outcome === 'same' ? 'already_there' : 'newer_kept'
  }

  const restoreEvent = async (exported: ExportedEvent): Promise<Restored> => {
    const event = eventOfExported(exported)
    const outcome = await eventLog.restoreEvent(event, identityOf(event))
    if (outcome === 'duplicate') return 'already_there'
    if (event.status === 'pending') onWork()
    return 'imported'
  }

  return {
    async restore(line) {
      switch (line.kind) {
        case 'suite':
          return restoreSuite(line)
        case 'corp':
          return restoreCorp(line.corp)
        case 'event':
          return restoreEvent(line.event)
        case 'identities':
          return (await eventLog.restoreIdentities(line.identities)) > 0
            ? 'imported'
            : 'already_there'
        case 'facts':
          return (await facts.addFacts(line.facts)) > 0 ? 'imported' : 'already_there'
        case 'audit':
          return (await auditLog.restoreAudit(line.entries)) > 0 ? 'imported' : 'already_there'
        case 'key':
          return restoreKey(line.key)
        case 'endpoint_state':
          return restoreEndpointState(line)
        case 'endpoint':
          return restoreEndpoint(line.endpoint)
        case 'service_secret':
          return restoreSecret(line.secret)
      }
    },
  }
}
