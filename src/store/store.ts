/**
 * The port to suited's state: what it knows of suites, companies and tokens. The inside owns this
 * file; drivers implement it and all pass `test/store/conformance.ts`. Every record is described
 * in `docs/storage.md`.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`; an id that is not
 * 1 to 128 of `A-Za-z0-9_-`, or a cursor that no page gave, throws `invalid_request`. Records
 * handed out are copies: changing one changes nothing.
 */
import type { Static } from '@sinclair/typebox'
import { Type } from '@sinclair/typebox'
import { CorpSite } from './corp-site'
import type { Lease } from './lease'
import type { ServiceSecrets } from './service-secret'
import type { SuiteRecord, SuiteTicket } from './suite-record'
import { EpochMs, type StoredTokens } from './token-record'

/** The last moment that can be written as a date, in the year 275760. */
const lastDateAt = 8.64e15

export const corpStatuses = ['authorized', 'suspended', 'invalid', 'cancelled'] as const
export const CorpStatus = Type.Union(corpStatuses.map((status) => Type.Literal(status)))
export type CorpStatus = (typeof corpStatuses)[number]

export const CorpAdmin = Type.Object({
  userid: Type.String(),
  openUserid: Type.Union([Type.String(), Type.Null()]),
  authType: Type.Union([Type.Integer(), Type.Null()], {
    description: '1 manages the app, 0 may only send messages.',
  }),
})
export type CorpAdmin = Static<typeof CorpAdmin>

export const CorpInstaller = Type.Object({
  userid: Type.String(),
  openUserid: Type.Union([Type.String(), Type.Null()]),
})
export type CorpInstaller = Static<typeof CorpInstaller>

const MaybeEpochMs = (description: string) => Type.Union([EpochMs(description), Type.Null()])

export const License = Type.Object({
  status: Type.Integer({ description: "WeCom's license_status: 0 not enforced, 1 enforced." }),
  trialEndsAt: MaybeEpochMs('When the free trial ends.'),
  enforcedFrom: MaybeEpochMs('From when on members need a licence.'),
  checkedAt: EpochMs('When WeCom told it.'),
})
export type License = Static<typeof License>

export const CorpRecord = Type.Object({
  version: Type.Literal(1),
  suiteId: Type.String(),
  corpid: Type.String(),
  name: Type.String({ description: "The company's name; empty until WeCom told it." }),
  agentid: Type.Union([Type.Integer(), Type.Null()], {
    description: "The app's id inside this company; null until WeCom told it.",
  }),
  status: Type.Union(corpStatuses.map((status) => Type.Literal(status))),
  statusReason: Type.Union([Type.String(), Type.Null()], {
    description: 'Why it is not (or no longer) authorized, as one sentence.',
  }),
  statusAt: { ...EpochMs('When the status last changed.'), maximum: lastDateAt },
  permanentCode: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
    description: 'The secret of this installation; null in a tombstone.',
  }),
  authorizedAt: EpochMs('When the exchange that gave the permanent code began.'),
  installEventId: Type.Union([Type.String(), Type.Null()], {
    description: 'The event whose auth_code gave the permanent code: a repeated exchange finds it.',
  }),
  installedBy: Type.Optional(CorpInstaller),
  authMode: Type.Union([Type.Integer(), Type.Null()], {
    description: '0 installed by an admin, 1 by members.',
  }),
  authInfo: Type.Unknown({
    description: "WeCom's auth_info.agent[0] as last read: visible range, privileges. No secret.",
  }),
  grantReadAt: Type.Optional(
    EpochMs('When the reading of the company began that authInfo, agentid and name are of.'),
  ),
  openCorpid: Type.Optional(
    Type.String({ description: 'The id by which it is known since the ID upgrade, if another.' }),
  ),
  admins: Type.Optional(Type.Array(CorpAdmin)),
  license: Type.Optional(License),
  unlicensed: Type.Optional(
    Type.Object(
      {
        notices: Type.Integer({ minimum: 1 }),
        lastAt: EpochMs('When the last one came.'),
        eventIds: Type.Optional(
          Type.Array(Type.String(), { description: 'The last ones counted: none counts twice.' }),
        ),
      },
      { description: 'How often a member without a licence opened the app.' },
    ),
  ),
  callbackPair: Type.Optional(
    Type.Object(
      {
        token: Type.String({ minLength: 1 }),
        encodingAesKey: Type.String({ minLength: 43, maxLength: 43 }),
      },
      { description: 'Token and EncodingAESKey of its own, for a customised app. Secret.' },
    ),
  ),
  site: Type.Optional(CorpSite),
})
export type CorpRecord = Static<typeof CorpRecord>

/** What lists and search see of a company: small enough to keep a hundred thousand in memory. */
export type CorpSummary = Pick<
  CorpRecord,
  'suiteId' | 'corpid' | 'name' | 'agentid' | 'status' | 'authorizedAt'
>

export type CorpIds = Pick<CorpRecord, 'suiteId' | 'corpid'>

export type CorpTest = (current: CorpRecord) => boolean

export interface CorpQuery {
  readonly suiteId?: string | undefined
  readonly status?: CorpStatus | undefined
  /** Part of the name or of the corpid; letter case of the name is ignored, of the corpid not. */
  readonly q?: string | undefined
  /** 1 to 200. */
  readonly limit: number
  /** The `next` of the page before. */
  readonly cursor?: string | undefined
}

export interface Page<T> {
  readonly items: T[]
  /** Hand it in as `cursor` for the page after; null on the last one. */
  readonly next: string | null
}

/** A company's record before a change and after it; equal if the change left it as it was. */
export interface ChangedCorp {
  readonly before: CorpRecord | null
  readonly after: CorpRecord | null
}

/** A record that is damaged, or can't be read: calls that need it fail. */
export interface UnreadableRecord {
  /** Null: of no suite, but of the service: an API key, or its secret. */
  readonly suiteId: string | null
  /** Null: the suite's own, with its ticket, or of no suite. */
  readonly corpid: string | null
  /** Where it stands: a path below the data folder, or a table and a key in it. */
  readonly file: string
  /** What is wrong with it, in a few safe words. */
  readonly problem: string
  /** Where its last good copy stands, likewise; null if there is none. */
  readonly copy: string | null
}

export interface Store extends ServiceSecrets, StoredTokens {
  /** Null if nothing was ever kept of this suite. */
  loadSuite(suiteId: string): Promise<SuiteRecord | null>

  /** Every suite of which something is kept. */
  listSuiteIds(): Promise<string[]>

  /**
   * Durable when it returns. The larger `timeStampSeconds` wins, an equal one counts as newer:
   * `'older'` means that nothing was changed.
   */
  saveTicket(suiteId: string, ticket: SuiteTicket): Promise<'saved' | 'older'>

  /** Null if this company was never seen in this suite. */
  loadCorp(suiteId: string, corpid: string): Promise<CorpRecord | null>

  /**
   * Reads, changes and writes one company's record as one step; concurrent changes of the same
   * company queue up. `change` is pure and gets null for an unknown company; what it returns is
   * written durably before this resolves, null leaves everything as it was. A change that takes
   * away or replaces the permanent code also erases that company's tokens. A permanent code or a
   * callback pair that is taken away or replaced is in no file and no row afterwards, and sealed
   * wherever an engine keeps it longer. What a caller has to know of the change it works out from
   * the two records: `change` may run several times.
   *
   * @param under nothing is written, and `store_unavailable` thrown, unless this lease still holds
   */
  changeCorp(
    suiteId: string,
    corpid: string,
    change: (current: CorpRecord | null) => CorpRecord | null,
    under?: Lease,
  ): Promise<ChangedCorp>

  /** Removes a company with its tokens, from files and rows, if `isGone` says so of what stands. */
  removeCorp(suiteId: string, corpid: string, isGone: CorpTest): Promise<boolean>

  /** The company whose permanent code came from this event, or null. */
  findCorpByInstallEvent(suiteId: string, eventId: string): Promise<CorpRecord | null>

  /**
   * The corpid under which a company is kept that is known as `openCorpid` too, or null. Ids are
   * compared exactly.
   */
  corpidOfOpenCorpid(suiteId: string, openCorpid: string): Promise<string | null>

  /** Companies, newest `authorizedAt` first, those of equal age by suite and corpid. */
  listCorps(query: CorpQuery): Promise<Page<CorpSummary>>

  /**
   * A stretch of the ids of every company of which something is kept, also of those whose record
   * can't be read and which no list has: by suite and corpid. One that comes meanwhile may be
   * missing.
   */
  listCorpIds(cursor?: string): Promise<Page<CorpIds>>

  /**
   * Every record that was met unreadable, by file. One that was mended since is gone from the list,
   * and back in all others; where very many are damaged only after some calls.
   */
  listUnreadable(): Promise<UnreadableRecord[]>

  /** How many companies of each status; all suites together or one. */
  countCorps(suiteId?: string): Promise<Record<CorpStatus, number>>

  /** The apps of ours that a company has or had, those included where its record is unreadable. */
  suitesOfCorp(corpid: string): Promise<string[]>

  /** The right to do what `name` says until it is released or `ttlMs` are over; null if taken. */
  acquireLease(name: string, ttlMs: number): Promise<Lease | null>

  /**
   * Throws `store_unavailable` unless a durable write would work now: of a company's record in this
   * suite or, without one, of any record of a suite or a company.
   */
  checkWritable(suiteId?: string): Promise<void>

  /** Finishes what was begun. Every later call throws `store_unavailable`. */
  close(): Promise<void>
}
