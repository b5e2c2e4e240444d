/** The status of the service: suites, companies, events, and what is wrong. */
import { Elysia, t } from 'elysia'
import type { ReadStatus } from '../../suite/operations/status'
import { nullableInteger } from '../answer/field-schemas'
import { problems } from '../answer/problem'
import { operationsOf } from '../operations/operation-detail'
import { WaitingItem } from '../operations/readiness'

const count = t.Integer({ minimum: 0 })

const Status = t.Object({
  version: t.String(),
  startedAt: t.Integer({ description: 'Epoch milliseconds.' }),
  suites: t.Array(
    t.Object({
      key: t.String(),
      kind: t.String({ description: '`app`, `customised` or `login`.' }),
      suiteId: t.Union([t.String(), t.Null()]),
      ticketReceivedAt: nullableInteger('Epoch milliseconds; null until one was pushed.'),
      ticketAgeSeconds: nullableInteger('More than 1800 is a warning.'),
      accessTokenExpiresAt: nullableInteger('Epoch milliseconds; null if none is held.'),
      previousPairUsedAt: nullableInteger(
        'When WeCom last used the Token of before a rotation, epoch ms.',
      ),
      corps: t.Object({
        authorized: count,
        suspended: count,
        invalid: count,
        cancelled: count,
      }),
    }),
  ),
  events: t.Object({
    pending: count,
    done: count,
    dead: count,
    oldestPendingAt: nullableInteger('Epoch milliseconds; null if nothing is pending.'),
  }),
  waiting: t.Array(WaitingItem),
  backup: t.Union(
    [
      t.Object({
        lastAt: nullableInteger(
          'When the last whole one was made. Epoch milliseconds; null if there is none.',
        ),
        lastError: t.Union([t.String(), t.Null()], { description: 'Why the last try failed.' }),
      }),
      t.Null(),
    ],
    { description: 'The daily snapshots; null without SUITED_BACKUP_DIR.' },
  ),
  refusals: t.Array(
    t.Object({
      errcode: t.Integer({ examples: [701008] }),
      count,
      lastAt: t.Integer({ description: 'Epoch milliseconds.' }),
      meaning: t.Union([t.String(), t.Null()], { description: 'In words, where it is known.' }),
    }),
    { description: 'How often WeCom refused calls of suited’s own since the start.' },
  ),
  unreadable: t.Object(
    {
      count,
      documents: t.Array(
        t.Object({
          suiteId: t.String(),
          corpid: t.Union([t.String(), t.Null()], {
            description: 'Null: the suite’s own, with its ticket.',
          }),
          file: t.String({ description: 'Path below the data folder.' }),
          problem: t.String(),
          copy: t.Union([t.String(), t.Null()], {
            description: 'The last good copy; null if there is none.',
          }),
        }),
        { description: 'The first 20.' },
      ),
    },
    { description: 'Damaged documents: what each describes is not served until it is mended.' },
  ),
  jobs: t.Array(
    t.Object({
      name: t.String(),
      everyMs: t.Integer({ description: 'From the end of one run to the begin of the next.' }),
      lastSuccessAt: nullableInteger('Epoch milliseconds; null until a run succeeds.'),
      lastError: t.Union([t.String(), t.Null()], {
        description: 'Why the last run failed; null if it succeeded.',
      }),
      lastErrorAt: nullableInteger('When a run last failed. Epoch milliseconds; null if none did.'),
      durationMs: nullableInteger('How long the last run took; null before it.'),
    }),
    { description: 'What suited does again and again in the background.' },
  ),
  warnings: t.Array(t.String()),
})

export const statusRoutes = ({ readStatus }: { readonly readStatus: ReadStatus }) =>
  new Elysia().get('/status', () => readStatus(), {
    response: { 200: Status, ...problems(401, 403, 503) },
    detail: operationsOf('Operations')('How the service stands'),
  })
