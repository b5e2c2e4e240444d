/** The routes of endpoints: where events go, and what an operator does about it. */
import { Elysia, t } from 'elysia'
import type { Clock } from '../../../clock'
import type { EndpointAdmin } from '../../../delivery/endpoints/endpoint-admin'
import type { StandingEndpoint } from '../../../delivery/endpoints/endpoint-status'
import { ServiceError } from '../../../errors'
import { operatorOperations } from '../../answer/operation-detail'
import { itemsAPage, namedPageOf, pageQuery } from '../../answer/page'
import { invalidBody } from '../../answer/problem'
import { operatorProblems } from '../../answer/problem-schema'
import { jsonRequestBody, readJson } from '../../request/json-body'
import { lateCheck } from '../../request/late-check'
import {
  EndpointChange,
  EndpointRotation,
  EndpointView,
  NewEndpoint,
  NewEndpointRequest,
  RotatedEndpoint,
  showEndpoint,
  TestedEndpoint,
} from './endpoint-records'

const detail = operatorOperations('Endpoints')

const compiled = {
  create: lateCheck(NewEndpointRequest),
  change: lateCheck(EndpointChange),
  rotate: lateCheck(EndpointRotation),
}

const withBody = ['body_too_large', 'unsupported_media_type'] as const

export interface EndpointRoutesParts {
  readonly endpointAdmin: EndpointAdmin
  readonly standing: () => Promise<StandingEndpoint[]>
  readonly clock: Clock
}

/** They are few, and read at once: a cursor is the name of the last that was shown. */
const pageByName = (all: readonly StandingEndpoint[], limit: number, cursor = '') => {
  const rest = all.filter(({ endpoint }) => endpoint.name > cursor)
  const page = rest.slice(0, limit)
  const next = rest.length > limit ? (page.at(-1)?.endpoint.name ?? null) : null
  return { items: page.map(showEndpoint), next }
}

const EndpointList = namedPageOf('EndpointList', EndpointView)

export const endpointRoutes = ({ endpointAdmin, standing, clock }: EndpointRoutesParts) => {
  const viewOf = async (name: string) => {
    const found = (await standing()).find(({ endpoint }) => endpoint.name === name)
    if (!found) throw new ServiceError('not_found', 'There is no endpoint of this name.')
    return showEndpoint(found)
  }
  const readOr = async (request: Request): Promise<unknown> =>
    request.headers.get('content-length') === '0' || request.body === null
      ? {}
      : readJson(request, clock)

  return new Elysia({ prefix: '/endpoints' })
    .get(
      '',
      async ({ query: { limit = itemsAPage, cursor } }) =>
        pageByName(await standing(), limit, cursor),
      {
        query: t.Object(pageQuery),
        response: { 200: EndpointList, ...operatorProblems() },
        detail: detail('listEndpoints', 'List endpoints', 'By name, those of the settings too.'),
      },
    )
    .post(
      '',
      async ({ request, set }) => {
        const body = await readJson(request, clock)
        if (!compiled.create.Check(body)) throw invalidBody(compiled.create.Errors(body))
        const made = await endpointAdmin.create(body as never)
        set.status = 201
        const { secret, token, encodingAesKey } = made as {
          secret?: string
          token?: string
          encodingAesKey?: string
        }
        return {
          ...(await viewOf(made.name)),
          ...(secret !== undefined && { secret }),
          ...(token !== undefined && { token, encodingAesKey }),
        }
      },
      {
        parse: 'none',
        response: { 201: NewEndpoint, ...operatorProblems('conflict', ...withBody) },
        detail: {
          ...detail(
            'createEndpoint',
            'Make an endpoint',
            'Events that come from now on go to it; a replay sends it those of before. Its secret is in this answer alone.',
          ),
          ...jsonRequestBody(NewEndpointRequest),
        },
      },
    )
    .get('/:name', ({ params }) => viewOf(params.name), {
      response: { 200: EndpointView, ...operatorProblems('not_found') },
      detail: detail('getEndpoint', 'One endpoint'),
    })
    .patch(
      '/:name',
      async ({ request, params }) => {
        const body = await readJson(request, clock)
        if (!compiled.change.Check(body)) throw invalidBody(compiled.change.Errors(body))
        await endpointAdmin.change(params.name, body as never)
        return viewOf(params.name)
      },
      {
        parse: 'none',
        response: { 200: EndpointView, ...operatorProblems('not_found', 'conflict', ...withBody) },
        detail: {
          ...detail(
            'changeEndpoint',
            'Change an endpoint',
            'Holds for what waits already, which is due at once.',
          ),
          ...jsonRequestBody(EndpointChange),
        },
      },
    )
    .delete(
      '/:name',
      async ({ params, set }) => {
        await endpointAdmin.remove(params.name)
        set.status = 204
      },
      {
        parse: 'none',
        response: {
          204: t.Void({ description: 'What waited for it is forgotten.' }),
          ...operatorProblems('not_found', 'conflict'),
        },
        detail: detail(
          'removeEndpoint',
          'Remove an endpoint',
          'With what waits for it. The events themselves stay.',
        ),
      },
    )
    .post(
      '/:name/test',
      async ({ params }) => {
        const { attempt } = await endpointAdmin.test(params.name)
        const { status, error, durationMs, answer } = attempt
        return { status, error, durationMs, answer }
      },
      {
        parse: 'none',
        response: { 200: TestedEndpoint, ...operatorProblems('not_found') },
        detail: detail(
          'testEndpoint',
          'Send a test event',
          'Of type `suited.test`, signed like any other; it is in no log.',
        ),
      },
    )
    .post(
      '/:name/pause',
      async ({ params }) => {
        await endpointAdmin.pause(params.name)
        return viewOf(params.name)
      },
      {
        parse: 'none',
        response: { 200: EndpointView, ...operatorProblems('not_found') },
        detail: detail(
          'pauseEndpoint',
          'Pause an endpoint',
          'Its events are held until it is resumed.',
        ),
      },
    )
    .post(
      '/:name/resume',
      async ({ params }) => {
        await endpointAdmin.resume(params.name)
        return viewOf(params.name)
      },
      {
        parse: 'none',
        response: { 200: EndpointView, ...operatorProblems('not_found') },
        detail: detail(
          'resumeEndpoint',
          'Resume an endpoint',
          'One that is paused or off; what was held is due at once, in order.',
        ),
      },
    )
    .post(
      '/:name/rotate-secret',
      async ({ request, params }) => {
        const body = await readOr(request)
        if (!compiled.rotate.Check(body)) throw invalidBody(compiled.rotate.Errors(body))
        return endpointAdmin.rotate(params.name, body.graceSeconds ?? 86_400)
      },
      {
        parse: 'none',
        response: {
          200: RotatedEndpoint,
          ...operatorProblems('not_found', 'conflict', ...withBody),
        },
        detail: {
          ...detail(
            'rotateEndpointSecret',
            'Give an endpoint a new secret',
            'Both sign until `previousUntil`, and so does each of up to three that are older until its own time, so that an answer that got lost is only asked for again; one more is 409. `graceSeconds` 0 ends all of them at once. With format `wecom` the new pair alone seals from now on.',
          ),
          ...jsonRequestBody(EndpointRotation, false),
        },
      },
    )
}
