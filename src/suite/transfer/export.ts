/**
 * The export of all state, as lines. What is read first and what last makes it whole although the
 * service works on meanwhile: identities, then events, their facts, the audit log, then API keys
 * and companies. An event that was known when the export began is either in it as unfinished, or
 * its effect is, for that came before the companies were read. Tokens are left out: they can be
 * fetched again.
 */
import type { Clock } from '../../clock'
import { reasonOf, ServiceError } from '../../errors'
import type { ApiKeys } from '../../store/api-keys'
import type { AuditLog } from '../../store/audit-log'
import type { EndpointStates } from '../../store/deliveries'
import type { Endpoints } from '../../store/endpoints'
import type { EventLog } from '../../store/event-log'
import type { Facts } from '../../store/facts'
import type { Page, Store } from '../../store/store'
import { encoded } from './byte-stream'
import {
  type ExportHeader,
  type ExportLine,
  eventAsExported,
  exportFormat,
  exportVersion,
  framed,
  stateVersion,
} from './export-lines'

export interface StateExport {
  header(format: string): ExportHeader
  /** Everything, secrets included, as it is now. */
  lines(): AsyncIterable<ExportLine>
  /** The same as the bytes of a file, to be sealed or not. */
  bytes(): AsyncIterable<Uint8Array>
}

const readAtOnce = 32

/** One damaged document must not keep all the others from being saved. */
const orUnreadable = async (
  suiteId: string | null,
  corpid: string | null,
  read: () => Promise<ExportLine | null>,
): Promise<ExportLine | null> => {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return { kind: 'unreadable', suiteId, corpid, problem: reasonOf(error) }
  }
}

/** All of a list, as much at once as the driver hands out; never nothing. */
async function* stretchesOf<T>(list: (cursor?: string) => Promise<Page<T>>): AsyncGenerator<T[]> {
  let cursor: string | undefined
  do {
    const { items, next } = await list(cursor)
    if (items.length > 0) yield items
    cursor = next ?? undefined
  } while (cursor !== undefined)
}

export const createStateExport = (parts: {
  store: Pick<
    Store,
    'listSuiteIds' | 'loadSuite' | 'listCorpIds' | 'loadCorp' | 'loadServiceSecret'
  >
  apiKeys: Pick<ApiKeys, 'listKeyIds' | 'loadKey'>
  endpoints: Pick<Endpoints, 'listEndpoints'>
  deliveries: Pick<EndpointStates, 'listEndpointStates'>
  eventLog: Pick<EventLog, 'listUnfinished' | 'listIdentities'>
  facts: Pick<Facts, 'listAllFacts'>
  auditLog: Pick<AuditLog, 'listAllAudit'>
  clock: Clock
  /** Of this suited. */
  version: string
}): StateExport => {
  const { store, apiKeys, endpoints, deliveries, eventLog, facts, auditLog, clock, version } = parts

  const identities = async function* (): AsyncGenerator<ExportLine> {
    for await (const some of stretchesOf(eventLog.listIdentities)) {
      yield { kind: 'identities', identities: some }
    }
  }

  const events = async function* (): AsyncGenerator<ExportLine> {
    for await (const some of stretchesOf(eventLog.listUnfinished)) {
      for (const event of some) yield { kind: 'event', event: eventAsExported(event) }
    }
  }

  const factLines = async function* (): AsyncGenerator<ExportLine> {
    for await (const some of stretchesOf(facts.listAllFacts)) yield { kind: 'facts', facts: some }
  }

  const audit = async function* (): AsyncGenerator<ExportLine> {
    for await (const some of stretchesOf(auditLog.listAllAudit)) {
      yield { kind: 'audit', entries: some }
    }
  }

  const serviceSecret = async function* (): AsyncGenerator<ExportLine> {
    const line = await orUnreadable(null, null, async () => {
      const secret = await store.loadServiceSecret()
      return secret && { kind: 'service_secret', secret: Buffer.from(secret).toString('base64') }
    })
    if (line) yield line
  }

  const keys = async function* (): AsyncGenerator<ExportLine> {
    for (const id of await apiKeys.listKeyIds()) {
      const line = await orUnreadable(null, null, async () => {
        const key = await apiKeys.loadKey(id)
        return key && { kind: 'key', key }
      })
      if (line) yield line
    }
  }

  const endpointLines = async function* (): AsyncGenerator<ExportLine> {
    // Before the endpoints: what is paused there must not begin here.
    for (const { endpoint, status, reason } of await deliveries.listEndpointStates()) {
      if (status !== 'on') yield { kind: 'endpoint_state', endpoint, status, reason }
    }
    for (const endpoint of await endpoints.listEndpoints()) yield { kind: 'endpoint', endpoint }
  }

  const suites = async function* (): AsyncGenerator<ExportLine> {
    for (const suiteId of await store.listSuiteIds()) {
      const line = await orUnreadable(suiteId, null, async () => {
        const ticket = (await store.loadSuite(suiteId))?.ticket
        return ticket ? { kind: 'suite', suiteId, ticket } : null
      })
      if (line) yield line
    }
  }

  const readCorp = (suiteId: string, corpid: string): Promise<ExportLine | null> =>
    orUnreadable(suiteId, corpid, async () => {
      const corp = await store.loadCorp(suiteId, corpid)
      return corp && { kind: 'corp', corp }
    })

  const corps = async function* (): AsyncGenerator<ExportLine> {
    for await (const ids of stretchesOf(store.listCorpIds)) {
      for (let i = 0; i < ids.length; i += readAtOnce) {
        const some = ids.slice(i, i + readAtOnce)
        const read = await Promise.all(some.map(({ suiteId, corpid }) => readCorp(suiteId, corpid)))
        for (const line of read) if (line) yield line
      }
    }
  }

  const header: StateExport['header'] = (format) => ({
    format,
    version: format === exportFormat ? exportVersion : stateVersion,
    suited: version,
    exportedAt: clock.now(),
  })

  const lines = async function* (): AsyncGenerator<ExportLine> {
    yield* identities()
    yield* events()
    yield* factLines()
    yield* audit()
    yield* serviceSecret()
    yield* keys()
    yield* endpointLines()
    yield* suites()
    yield* corps()
  }

  return {
    header,
    lines,
    bytes: () => encoded(framed(header(exportFormat), lines())),
  }
}
