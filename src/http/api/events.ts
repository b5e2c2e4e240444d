/** The routes of events: what WeCom told us, and how our work on it went. */
import { Elysia, t } from 'elysia'
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import { showEventInFull } from '../../events/event-view'
import type { EventLog } from '../../store/event-log'
import type { Suites } from '../../suite/suites'
import { operatorOperations } from '../answer/operation-detail'
import { itemsAPage, namedPageOf, pageQuery } from '../answer/page'
import { operatorProblems } from '../answer/problem-schema'
import { anySuite, suiteIdNamed } from './corp-scope'
import { Event, EventStatus } from './event-records'

const detail = operatorOperations('Events')

const EventList = namedPageOf('EventList', Event)

const unknown = () =>
  new ServiceError('event_not_found', 'There is no event of this id (any more).')

export interface EventRoutesParts {
  readonly suites: Suites
  readonly eventLog: Pick<EventLog, 'list' | 'get' | 'retry'>
  readonly clock: Clock
  /** Work may be due now. */
  onWork(): void
}

export const eventRoutes = (parts: EventRoutesParts) => {
  const { suites, eventLog, clock, onWork } = parts
  return new Elysia({ prefix: '/events' })
    .get(
      '',
      async ({ query }) => {
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
        return { items: page.items.map(showEventInFull), next: page.next }
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
      async ({ params }) => {
        const record = await eventLog.get(params.id)
        if (!record) throw unknown()
        return showEventInFull(record)
      },
      {
        response: { 200: Event, ...operatorProblems('event_not_found') },
        detail: detail('getEvent', 'One event'),
      },
    )
    .post(
      '/:id/retry',
      async ({ params }) => {
        const record = await eventLog.retry(params.id, clock.now())
        if (!record) throw unknown()
        onWork()
        return showEventInFull(record)
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
