/** The reference driver of the store: short and obviously right. What it holds dies with it. */
import type { Clock } from '../../clock'
import { corpPage, countByStatus, summaryOf } from '../driver/corp-list'
import { changedCorp } from '../driver/corp-writes'
import { checkedId } from '../driver/id'
import { type LeaseTable, takeLease } from '../driver/leases'
import { createGate } from '../driver/lifecycle'
import { dropsCode, isOlderTicket, isSuperseded } from '../driver/precedence'
import { storable } from '../driver/storable'
import { type CorpRecord, type Store, type SuiteRecord, SuiteTicket } from '../store'
import { type TokenKey, type TokenKind, TokenRecord } from '../token-record'

/** What one or several stores hold together. */
export interface MemoryStoreData {
  readonly tickets: Map<string, SuiteTicket>
  /** By suite and corpid, as `keyOf` joins them; so are the tokens. */
  readonly corps: Map<string, CorpRecord>
  readonly tokens: Map<string, Map<TokenKind, TokenRecord>>
  readonly leases: LeaseTable
}

export const createMemoryStoreData = (): MemoryStoreData => ({
  tickets: new Map(),
  corps: new Map(),
  tokens: new Map(),
  leases: new Map(),
})

export interface MemoryStoreOptions {
  readonly clock: Clock
  /** Handed to two stores, it makes them two handles on one state. */
  readonly data?: MemoryStoreData
}

const keyOf = (suiteId: string, corpid: string | null) =>
  corpid === null ? checkedId(suiteId) : `${checkedId(suiteId)}/${checkedId(corpid)}`

export const createMemoryStore = ({
  clock,
  data: { tickets, corps, tokens, leases } = createMemoryStoreData(),
}: MemoryStoreOptions): Store => {
  const { enter, close } = createGate('The store')

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
      enter((): SuiteRecord | null => {
        const ticket = tickets.get(checkedId(suiteId)) ?? null
        if (!suiteIds().includes(suiteId)) return null
        return { version: 1, suiteId, ticket: structuredClone(ticket) }
      }),

    listSuiteIds: () => enter(suiteIds),

    saveTicket: (suiteId, ticket) =>
      enter(() => {
        if (isOlderTicket(tickets.get(checkedId(suiteId)) ?? null, ticket)) return 'older'
        tickets.set(suiteId, storable(SuiteTicket, ticket))
        return 'saved'
      }),

    loadCorp: (suiteId, corpid) =>
      enter(() => structuredClone(corps.get(keyOf(suiteId, corpid)) ?? null)),

    changeCorp: (suiteId, corpid, change) =>
      enter(() => {
        const key = keyOf(suiteId, corpid)
        const current = corps.get(key) ?? null
        const next = changedCorp(suiteId, corpid, current, change)
        if (next) {
          corps.set(key, next)
          if (dropsCode(current, next)) tokens.delete(key)
        }
        return { before: structuredClone(current), after: structuredClone(next ?? current) }
      }),

    findCorpByInstallEvent: (suiteId, eventId) =>
      enter(() => {
        checkedId(suiteId)
        for (const corp of corps.values()) {
          if (corp.suiteId === suiteId && corp.installEventId === eventId) {
            return structuredClone(corp)
          }
        }
        return null
      }),

    corpidOfOpenCorpid: (suiteId, openCorpid) =>
      enter(() => {
        checkedId(suiteId)
        const isKnownSo = (corp: CorpRecord) =>
          corp.suiteId === suiteId && corp.openCorpid === openCorpid && corp.corpid !== openCorpid
        return corps.values().find(isKnownSo)?.corpid ?? null
      }),

    listCorps: (query) => enter(() => corpPage(summaries(), query)),

    listCorpIds: () =>
      enter(() => [...corps.values()].map(({ suiteId, corpid }) => ({ suiteId, corpid }))),

    listUnreadable: () => enter(() => []),

    countCorps: (suiteId) => enter(() => countByStatus(summaries(), suiteId)),

    suitesOfCorp: (corpid) =>
      enter(() => {
        checkedId(corpid)
        const ofCorp = [...corps.values()].filter((corp) => corp.corpid === corpid)
        return ofCorp.map(({ suiteId }) => suiteId).sort()
      }),

    loadToken: ({ suiteId, corpid, kind }) =>
      enter(() => structuredClone(tokens.get(keyOf(suiteId, corpid))?.get(kind) ?? null)),

    saveToken: (key, token, replaces) =>
      enter(() => {
        const owner = keyOf(key.suiteId, key.corpid)
        const standing = tokens.get(owner) ?? new Map<TokenKind, TokenRecord>()
        if (!mayHaveTokens(key) || isSuperseded(standing.get(key.kind), replaces)) {
          return 'superseded'
        }
        tokens.set(owner, standing.set(key.kind, storable(TokenRecord, token)))
        return 'saved'
      }),

    acquireLease: (name, ttlMs) => enter(() => takeLease(leases, clock, name, ttlMs)),

    checkWritable: () => enter(() => {}),

    close,
  }
}
