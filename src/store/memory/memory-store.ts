/** The reference driver of the store: short and obviously right. What it holds dies with it. */
import type { Clock } from '../../clock'
import type { ApiKeyRecord } from '../api-keys'
import { type BudgetTable, createBudgets } from '../driver/budget-table'
import { createVisits, createVisitTable, type VisitTable } from '../driver/corp-visits'
import type { StoreDriver } from '../driver/drivers'
import { checkedId } from '../driver/id'
import { createLeases, type LeaseTable } from '../driver/leases'
import { createLifecycle } from '../driver/lifecycle'
import { corpIdPage, corpPage, countByStatus, summaryOf } from '../driver/records/corp-list'
import { changedCorp, dropsCode } from '../driver/records/corp-writes'
import { isOlderTicket, isSameToken, isSuperseded } from '../driver/records/precedence'
import { storable } from '../driver/records/storable'
import { createTokenTurns } from '../driver/token-turns'
import type { EndpointRecord } from '../endpoints'
import type { CorpRecord } from '../store'
import { type SuiteRecord, SuiteTicket } from '../suite-record'
import { RefusalRecord, type TokenKey, type TokenKind, TokenRecord } from '../token-record'
import { createMemoryApiKeys } from './memory-api-keys'
import { createMemoryEndpoints } from './memory-endpoints'
import { createMemoryServiceSecret } from './memory-service-secret'

/** What one or several stores hold together. */
export interface MemoryStoreData {
  readonly tickets: Map<string, SuiteTicket>
  /** By suite and corpid, as `keyOf` joins them; so are the tokens. */
  readonly corps: Map<string, CorpRecord>
  readonly tokens: Map<string, Map<TokenKind, TokenRecord>>
  readonly refusals: Map<string, Map<TokenKind, RefusalRecord>>
  readonly leases: LeaseTable
  readonly turns: LeaseTable
  readonly visits: VisitTable
  readonly fences: { last: number }
  readonly budgets: BudgetTable
  /** By id. */
  readonly keys: Map<string, ApiKeyRecord>
  /** By name. */
  readonly endpoints: Map<string, EndpointRecord>
  readonly service: { secret: Uint8Array | null }
}

export const createMemoryStoreData = (): MemoryStoreData => ({
  tickets: new Map(),
  corps: new Map(),
  tokens: new Map(),
  refusals: new Map(),
  leases: new Map(),
  turns: new Map(),
  visits: createVisitTable(),
  fences: { last: 0 },
  budgets: new Map(),
  keys: new Map(),
  endpoints: new Map(),
  service: { secret: null },
})

export interface MemoryStoreOptions {
  readonly clock: Clock
  /** Fresh unpredictable bytes. */
  readonly freshBytes: (count: number) => Uint8Array
  /** Handed to two stores, it makes them two handles on one state. */
  readonly data?: MemoryStoreData
}

const keyOf = (suiteId: string, corpid: string | null) =>
  corpid === null ? checkedId(suiteId) : `${checkedId(suiteId)}/${checkedId(corpid)}`

export const createMemoryStore = ({
  clock,
  freshBytes,
  data = createMemoryStoreData(),
}: MemoryStoreOptions): StoreDriver => {
  const { tickets, corps, tokens, refusals, fences } = data
  const { run, close } = createLifecycle('The store')
  const nextFence = () => ++fences.last
  const leases = createLeases({ table: data.leases, clock, nextFence })
  const turns = createTokenTurns(createLeases({ table: data.turns, clock, nextFence }))

  const suiteIds = () => {
    const ids = new Set(tickets.keys())
    for (const { suiteId } of corps.values()) ids.add(suiteId)
    return [...ids].sort()
  }

  const summaries = () => corps.values().map(summaryOf)

  const mayHaveTokens = ({ suiteId, corpid }: TokenKey) =>
    corpid === null || Boolean(corps.get(keyOf(suiteId, corpid))?.permanentCode)

  return {
    loadSuite: (suiteId) =>
      run((): SuiteRecord | null => {
        const ticket = tickets.get(checkedId(suiteId)) ?? null
        if (!suiteIds().includes(suiteId)) return null
        return { version: 1, suiteId, ticket: structuredClone(ticket) }
      }),

    listSuiteIds: () => run(suiteIds),

    saveTicket: (suiteId, ticket) =>
      run(() => {
        if (isOlderTicket(tickets.get(checkedId(suiteId)) ?? null, ticket)) return 'older'
        tickets.set(suiteId, storable(SuiteTicket, ticket))
        return 'saved'
      }),

    loadCorp: (suiteId, corpid) =>
      run(() => structuredClone(corps.get(keyOf(suiteId, corpid)) ?? null)),

    changeCorp: (suiteId, corpid, change, under) =>
      run(() => {
        const key = keyOf(suiteId, corpid)
        const current = corps.get(key) ?? null
        const next = changedCorp(suiteId, corpid, current, change)
        if (next) {
          if (under) leases.assertHeld(under)
          corps.set(key, next)
          if (dropsCode(current, next)) {
            tokens.delete(key)
            refusals.delete(key)
            turns.endOfCorp(suiteId, corpid)
          }
        }
        return { before: structuredClone(current), after: structuredClone(next ?? current) }
      }),

    removeCorp: (suiteId, corpid, isGone) =>
      run(() => {
        const key = keyOf(suiteId, corpid)
        const current = corps.get(key)
        if (!current || !isGone(structuredClone(current))) return false
        corps.delete(key)
        tokens.delete(key)
        refusals.delete(key)
        turns.endOfCorp(suiteId, corpid)
        return true
      }),

    findCorpByInstallEvent: (suiteId, eventId) =>
      run(() => {
        checkedId(suiteId)
        for (const corp of corps.values()) {
          if (corp.suiteId === suiteId && corp.installEventId === eventId) {
            return structuredClone(corp)
          }
        }
        return null
      }),

    corpidOfOpenCorpid: (suiteId, openCorpid) =>
      run(() => {
        checkedId(suiteId)
        const isKnownSo = (corp: CorpRecord) =>
          corp.suiteId === suiteId && corp.openCorpid === openCorpid && corp.corpid !== openCorpid
        return corps.values().find(isKnownSo)?.corpid ?? null
      }),

    listCorps: (query) => run(() => corpPage(summaries(), query)),

    listCorpIds: (cursor) => run(() => corpIdPage(corps.values(), cursor)),

    listUnreadable: () => run(() => []),

    countCorps: (suiteId) => run(() => countByStatus(summaries(), suiteId)),

    suitesOfCorp: (corpid) =>
      run(() => {
        checkedId(corpid)
        const ofCorp = [...corps.values()].filter((corp) => corp.corpid === corpid)
        return ofCorp.map(({ suiteId }) => suiteId).sort()
      }),

    loadToken: ({ suiteId, corpid, kind }) =>
      run(() => structuredClone(tokens.get(keyOf(suiteId, corpid))?.get(kind) ?? null)),

    takeTokenTurn: (key, ttlMs) =>
      run(() => {
        const owner = keyOf(key.suiteId, key.corpid)
        if (!mayHaveTokens(key)) return null
        const stored = structuredClone(tokens.get(owner)?.get(key.kind) ?? null)
        const refusal = structuredClone(refusals.get(owner)?.get(key.kind) ?? null)
        return { stored, refusal, turn: turns.take(key, ttlMs) }
      }),

    saveToken: (key, token, replaces, turn) =>
      run(() => {
        const owner = keyOf(key.suiteId, key.corpid)
        if (!turns.isLast(key, turn)) return 'superseded'
        turns.end(key)
        const ofOwner = tokens.get(owner) ?? new Map<TokenKind, TokenRecord>()
        if (isSuperseded(ofOwner.get(key.kind), replaces)) return 'superseded'
        tokens.set(owner, ofOwner.set(key.kind, storable(TokenRecord, token)))
        refusals.get(owner)?.delete(key.kind)
        return 'saved'
      }),

    noteRefusal: (key, refusal, turn) =>
      run(() => {
        const owner = keyOf(key.suiteId, key.corpid)
        if (!turns.isLast(key, turn)) return
        turns.end(key)
        const noted = refusals.get(owner) ?? new Map<TokenKind, RefusalRecord>()
        if (refusal) noted.set(key.kind, storable(RefusalRecord, refusal))
        else noted.delete(key.kind)
        refusals.set(owner, noted)
      }),

    endToken: ({ suiteId, corpid, kind }, dead) =>
      run(() => {
        const ofOwner = tokens.get(keyOf(suiteId, corpid))
        const stored = ofOwner?.get(kind)
        if (!ofOwner || !stored || !isSameToken(stored, dead)) return
        ofOwner.set(kind, { ...stored, expiresAt: 0 })
      }),

    ...createBudgets({ table: data.budgets, clock, call: run }),
    ...createMemoryApiKeys(data.keys, run),
    ...createMemoryEndpoints(data.endpoints, run),
    ...createMemoryServiceSecret(data.service, freshBytes, run),

    ...createVisits({
      table: data.visits,
      clock,
      since: 0,
      unserved: () => corps.values(),
      authorized: () => corps.values().filter(({ status }) => status === 'authorized'),
      run,
    }),

    acquireLease: (name, ttlMs) => run(() => leases.take(name, ttlMs)),

    checkWritable: () => run(() => {}),

    close,
  }
}
