/** The facts beside the memory event log. */
import { cursorAfter, placeOfCursor } from '../driver/event-records'
import { cursorAfterFact, type FactPlace, placeOfFactCursor } from '../driver/fact-records'
import type { Gate } from '../driver/lifecycle'
import type { Fact, FactQuery, Facts } from '../facts'

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

export const eraseFacts = ({ facts }: MemoryFactsData, suiteId: string, corpid: string): void => {
  for (const fact of facts.values()) {
    if (fact.suiteId === suiteId && fact.corpid === corpid) {
      facts.set(fact.id, { ...fact, payload: '' })
    }
  }
}

const matches = (fact: Fact, { types, suiteId, orNoSuite, corpids }: FactQuery): boolean =>
  types.includes(fact.type) &&
  (suiteId === undefined ||
    fact.suiteId === suiteId ||
    (orNoSuite === true && fact.suiteId === null)) &&
  (corpids === undefined || corpids.includes(fact.corpid ?? ''))

const isBefore = (a: FactPlace, b: FactPlace) => a.at < b.at || (a.at === b.at && a.seq < b.seq)

const shown = ({ seq: _, ...fact }: StoredFact): Fact => fact

export const createMemoryFacts = (data: MemoryFactsData, enter: Gate['enter']): Facts => ({
  addFacts: (facts) => enter(() => facts.filter((fact) => addFact(data, fact)).length),

  listFacts: (query) =>
    enter(() => {
      const before = placeOfFactCursor(query.cursor)
      const found = [...data.facts.values()]
        .filter((fact) => isBefore(fact, before) && matches(fact, query))
        .sort((a, b) => b.at - a.at || b.seq - a.seq)
      const items = found.slice(0, query.limit)
      const last = items.at(-1)
      const next = last && found.length > items.length ? cursorAfterFact(last) : null
      return { items: items.map(shown), next }
    }),

  listAllFacts: (cursor) =>
    enter(() => {
      const after = cursor === undefined ? 0 : placeOfCursor(cursor)
      const rest = [...data.facts.values()]
        .filter(({ seq }) => seq > after)
        .sort((a, b) => a.seq - b.seq)
      const items = rest.slice(0, stretchLength)
      const last = items.at(-1)
      const next = last && rest.length > items.length ? cursorAfter(last.seq) : null
      return { items: items.map(shown), next }
    }),

  purgeFacts: (types, before) =>
    enter(() => {
      const old = [...data.facts.values()].filter(
        ({ type, at }) => types.includes(type) && at < before,
      )
      for (const { id } of old) data.facts.delete(id)
      return old.length
    }),
})
