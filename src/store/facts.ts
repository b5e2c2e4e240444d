/**
 * The port to facts: what happened to a company and what suited found out, kept for good. Events
 * are work and are purged; their facts stay until the company's data is erased. They hold no
 * secret.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`.
 */
import type { EventRecord, EventSource } from './event-record'
import type { Page } from './store'

export interface Fact {
  /** Of the event that it tells of, where there was one; unique. */
  readonly id: string
  /** Null: of the provider itself. */
  readonly suiteId: string | null
  /** Null: of no company, or of one that is not known yet. */
  readonly corpid: string | null
  /** As of an event, or a type of its own. */
  readonly type: string
  /** Epoch milliseconds. */
  readonly at: number
  /** An object as JSON, its secrets masked; `''` once the company's data was erased. */
  readonly payload: string
}

/** Which events leave a fact, and what of them it holds. */
export interface FactRule {
  readonly types: ReadonlySet<string>
  /** Events of these sources leave none: what they tell comes otherwise too. */
  readonly exceptSources: ReadonlySet<EventSource>
  /** The payload of the fact: bounded, and without secrets. */
  payloadOf(event: Pick<EventRecord, 'type' | 'source' | 'body'>): string
}

export interface FactQuery {
  readonly types: readonly string[]
  readonly suiteId?: string | undefined
  /** With `suiteId`: also facts of no suite, which are the provider's. */
  readonly orNoSuite?: boolean | undefined
  /** Any of these: a company may be known by two ids. */
  readonly corpids?: readonly string[] | undefined
  /** At least 1. */
  readonly limit: number
  readonly cursor?: string | undefined
}

/**
 * A driver of the event log serves this port too: an event and its fact come with one step, and a
 * fact learns with its event whose it is. `blankBodies` erases the payloads of a company's facts.
 */
export interface Facts {
  /**
   * Adds facts, durably. Those whose id is there already stay as they are. Returns how many came.
   */
  addFacts(facts: readonly Fact[]): Promise<number>

  /** Newest first. */
  listFacts(query: FactQuery): Promise<Page<Fact>>

  /** A stretch of all facts, in the order in which they were added. */
  listAllFacts(cursor?: string): Promise<Page<Fact>>

  /** Forgets facts of these types from before `before`. Returns how many went. */
  purgeFacts(types: readonly string[], before: number): Promise<number>
}
