/** The routes of API keys: listed, made, rotated, revoked. */
import { Elysia, t } from 'elysia'
import type { Clock } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { ApiKeyRecord } from '../../../store/api-keys'
import type { ApiKeys } from '../../../suite/access/api-keys'
import type { AuditTrail } from '../../access/audit-trail'
import { operatorOperations } from '../../answer/operation-detail'
import { itemsAPage, namedPageOf, pageQuery } from '../../answer/page'
import { invalidBody } from '../../answer/problem'
import { operatorProblems } from '../../answer/problem-schema'
import { jsonRequestBody, readJson } from '../../request/json-body'
import { lateCheck } from '../../request/late-check'
import {
  ApiKey,
  dayOfGraceSeconds,
  NewApiKey,
  NewKeyRequest,
  RotatedKey,
  RotationRequest,
  showKey,
} from './key-records'

const detail = operatorOperations('Access')

const ApiKeyList = namedPageOf('ApiKeyList', ApiKey)

const newKeyRequest = lateCheck(NewKeyRequest)
const rotationRequest = lateCheck(RotationRequest)

/** They are few, and read at once: a cursor is the id of the last that was shown. */
const pageOfKeys = (
  records: readonly ApiKeyRecord[],
  limit: number,
  cursor: string | undefined,
): { records: readonly ApiKeyRecord[]; next: string | null } => {
  const last = records.findIndex(({ id }) => id === cursor)
  if (cursor !== undefined && last === -1) {
    throw new ServiceError('invalid_request', 'No page gave this cursor: begin without one.')
  }
  const page = records.slice(last + 1, last + 1 + limit)
  const hasMore = last + 1 + limit < records.length
  return { records: page, next: hasMore ? (page.at(-1)?.id ?? null) : null }
}

export interface KeyRoutesParts {
  readonly apiKeys: ApiKeys
  readonly clock: Clock
}

export const keyRoutes = (
  { apiKeys, clock }: KeyRoutesParts,
  auditTrail: Pick<AuditTrail, 'setSubject' | 'recordAhead'>,
) => {
  const readRotation = async (request: Request): Promise<number> => {
    const empty = request.headers.get('content-length') === '0' || request.body === null
    const body = empty ? {} : await readJson(request, clock)
    if (!rotationRequest.Check(body)) throw invalidBody(rotationRequest.Errors(body))
    return body.graceSeconds ?? dayOfGraceSeconds
  }

  return new Elysia({ prefix: '/keys' })
    .get(
      '',
      async ({ query: { limit = itemsAPage, cursor } }) => {
        const { records, next } = pageOfKeys(await apiKeys.list(), limit, cursor)
        return { items: records.map((record) => showKey(record, clock.now())), next }
      },
      {
        query: t.Object(pageQuery),
        response: { 200: ApiKeyList, ...operatorProblems() },
        detail: detail(
          'listKeys',
          'List API keys',
          'Those that have ended too, newest first. No key and no hash is here.',
        ),
      },
    )
    .post(
      '',
      async ({ request, route, params, query, set }) => {
        const body = await readJson(request, clock)
        if (!newKeyRequest.Check(body)) throw invalidBody(newKeyRequest.Errors(body))
        const { record, text } = await apiKeys.create(body, (id) => {
          auditTrail.setSubject(request, { target: id })
          return auditTrail.recordAhead({ request, route, params, query }, 201)
        })
        set.status = 201
        return { ...showKey(record, clock.now()), key: text }
      },
      {
        parse: 'none',
        response: {
          201: NewApiKey,
          ...operatorProblems('body_too_large', 'unsupported_media_type'),
        },
        detail: {
          ...detail(
            'createKey',
            'Make an API key',
            'The answer has the key; no later one does, and only a hash is kept. A key with `suites` or `corps` opens nothing beyond those.',
          ),
          ...jsonRequestBody(NewKeyRequest),
        },
      },
    )
    .post(
      '/:id/rotate',
      async ({ request, route, params, query }) => {
        const { record, text, previousUntil } = await apiKeys.rotate(
          params.id,
          await readRotation(request),
          () => auditTrail.recordAhead({ request, route, params, query }, 200),
        )
        return { id: record.id, key: text, previousUntil }
      },
      {
        parse: 'none',
        response: {
          200: RotatedKey,
          ...operatorProblems('not_found', 'body_too_large', 'unsupported_media_type'),
        },
        detail: {
          ...detail(
            'rotateKey',
            'Give a key a new secret',
            'Its id, rights, uses and the minute that it is counted in stay. The key of before counts until `previousUntil`.',
          ),
          ...jsonRequestBody(RotationRequest, false),
        },
      },
    )
    .delete(
      '/:id',
      async ({ params, set }) => {
        await apiKeys.revoke(params.id)
        set.status = 204
      },
      {
        parse: 'none',
        response: {
          204: t.Void({ description: 'It opens nothing any more.' }),
          ...operatorProblems('not_found'),
        },
        detail: detail(
          'revokeKey',
          'Revoke a key',
          'At once in this process, within two seconds in others on the same state.',
        ),
      },
    )
}
