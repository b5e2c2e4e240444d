/** The facts beside the memory event log. */
import type { Lifecycle } from '../driver/lifecycle'
import {
  cursorAfterDated,
  cursorAfterSeq,
  isBefore,
  mapPage,
  pageOf,
  placeBefore,
  seqAfter,
} from '../driver/paging'
import type { Fact, FactQuery, Facts } from '../facts'
import { isOfSuite } from './entry'

interface StoredFact extends Fact {
  /** Place in the order in which they were added. */
  readonly seq: number
}

export interface MemoryFactsData {
  /** By id. */
  readonly facts: Map<string, StoredFact>
  lastFactSeq: number
}

const stretchLength = 100

export const createMemoryFactsData = (): MemoryFactsData => ({ facts: new Map(), lastFactSeq: 0 })

/** Returns whether it was new. */
export const addFact = (data: MemoryFactsData, fact: Fact): boolean => {
  if (data.facts.has(fact.id)) return false
  data.facts.set(fact.id, { ...fact, seq: ++data.lastFactSeq })
  return true
}

/** The event turned out to be this company's. */
export const nameFactsCorp = ({ facts }: MemoryFactsData, id: string, corpid: string): void => {
  const fact = facts.get(id)
  if (fact) facts.set(id, { ...fact, corpid })
}

/** Empties the payloads of a company's facts. */
export const eraseFacts = ({ facts }: MemoryFactsData, suiteId: string, corpid: string): void => {
  for (const fact of facts.values()) {
    if (fact.suiteId === suiteId && fact.corpid === corpid) {
      facts.set(fact.id, { ...fact, payload: '' })
    }
  }
}

/** All that happened until then to a company with a suite goes. */
export const removeFacts = (
  { facts }: MemoryFactsData,
  suiteId: string,
  corpid: string,
  until: number,
): void => {
  for (const fact of facts.values()) {
    const isTheirs = fact.suiteId === suiteId && fact.corpid === corpid
    if (isTheirs && fact.at <= until) facts.delete(fact.id)
  }
}

const matches = (fact: Fact, query: FactQuery): boolean =>
  query.types.includes(fact.type) &&
  isOfSuite(fact.suiteId, query) &&
  (query.corpids === undefined || query.corpids.includes(fact.corpid ?? ''))

const shown = ({ seq: _, ...fact }: StoredFact): Fact => fact

export const createMemoryFacts = (data: MemoryFactsData, run: Lifecycle['run']): Facts => ({
  addFacts: (facts) => run(() => facts.filter((fact) => addFact(data, fact)).length),

  listFacts: (query) =>
    run(() => {
      const before = placeBefore(query.cursor)
      const found = [...data.facts.values()]
        .filter((fact) => isBefore(fact, before) && matches(fact, query))
        .sort((a, b) => b.at - a.at || b.seq - a.seq)
      return mapPage(pageOf(found, query.limit, cursorAfterDated), shown)
    }),

  listAllFacts: (cursor) =>
    run(() => {
      const after = seqAfter(cursor)
      const rest = [...data.facts.values()]
        .filter(({ seq }) => seq > after)
        .sort((a, b) => a.seq - b.seq)
      return mapPage(pageOf(rest, stretchLength, cursorAfterSeq), shown)
    }),

  purgeFacts: (types, before) =>
    run(() => {
      const old = [...data.facts.values()].filter(
        ({ type, at }) => types.includes(type) && at < before,
      )
      for (const { id } of old) data.facts.delete(id)
      return old.length
    }),
})
