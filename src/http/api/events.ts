/** The routes of events: what WeCom told us, and how our work on it went. */
import { Elysia, t } from 'elysia'
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import { type EventView, showEvent, showEventInFull } from '../../events/event-view'
import { unreadType } from '../../events/unread-type'
import type { EventLog } from '../../store/event-log'
import type { EventRecord } from '../../store/event-record'
import { isAdmin, reachInSuite } from '../../suite/access/caller'
import type { Suites } from '../../suite/suites'
import type { Access } from '../access/access'
import type { AuditTrail } from '../access/audit-trail'
import { operatorOperations } from '../answer/operation-detail'
import { itemsAPage, namedPageOf, pageQuery } from '../answer/page'
import { operatorProblems } from '../answer/problem-schema'
import { anySuite, suiteIdNamed } from './corp/corp-scope'
import { Event, EventStatus } from './event-records'

const detail = operatorOperations('Events')

const EventList = namedPageOf('EventList', Event)

const unknown = () =>
  new ServiceError('event_not_found', 'There is no event of this id (any more).')

export interface EventRoutesParts {
  readonly access: Pick<Access, 'callerOf' | 'requireReach'>
  readonly suites: Suites
  readonly eventLog: Pick<EventLog, 'list' | 'get' | 'retry'>
  readonly clock: Clock
  /** Work may be due now. */
  onWork(): void
}

export const eventRoutes = (
  parts: EventRoutesParts,
  auditTrail: Pick<AuditTrail, 'setSubject' | 'setReveal'>,
) => {
  const { access, suites, eventLog, clock, onWork } = parts

  /** As whoever asks may see it: the text of what can't be read is for admins, and a reveal. */
  const showTo = (request: Request): ((event: EventRecord) => EventView) => {
    const caller = access.callerOf(request)
    if (caller === null || !isAdmin(caller)) return showEvent
    return (event) => {
      const view = showEventInFull(event)
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
        const { suite, type, corpid, status, limit, cursor } = query
        const suiteId = suiteIdNamed(suites, suite)
        const page = await eventLog.list({
          suiteId,
          type,
          corpid,
          status,
          limit: limit ?? itemsAPage,
          cursor,
        })
        return { items: page.items.map(showTo(request)), next: page.next }
      },
      {
        query: t.Object({
          ...pageQuery,
          suite: anySuite,
          type: t.Optional(t.String({ maxLength: 200 })),
          corpid: t.Optional(t.String({ maxLength: 64 })),
          status: t.Optional(EventStatus),
        }),
        response: {
          200: EventList,
          ...operatorProblems('suite_not_found', 'suite_not_configured'),
        },
        detail: detail(
          'listEvents',
          'List events',
          'Newest first. A suite_ticket is state, not an event: it is never here.',
        ),
      },
    )
    .get(
      '/:id',
      async ({ params, request }) => showTo(request)(await requireEvent(request, params.id)),
      {
        response: { 200: Event, ...operatorProblems('event_not_found') },
        detail: detail('getEvent', 'One event'),
      },
    )
    .post(
      '/:id/retry',
      async ({ params, request }) => {
        await requireEvent(request, params.id)
        const record = await eventLog.retry(params.id, clock.now())
        if (!record) throw unknown()
        onWork()
        return showTo(request)(record)
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
