/** The routes of replays: jobs that send an endpoint what it missed. */
import { Elysia } from 'elysia'
import type { Clock } from '../../../clock'
import type { EndpointAdmin } from '../../../delivery/endpoints/endpoint-admin'
import { operatorOperations } from '../../answer/operation-detail'
import { invalidBody } from '../../answer/problem'
import { operatorProblems } from '../../answer/problem-schema'
import { jsonRequestBody, readJson } from '../../request/json-body'
import { lateCheck } from '../../request/late-check'
import { ReplayRequest, ReplayView, showReplay } from './replay-records'

const detail = operatorOperations('Endpoints')
const replayRequest = lateCheck(ReplayRequest)

export interface ReplayRoutesParts {
  readonly endpointAdmin: Pick<EndpointAdmin, 'startReplay' | 'getReplay' | 'cancelReplay'>
  readonly clock: Clock
}

export const replayRoutes = ({ endpointAdmin, clock }: ReplayRoutesParts) =>
  new Elysia({ prefix: '/endpoints' })
    .post(
      '/:name/replay',
      async ({ request, params, set }) => {
        const empty = request.headers.get('content-length') === '0' || request.body === null
        const body = empty ? {} : await readJson(request, clock)
        if (!replayRequest.Check(body)) throw invalidBody(replayRequest.Errors(body))
        const { since = null, until = null, type = null, corpid = null, all = false } = body
        const query = { since, until, type, corpid, all }
        set.status = 202
        return showReplay(await endpointAdmin.startReplay(params.name, query))
      },
      {
        parse: 'none',
        response: {
          202: ReplayView,
          ...operatorProblems('not_found', 'body_too_large', 'unsupported_media_type'),
        },
        detail: {
          ...detail(
            'startReplay',
            'Send what it missed',
            'A job: of the events that its filter takes, received from `since` to `until`, those that it hasn’t had, also from before it was made.',
          ),
          ...jsonRequestBody(ReplayRequest, false),
        },
      },
    )
    .get(
      '/:name/replay/:id',
      async ({ params }) => showReplay(await endpointAdmin.getReplay(params.name, params.id)),
      {
        response: { 200: ReplayView, ...operatorProblems('not_found') },
        detail: detail('getReplay', 'How far a replay is'),
      },
    )
    .delete(
      '/:name/replay/:id',
      async ({ params }) => showReplay(await endpointAdmin.cancelReplay(params.name, params.id)),
      {
        parse: 'none',
        response: { 200: ReplayView, ...operatorProblems('not_found') },
        detail: detail(
          'cancelReplay',
          'Cancel a replay',
          'What it put on its way and is not sent yet is as it was before.',
        ),
      },
    )
