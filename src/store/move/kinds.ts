/**
 * All that moves from one store into another, kind by kind: how it is read, and how it is added
 * where there is none of it. What can be fetched again (tokens), what WeCom says again (which
 * companies are gone) and what lasts minutes (what is had once, leases) stays behind.
 */
import { reasonOf, ServiceError } from '../../errors'
import type { EventLogDriver, StoreDriver } from '../driver/drivers'
import type { Page } from '../store'

/** Both drivers of a store, over one folder or one database. */
export interface Holding {
  readonly store: StoreDriver
  readonly eventLog: EventLogDriver
}

/** What can't be read, and so can't move. */
export interface Damage {
  readonly what: string
  readonly problem: string
}

interface Stretch<T> {
  readonly records: readonly T[]
  readonly damaged?: readonly Damage[]
}

export interface Kind {
  /** As a count of it is told: `1,024 events`. */
  readonly name: { readonly one: string; readonly many: string }
  read(from: Holding): AsyncIterable<Stretch<object>>
  /** What a record is a part of: where that can't be read, it stays behind as well. */
  readonly partOf?: (record: object) => string
  add(to: Holding, records: readonly object[]): Promise<unknown>
}

const atOnce = 32

/** Of records that are written one by one: some at a time. */
const each = async <T>(records: readonly T[], work: (record: T) => Promise<unknown>) => {
  for (let i = 0; i < records.length; i += atOnce) {
    await Promise.all(records.slice(i, i + atOnce).map(work))
  }
}

async function* pagesOf<P extends Page<unknown>>(
  list: (cursor?: string) => Promise<P>,
): AsyncGenerator<P> {
  let cursor: string | undefined
  do {
    const page = await list(cursor)
    yield page
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
}

async function* once<T>(list: () => Promise<readonly T[]>): AsyncGenerator<Stretch<T>> {
  yield { records: await list() }
}

const stretches = async function* <T>(
  list: (cursor?: string) => Promise<Page<T>>,
): AsyncGenerator<Stretch<T>> {
  for await (const { items } of pagesOf(list)) yield { records: items }
}

/** Records that are read one by one; one that can't be read holds up no other. */
const loaded = async <Id, T>(
  ids: readonly Id[],
  load: (id: Id) => Promise<T | null>,
  nameOf: (id: Id) => string,
): Promise<Stretch<T>> => {
  const records: T[] = []
  const damaged: Damage[] = []
  await each(ids, async (id) => {
    try {
      const record = await load(id)
      if (record !== null) records.push(record)
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      damaged.push({ what: nameOf(id), problem: reasonOf(error) })
    }
  })
  return { records, damaged }
}

const kind = <T extends object>(
  one: string,
  many: string,
  read: (from: Holding) => AsyncIterable<Stretch<T>>,
  add: (to: Holding, records: readonly T[]) => Promise<unknown>,
  partOf?: (record: T) => string,
): Kind => ({
  name: { one, many },
  read,
  add: add as Kind['add'],
  ...(partOf && { partOf: partOf as NonNullable<Kind['partOf']> }),
})

const nameOfEvent = (id: string): string => `event ${id}`

const events = kind(
  'event',
  'events',
  async function* ({ eventLog }) {
    for await (const { items, damaged } of pagesOf(eventLog.listKeptEvents)) {
      yield {
        records: items,
        damaged: damaged.map(({ id, problem }) => ({ what: nameOfEvent(id), problem })),
      }
    }
  },
  ({ eventLog }, records) => eventLog.addKeptEvents(records),
)

const serviceSecret = kind(
  'secret of the service',
  'secrets of the service',
  async function* ({ store }) {
    yield await loaded(
      ['the secret of the service'],
      async () => {
        const secret = await store.loadServiceSecret()
        return secret && { secret: Buffer.from(secret).toString('base64') }
      },
      (name) => name,
    )
  },
  ({ store }, records) =>
    each(records, ({ secret }) => store.restoreServiceSecret(Buffer.from(secret, 'base64'))),
)

const keys = kind(
  'API key',
  'API keys',
  async function* ({ store }) {
    yield await loaded(await store.listKeyIds(), store.loadKey, (id) => `API key ${id}`)
  },
  async ({ store }, records) => {
    // One by one: they are few, and a name may be had again once its key is revoked.
    for (const key of records.toSorted((a, b) => a.createdAt - b.createdAt)) {
      await store.changeKey(key.id, () => key)
    }
  },
)

const tickets = kind(
  'suite ticket',
  'suite tickets',
  async function* ({ store }) {
    yield await loaded(
      await store.listSuiteIds(),
      async (suiteId) => {
        const ticket = (await store.loadSuite(suiteId))?.ticket
        return ticket ? { suiteId, ticket } : null
      },
      (suiteId) => `suite ${suiteId}`,
    )
  },
  ({ store }, records) => each(records, ({ suiteId, ticket }) => store.saveTicket(suiteId, ticket)),
)

const corps = kind(
  'company',
  'companies',
  async function* ({ store }) {
    for await (const { items } of pagesOf((cursor) => store.listCorpIds(cursor))) {
      yield await loaded(
        items,
        ({ suiteId, corpid }) => store.loadCorp(suiteId, corpid),
        ({ suiteId, corpid }) => `company ${corpid} of suite ${suiteId}`,
      )
    }
  },
  ({ store }, records) =>
    each(records, (corp) => store.changeCorp(corp.suiteId, corp.corpid, () => corp)),
)

/** In an order in which each may be added: deliveries after their events, companies at the end. */
export const kinds: readonly Kind[] = [
  kind(
    'identity of what was seen',
    'identities of what was seen',
    ({ eventLog }) => stretches(eventLog.listIdentities),
    ({ eventLog }, records) => eventLog.restoreIdentities(records),
  ),
  events,
  kind(
    'delivery',
    'deliveries',
    ({ eventLog }) => stretches(eventLog.listKeptDeliveries),
    ({ eventLog }, records) => eventLog.addKeptDeliveries(records),
    ({ eventId }) => nameOfEvent(eventId),
  ),
  kind(
    'attempt',
    'attempts',
    ({ eventLog }) => stretches(eventLog.listKeptAttempts),
    ({ eventLog }, records) => eventLog.addKeptAttempts(records),
  ),
  kind(
    'replay',
    'replays',
    ({ eventLog }) => once(eventLog.listKeptReplays),
    ({ eventLog }, records) => eventLog.addKeptReplays(records),
  ),
  kind(
    'state of an endpoint',
    'states of endpoints',
    ({ eventLog }) => once(eventLog.listEndpointStates),
    ({ eventLog }, records) => eventLog.addEndpointStates(records),
  ),
  kind(
    'fact',
    'facts',
    ({ eventLog }) => stretches(eventLog.listAllFacts),
    ({ eventLog }, records) => eventLog.addFacts(records),
  ),
  kind(
    'audit entry',
    'audit entries',
    ({ eventLog }) => stretches(eventLog.listAllAudit),
    ({ eventLog }, records) => eventLog.restoreAudit(records),
  ),
  serviceSecret,
  keys,
  kind(
    'endpoint',
    'endpoints',
    async function* ({ store }) {
      const records = await store.listEndpoints()
      // One that can't be read is missing in the list.
      const damaged = (await store.listUnreadable())
        .filter(({ file }) => file.startsWith('endpoints/'))
        .map(({ file, problem }) => ({ what: file, problem }))
      yield { records, damaged }
    },
    ({ store }, records) =>
      each(records, (endpoint) => store.changeEndpoint(endpoint.name, () => endpoint)),
  ),
  tickets,
  corps,
]
