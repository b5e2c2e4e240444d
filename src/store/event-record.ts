/** An event as it is kept: what came, how our own work on it went, and its way out. */

export const eventSources = ['command', 'data', 'system', 'install', 'suited'] as const
export type EventSource = (typeof eventSources)[number]

export const eventStatuses = ['pending', 'done', 'dead'] as const
export type EventStatus = (typeof eventStatuses)[number]

/**
 * The `dispatchAt` of what may be dispatched at once: before any clock's time, so that the order of
 * arrival decides. The times of two replicas differ by milliseconds, and would turn that around.
 */
export const dispatchAtOnce = 0

export interface NewEvent {
  /** Unique, and later ones sort behind earlier ones. */
  readonly id: string
  /** What makes a repeated push the same event: a hash over suite and whole decrypted body. */
  readonly identity: string
  readonly suiteId: string | null
  readonly corpid: string | null
  readonly source: EventSource
  /** InfoType, `event.<Event>`, MsgType, or `unparsed` until it can be read. */
  readonly type: string
  readonly receivedAt: number
  /** The decrypted body as WeCom sent it. Holds secrets: masked before it is shown or sent. */
  readonly body: string
  /**
   * `pending` when suited has work to do on it, `done` when not, `dead` when it can't be
   * understood.
   */
  readonly status: EventStatus
  readonly lastError: string | null
  /** The pending secret that it comes with; none without it. */
  readonly pendingSecret?: string | null
  /**
   * When it may be dispatched to the endpoints of the business app, once our own work on it has
   * ended. Epoch milliseconds, or `dispatchAtOnce`; null: it goes nowhere.
   */
  readonly dispatchAt: number | null
}

export interface Delivery {
  readonly endpoint: string
  readonly status: EventStatus
  readonly attempts: number
  /** How many of them counted against its schedule. */
  readonly step: number
  /** Whether it waits for older ones of its company. */
  readonly ordered: boolean
  /** When it was handed to the endpoint, or for a replay the event's `receivedAt`. */
  readonly dispatchedAt: number
  readonly nextAttemptAt: number | null
  readonly lastError: string | null
}

export interface EventRecord extends Omit<NewEvent, 'identity' | 'pendingSecret' | 'dispatchAt'> {
  /** As in `NewEvent`; null too once it was dispatched. */
  readonly dispatchAt: number | null
  /** What was composed to be sent, the same for every endpoint; null before it was dispatched. */
  readonly outgoing: string | null
  /** Tries that ended, well or badly. */
  readonly attempts: number
  /** When a pending event is due; null once settled. */
  readonly nextAttemptAt: number | null
  /** What the work on it must not lose, as that wrote it; null if nothing. Never shown. */
  readonly pendingSecret: string | null
  readonly deliveries: Delivery[]
}

/** What a message that couldn't be read turned out to be. */
export type ReadAs = Pick<NewEvent, 'type' | 'source' | 'suiteId'>

/**
 * How a try ended. `corpid` is set when the work found out whose event it is, `readAs` when it
 * found out what event it is, `lastError` of what is done where it was done in another way.
 */
export type Settlement =
  | { readonly status: 'done'; readonly corpid?: string; readonly lastError?: string }
  | {
      readonly status: 'dead'
      readonly lastError: string
      readonly corpid?: string
      /**
       * A stranger's: it is told to nobody, and may be purged from then on. Epoch milliseconds.
       */
      readonly purgeAt?: number
    }
  | {
      readonly status: 'pending'
      readonly lastError: string | null
      readonly nextAttemptAt: number
      readonly corpid?: string
      readonly readAs?: ReadAs
    }

/** An event that somebody took to work on. */
export interface ClaimedEvent extends EventRecord {
  /** One more each time the event is taken. Who settles names it: it tells old claims from new. */
  readonly claim: number
  /**
   * Earlier claims that ran out unsettled and whose holders may still live, elsewhere. None where
   * one process alone has the log: its former holders are dead, or it is the holder itself.
   */
  readonly lostClaims: number
}

/** What is sent of an event, and to whom. */
export interface Outgoing {
  /** The event's id. */
  readonly id: string
  /** The body of the webhook, the same for every attempt to every endpoint. Holds no secret. */
  readonly body: string
  readonly endpoints: readonly {
    readonly name: string
    /**
     * One at a time, in the order of dispatch, among the deliveries of this endpoint and company.
     */
    readonly ordered: boolean
    /** When it is due. */
    readonly dueAt: number
  }[]
}
