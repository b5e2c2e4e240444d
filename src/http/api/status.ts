/** The status of the service: suites, companies, events, and what is wrong. */
import { Elysia, t } from 'elysia'
import { endpointStatuses } from '../../store/deliveries'
import type { ReadStatus } from '../../suite/operations/status'
import { nullableInteger, nullableText } from '../answer/field-schemas'
import { exampleOf, named } from '../answer/named-schema'
import { operatorOperations } from '../answer/operation-detail'
import { operatorProblems } from '../answer/problem-schema'
import { WaitingItem } from '../operations/readiness'

const count = t.Integer({ minimum: 0 })

const SuiteStatus = named(
  'SuiteStatus',
  t.Object({
    key: t.String(),
    kind: t.String({ description: '`app`, `customised` or `login`.' }),
    suiteId: t.Union([t.String(), t.Null()]),
    observes: t.Boolean({
      description: 'Another back-end does its work: suited keeps its tickets and events alone.',
    }),
    ticketReceivedAt: nullableInteger('Epoch milliseconds; null until one was pushed.'),
    ticketAgeSeconds: nullableInteger('More than 1800 is a warning.'),
    accessTokenExpiresAt: nullableInteger('Epoch milliseconds; null if none is held.'),
    previousPairUsedAt: nullableInteger(
      'When WeCom last used the Token of before a rotation, epoch ms.',
    ),
    corps: t.Object({ authorized: count, suspended: count, invalid: count, cancelled: count }),
  }),
  {
    key: 'default',
    kind: 'app',
    suiteId: 'ww0000000000000002',
    observes: false,
    ticketReceivedAt: 1_795_334_400_000,
    ticketAgeSeconds: 240,
    accessTokenExpiresAt: 1_795_341_600_000,
    previousPairUsedAt: null,
    corps: { authorized: 12, suspended: 0, invalid: 1, cancelled: 2 },
  },
)

const EndpointStatus = named(
  'EndpointStatus',
  t.Object({
    name: t.String(),
    status: t.UnionEnum([...endpointStatuses]),
    reason: nullableText('Why it is paused or off; null while it is on.'),
    pending: t.Integer({ minimum: 0, description: 'Events that wait, held ones included.' }),
    oldestPendingAt: nullableInteger('Epoch milliseconds; null if nothing is pending.'),
    failingSince: nullableInteger('Since when it takes nothing. Epoch milliseconds.'),
    lastError: nullableText('Why the last failed try failed.'),
  }),
  {
    name: 'crm',
    status: 'on' as const,
    reason: null,
    pending: 0,
    oldestPendingAt: null,
    failingSince: null,
    lastError: null,
  },
)

const Replica = named(
  'Replica',
  t.Object({
    id: t.String({ description: 'Another one after each start.' }),
    isThis: t.Boolean({ description: 'Whether it is the one that answers.' }),
    version: t.String(),
    startedAt: t.Integer({ description: 'Epoch milliseconds.' }),
    clockOffsetMs: t.Integer({
      description: 'By how much the clock of the database is ahead of its machine’s.',
    }),
    egressAddress: nullableText(
      'From where WeCom saw it call, once it refused that; null: not known.',
    ),
    settings: t.String({ description: 'A digest of its settings: the same for all of them.' }),
    inHand: t.Object(
      { events: count, deliveries: count, permanentCodes: count },
      { description: 'What it works on; permanent codes on their way to their company.' },
    ),
  }),
  {
    id: '0192f0c1-7e3a-7b52-9d7c-0f6a5d1c2b3e',
    isThis: true,
    version: '1.0.0',
    startedAt: 1_795_330_800_000,
    clockOffsetMs: -12,
    egressAddress: null,
    settings: '5f1d0c6e2ab4',
    inHand: { events: 0, deliveries: 2, permanentCodes: 0 },
  },
)

const Backup = named(
  'Backup',
  t.Object({
    lastAt: nullableInteger(
      'When the last whole one was made. Epoch milliseconds; null if there is none.',
    ),
    lastError: nullableText('Why the last try failed.'),
  }),
  { lastAt: 1_795_334_400_000, lastError: null },
)

const ErrcodeCount = named(
  'ErrcodeCount',
  t.Object({
    errcode: t.Integer(),
    count,
    lastAt: t.Integer({ description: 'Epoch milliseconds.' }),
    meaning: nullableText('In words, where it is known.'),
  }),
  { errcode: 701008, count: 2, lastAt: 1_795_334_400_000, meaning: 'the member has no licence' },
)

const UnreadableDocument = named(
  'UnreadableDocument',
  t.Object({
    suiteId: nullableText('Null: of no suite, as an API key or the service’s secret.'),
    corpid: nullableText('Null: the suite’s own, with its ticket, or of no suite.'),
    file: t.String({ description: 'Path below the data folder.' }),
    problem: t.String(),
    copy: nullableText('The last good copy; null if there is none.'),
  }),
  {
    suiteId: 'ww0000000000000002',
    corpid: 'wpCorpA',
    file: 'suites/ww0000000000000002/corps/wpCorpA.json',
    problem: 'is no JSON',
    copy: null,
  },
)

const PeriodicJob = named(
  'PeriodicJob',
  t.Object({
    name: t.String(),
    everyMs: t.Integer({ description: 'From the end of one run to the begin of the next.' }),
    lastSuccessAt: nullableInteger('Epoch milliseconds; null until a run succeeds.'),
    lastError: nullableText('Why the last run failed; null if it succeeded.'),
    lastErrorAt: nullableInteger('When a run last failed. Epoch milliseconds; null if none did.'),
    durationMs: nullableInteger('How long the last run took; null before it.'),
  }),
  {
    name: 'renewing suite tokens',
    everyMs: 60_000,
    lastSuccessAt: 1_795_334_400_000,
    lastError: null,
    lastErrorAt: null,
    durationMs: 12,
  },
)

const statusFields = t.Object({
  version: t.String(),
  startedAt: t.Integer({ description: 'Epoch milliseconds.' }),
  sdkUrl: nullableText('Where existing SDKs find WeCom’s API; null without SUITED_SDK_PORT.'),
  suites: t.Array(SuiteStatus),
  replicas: t.Array(Replica, {
    description: 'Those that share a database; none where one process owns its data folder.',
  }),
  events: t.Object({
    pending: count,
    done: count,
    dead: count,
    oldestPendingAt: nullableInteger('Epoch milliseconds; null if nothing is pending.'),
  }),
  endpoints: t.Object(
    {
      count,
      items: t.Array(EndpointStatus, {
        description: 'The first 50; those that take nothing stand before the others.',
      }),
    },
    { description: 'Where events go.' },
  ),
  waiting: t.Array(WaitingItem),
  backup: t.Union([Backup, t.Null()], {
    description: 'The daily snapshots; null without SUITED_BACKUP_DIR.',
  }),
  refusals: t.Array(ErrcodeCount, {
    description: 'How often WeCom refused calls of suited’s own since the start.',
  }),
  unreadable: t.Object(
    { count, documents: t.Array(UnreadableDocument, { description: 'The first 20.' }) },
    { description: 'Damaged documents: what each describes is not served until it is mended.' },
  ),
  jobs: t.Array(PeriodicJob, {
    description: 'What suited does again and again in the background.',
  }),
  warnings: t.Array(t.String()),
})

const Status = named('Status', statusFields, {
  version: '1.0.0',
  startedAt: 1_795_330_800_000,
  sdkUrl: 'http://127.0.0.1:8012',
  suites: [exampleOf(SuiteStatus)],
  replicas: [exampleOf(Replica)],
  events: { pending: 0, done: 341, dead: 1, oldestPendingAt: null },
  endpoints: { count: 1, items: [exampleOf(EndpointStatus)] },
  waiting: [exampleOf(WaitingItem)],
  backup: exampleOf(Backup),
  refusals: [exampleOf(ErrcodeCount)],
  unreadable: { count: 1, documents: [exampleOf(UnreadableDocument)] },
  jobs: [exampleOf(PeriodicJob)],
  warnings: ['1 event is dead: look at /api/events?status=dead and retry it.'],
})

export interface StatusRoutesParts {
  readonly readStatus: ReadStatus
}

export const statusRoutes = ({ readStatus }: StatusRoutesParts) =>
  new Elysia().get('/status', () => readStatus(), {
    response: { 200: Status, ...operatorProblems() },
    detail: operatorOperations('Operations')('getStatus', 'How the service stands'),
  })
