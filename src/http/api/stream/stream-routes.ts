/** The route on which events come as they arrive: server-sent events. */
import { Elysia, t } from 'elysia'
import type { Clock } from '../../../clock'
import { withHeld } from '../../../delivery/endpoints/endpoint-status'
import { reasonOf, ServiceError } from '../../../errors'
import type { EventBell } from '../../../events/event-bell'
import { showEvent } from '../../../events/event-view'
import type { Logger } from '../../../log'
import type { EventLog } from '../../../store/event-log'
import type { Suites } from '../../../suite/suites'
import type { Access } from '../../access/access'
import { eventStreamHeaders } from '../../answer/headers'
import { mediaTypeKeyword } from '../../answer/named-schema'
import { operatorOperations } from '../../answer/operation-detail'
import { operatorProblems } from '../../answer/problem-schema'
import { anySuite, suiteIdNamed } from '../corp/corp-scope'
import { type Beginning, eventFrames } from './event-frames'
import { endFrame } from './frames'
import { patientBody } from './patient-body'
import { createSeats } from './seats'

const mostStreams = 100
const longestId = 200

const streamExample = `retry: 2000

id: 0198f1f0-8a00-7000-8000-000000000001
event: ping
data: {"at":1795334400000}

id: 0198f1f0-8a00-7000-8000-000000000002
data: {"id":"0198f1f0-8a00-7000-8000-000000000002","type":"change_contact",…}
`

const unknownAfter = () =>
  new ServiceError(
    'invalid_request',
    'There is no event of the id in `after` (any more). Without it the stream begins with what comes from now on.',
    { extra: { errors: [{ field: 'after', message: 'is no event that is kept' }] } },
  )

export interface EventStreamParts {
  readonly access: Pick<Access, 'callerOf' | 'isStillGood'>
  readonly suites: Suites
  readonly eventLog: Pick<EventLog, 'listAfter' | 'bounds'>
  /** The endpoints that take nothing now: what is pending for them is held. */
  readonly holding: () => Promise<ReadonlySet<string>>
  readonly bell: EventBell
  readonly clock: Clock
  readonly log: Logger
  /** Aborts when the service goes down, or goes on with other settings. */
  readonly leaving: AbortSignal
}

export const eventStreamRoutes = (parts: EventStreamParts) => {
  const { access, suites, eventLog, holding, bell, clock, log, leaving } = parts
  const seats = createSeats({ most: mostStreams, what: 'streams of events', leaving })

  const isKept = async (id: string): Promise<boolean> =>
    id.length <= longestId && (await eventLog.listAfter({ after: id, limit: 1 })) !== null

  /** @throws {ServiceError} invalid_request — `after` is unknown */
  const beginningOf = async (
    filter: Beginning['filter'],
    lastEventId: string | null,
    after: string | undefined,
  ): Promise<Beginning> => {
    // A browser that connects again repeats its query and adds the header.
    if (lastEventId) {
      const hasGap = !(await isKept(lastEventId))
      return { filter, after: hasGap ? null : lastEventId, hasGap }
    }
    if (after === undefined) {
      return { filter, after: (await eventLog.bounds())?.latest ?? null, hasGap: false }
    }
    if (!(await isKept(after))) throw unknownAfter()
    return { filter, after, hasGap: false }
  }

  /** A name is its key's own: nobody ends the stream of another one. */
  const sessionOf = (request: Request, name: string | undefined): string | null => {
    const caller = access.callerOf(request)
    if (name === undefined || caller === null) return null
    return `${caller.kind === 'key' ? caller.key.id : 'admin_token'} ${name}`
  }

  return new Elysia({ prefix: '/events' }).get(
    '/stream',
    async ({ query, request }) => {
      const { suite, type, corpid, after, session } = query
      const filter = { suiteId: suiteIdNamed(suites, suite), type, corpid }
      const beginning = await beginningOf(filter, request.headers.get('last-event-id'), after)
      if (request.method === 'HEAD') return new Response(null, { headers: eventStreamHeaders })
      const seat = seats.take(sessionOf(request, session))
      const frames = eventFrames(
        {
          eventLog,
          bell,
          clock,
          shower: async () => {
            const held = await holding()
            return (event) => showEvent(withHeld(event, held))
          },
          isAllowed: () => access.isStillGood(request),
          signal: seat.signal,
        },
        beginning,
      )
      const body = patientBody({
        frames,
        cutFrame: endFrame('cut'),
        clock,
        onEnd(error) {
          if (error !== undefined) {
            log.warn('a stream of events broke off', { reason: reasonOf(error) })
          }
          seat.leave('gone')
          seat.free()
        },
      })
      return new Response(body, { headers: eventStreamHeaders })
    },
    {
      query: t.Object({
        suite: anySuite,
        type: t.Optional(t.String({ maxLength: 200 })),
        corpid: t.Optional(t.String({ maxLength: 64 })),
        after: t.Optional(
          t.String({
            maxLength: longestId,
            description:
              'The id of the event behind which to begin, for the first time: `Last-Event-ID` goes before it. Without both it begins with what comes from now on.',
          }),
        ),
        session: t.Optional(
          t.String({
            pattern: '^[A-Za-z0-9._-]{1,64}$',
            description:
              'A name: a later stream of the same key and name takes over, and this one ends with `superseded`.',
          }),
        ),
      }),
      response: {
        200: t.String({
          description:
            'Server-sent events: those of the log have no name, an `id` and the same object as `/api/events/{id}`. Besides: `ping` (at once, then every 15 seconds), `gap` (what lies between `Last-Event-ID` and `oldest` is not kept any more), and before the end `cut` (nothing was read for 30 seconds), `unauthorized` (the key was revoked or has ended), `superseded`.',
          [mediaTypeKeyword]: 'text/event-stream',
          examples: [streamExample],
        }),
        ...operatorProblems('suite_not_found', 'suite_not_configured', 'shutting_down'),
      },
      detail: operatorOperations('Events')(
        'streamEvents',
        'Events as they arrive',
        'Server-sent events. `Last-Event-ID` goes on behind that event; an id that is not kept any more gives a `gap`, and the oldest come next. The text of a message that can’t be read is never here.',
      ),
    },
  )
}
