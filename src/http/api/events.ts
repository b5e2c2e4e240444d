/** The routes of events: what WeCom told us, and how our work on it went. */
import { Elysia, t } from 'elysia'
import { type Clock, secondMs } from '../../clock'
import { withHeld } from '../../delivery/endpoints/endpoint-status'
import { ServiceError } from '../../errors'
import type { EventBell } from '../../events/event-bell'
import { type EventView, showEvent, showEventInFull } from '../../events/event-view'
import { unreadType } from '../../events/unread-type'
import type { Attempts } from '../../store/deliveries'
import type { EventLog } from '../../store/event-log'
import type { EventRecord } from '../../store/event-record'
import { isAdmin, reachInSuite } from '../../suite/access/caller'
import type { Suites } from '../../suite/suites'
import type { Access } from '../access/access'
import type { AuditTrail } from '../access/audit-trail'
import { operatorOperations } from '../answer/operation-detail'
import { itemsAPage, namedPageOf, pageQuery } from '../answer/page'
import { invalidFields } from '../answer/problem'
import { operatorProblems } from '../answer/problem-schema'
import { anySuite, suiteIdNamed } from './corp/corp-scope'
import { AttemptView } from './delivery/replay-records'
import { Event, EventStatus } from './event-records'
import { createEventPoll } from './stream/event-poll'

const detail = operatorOperations('Events')

const EventList = namedPageOf('EventList', Event)
const AttemptList = namedPageOf('AttemptList', AttemptView)

const longestWaitSeconds = 60

/** @throws {ServiceError} invalid_request — parameters that mean nothing together */
const assertOrdered = ({
  order,
  ...asked
}: {
  order?: string
  cursor?: string
  after?: string
  wait?: number
}): void => {
  const others = order === 'asc' ? (['cursor'] as const) : (['after', 'wait'] as const)
  const wrong = others.filter((name) => asked[name] !== undefined)
  const message = order === 'asc' ? 'goes with order=desc alone' : 'goes with order=asc alone'
  if (wrong.length > 0) throw invalidFields(wrong.map((field) => ({ field, message })))
}

const unknown = () =>
  new ServiceError('event_not_found', 'There is no event of this id (any more).')

export interface EventRoutesParts {
  readonly access: Pick<Access, 'callerOf' | 'requireReach' | 'isStillGood'>
  readonly suites: Suites
  readonly eventLog: Pick<EventLog, 'list' | 'listAfter' | 'bounds' | 'get' | 'retry'>
  readonly deliveries: Pick<Attempts, 'listAttempts'>
  /** The endpoints that take nothing now: what is pending for them is held. */
  readonly holding: () => Promise<ReadonlySet<string>>
  readonly bell: EventBell
  readonly clock: Clock
  /** Aborts when the service goes down, or goes on with other settings. */
  readonly leaving: AbortSignal
  /** Work may be due now. */
  onWork(): void
}

export const eventRoutes = (
  parts: EventRoutesParts,
  auditTrail: Pick<AuditTrail, 'setSubject' | 'setReveal'>,
) => {
  const { access, suites, eventLog, deliveries, holding, bell, clock, leaving, onWork } = parts
  const poll = createEventPoll({ access, eventLog, bell, clock, leaving })

  /** As whoever asks may see it: the text of what can't be read is for admins, and a reveal. */
  const showTo = async (request: Request): Promise<(event: EventRecord) => EventView> => {
    const caller = access.callerOf(request)
    const held = await holding()
    if (caller === null || !isAdmin(caller)) return (event) => showEvent(withHeld(event, held))
    return (event) => {
      const view = showEventInFull(withHeld(event, held))
      if (event.type === unreadType && 'raw' in view.payload)
        auditTrail.setReveal(request, 'event.reveal_raw')
      return view
    }
  }

  /** @throws {ServiceError} event_not_found; forbidden — it is beyond the limits of the key */
  const requireEvent = async (request: Request, id: string): Promise<EventRecord> => {
    const record = await eventLog.get(id)
    if (!record) throw unknown()
    const { suiteId, corpid } = record
    auditTrail.setSubject(request, { suiteId, corpid })
    access.requireReach(request, reachInSuite(suites, suiteId, corpid))
    return record
  }

  return new Elysia({ prefix: '/events' })
    .get(
      '',
      async ({ query, request }) => {
        assertOrdered(query)
        const { suite, type, corpid, status, limit = itemsAPage, cursor } = query
        const filters = { suiteId: suiteIdNamed(suites, suite), type, corpid, status, limit }
        if (query.order === 'asc') {
          const waitMs = (query.wait ?? 0) * secondMs
          const page = await poll(request, { ...filters, after: query.after ?? null }, waitMs)
          return { items: page.events.map(await showTo(request)), next: page.next }
        }
        const page = await eventLog.list({ ...filters, cursor })
        return { items: page.items.map(await showTo(request)), next: page.next }
      },
      {
        query: t.Object({
          ...pageQuery,
          suite: anySuite,
          type: t.Optional(t.String({ maxLength: 200 })),
          corpid: t.Optional(t.String({ maxLength: 64 })),
          status: t.Optional(EventStatus),
          order: t.Optional(
            t.Union([t.Literal('desc'), t.Literal('asc')], {
              default: 'desc',
              description:
                '`desc`: newest first, a page at a time by `cursor`. `asc`: oldest first, read on by `after`.',
            }),
          ),
          after: t.Optional(
            t.String({
              maxLength: 200,
              description:
                'With `order=asc`: the id of the event behind which to begin, the `next` of the answer before. Without it the oldest that is kept comes first.',
            }),
          ),
          wait: t.Optional(
            t.Integer({
              title: 'wait',
              minimum: 0,
              maximum: longestWaitSeconds,
              description:
                'With `order=asc`: seconds that the answer waits for an event where none is there; without it none.',
            }),
          ),
        }),
        response: {
          200: EventList,
          ...operatorProblems('suite_not_found', 'suite_not_configured', 'shutting_down'),
        },
        detail: detail(
          'listEvents',
          'List events',
          'Newest first, or with `order=asc` in the order of arrival, read on from an event: then `next` is always the `after` of the next question, and none is ever skipped, since none comes to stand before one that was given out. An event is given out when it is on disk; a filter on `status` judges it as it is then. A suite_ticket is state, not an event: it is never here.',
        ),
      },
    )
    .get(
      '/:id',
      async ({ params, request }) => {
        const event = await requireEvent(request, params.id)
        return (await showTo(request))(event)
      },
      {
        response: { 200: Event, ...operatorProblems('event_not_found') },
        detail: detail('getEvent', 'One event'),
      },
    )
    .get(
      '/:id/attempts',
      async ({ params, query, request }) => {
        await requireEvent(request, params.id)
        const { limit = itemsAPage, cursor } = query
        return deliveries.listAttempts(params.id, {
          limit,
          ...(cursor !== undefined && { cursor }),
        })
      },
      {
        query: t.Object(pageQuery),
        response: { 200: AttemptList, ...operatorProblems('event_not_found') },
        detail: detail('listAttempts', 'Each try to deliver it', 'Newest first.'),
      },
    )
    .post(
      '/:id/retry',
      async ({ params, request }) => {
        await requireEvent(request, params.id)
        const record = await eventLog.retry(params.id, clock.now())
        if (!record) throw unknown()
        onWork()
        return (await showTo(request))(record)
      },
      {
        parse: 'none',
        response: { 200: Event, ...operatorProblems('event_not_found') },
        detail: detail(
          'retryEvent',
          'Try again',
          'Makes what is dead or waiting of this event due now. A message that could not be read is read again.',
        ),
      },
    )
}
