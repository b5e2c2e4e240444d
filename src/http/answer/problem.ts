/**
 * The answer to a failure, and the only place that decides an HTTP status. A caller learns the code
 * and a safe sentence; nothing of the inside.
 */
import { type TSchema, ValidationError } from 'elysia'
import { type ErrorCode, ServiceError } from '../../errors'
import { WecomFailure } from '../../wecom/api/failure'
import { explain } from '../../wecom/errcode/errcode'
import { expectedOf } from './expected'
import { safeHeaders } from './headers'

interface Meaning {
  readonly status: number
  readonly title: string
}

export const meanings = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  url_not_encoded: { status: 400, title: 'The page address was not encoded' },
  suite_required: { status: 400, title: 'The suite must be named' },
  undecryptable: { status: 400, title: 'The message does not decrypt' },
  malformed_xml: { status: 400, title: 'The body is not what WeCom sends' },
  unauthorized: { status: 401, title: 'No right token or key' },
  admin_disabled: { status: 403, title: 'No admin token is configured' },
  bad_signature: { status: 403, title: 'The signature does not fit' },
  wrong_receiver: { status: 403, title: 'The message is for someone else' },
  stale_timestamp: { status: 403, title: 'The timestamp is too old or too far ahead' },
  url_not_trusted: { status: 403, title: 'The page is not on a trusted domain' },
  bad_state: { status: 403, title: 'The state is forged, foreign or used' },
  wrong_corp: { status: 403, title: 'The member is of another company' },
  not_a_member: { status: 403, title: 'Whoever came is a member of no company' },
  kept_by_suited: { status: 403, title: 'suited keeps this secret itself' },
  forbidden: { status: 403, title: 'Not allowed' },
  conflict: { status: 409, title: 'It stands in the way of what is there' },
  not_found: { status: 404, title: 'Nothing is here' },
  suite_not_found: { status: 404, title: 'No such suite' },
  event_not_found: { status: 404, title: 'No such event' },
  corp_not_authorized: { status: 404, title: 'The company has not authorised the app' },
  method_not_allowed: { status: 405, title: 'Not with this method' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Not in this media type' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Something went wrong inside' },
  wecom_error: { status: 502, title: 'WeCom refused or failed' },
  suite_ticket_missing: { status: 503, title: 'No suite_ticket has come yet' },
  suite_not_configured: { status: 503, title: 'The suite is not fully configured' },
  public_url_missing: { status: 503, title: 'SUITED_PUBLIC_URL is not set' },
  store_unavailable: { status: 503, title: 'State cannot be read or written' },
  overloaded: { status: 503, title: 'Too much is under way' },
  shutting_down: { status: 503, title: 'The service is going down' },
  wecom_timeout: { status: 504, title: 'WeCom did not answer in time' },
} as const satisfies Readonly<Record<ErrorCode, Meaning>>

/** What callers with a key are told beyond `errcode`. */
const wecomDetails = (failure: WecomFailure): Record<string, unknown> => {
  if (failure.errcode === null) return {}
  const known = explain(failure.errcode, 'en')
  return {
    errmsg: failure.errmsg,
    ...(known && { cause: known.cause, cure: known.cure }),
  }
}

/** What anybody is told of a store that fails. */
export const unavailable = 'State cannot be read or written just now; the log says why.'

/** The problem document of a failure, as its reader sees it. */
export const problemDocument = (error: ServiceError, audience: Audience) => {
  const { status, title } = meanings[error.code]
  return {
    type: `urn:suited:error:${error.code}`,
    title,
    status,
    // What is wrong in the store names files: only operators need to know.
    detail:
      error.code === 'store_unavailable' && audience !== 'operator' ? unavailable : error.message,
    code: error.code,
    ...error.extra,
    ...(audience === 'operator' && error instanceof WecomFailure && wecomDetails(error)),
  }
}

const mostFields = 20

/** A request whose fields are missing or not what they may be. */
export const invalidFields = (
  errors: readonly { readonly field: string; readonly message: string }[],
): ServiceError =>
  new ServiceError('invalid_request', 'A field is missing or not what it may be.', {
    extra: { errors: errors.slice(0, mostFields) },
  })

interface SchemaError {
  readonly path: string
  readonly message: string
  readonly schema: TSchema
}

/** A body that doesn't fit its schema. */
export const invalidBody = (errors: Iterable<SchemaError>): ServiceError =>
  invalidFields(
    [...errors].map(({ path, message, schema }) => ({
      field: path.slice(1) || 'body',
      message: expectedOf(schema) ?? message,
    })),
  )

const internal = () => new ServiceError('internal_error', 'An unexpected error; the log has it.')

const invalid = (error: ValidationError): ServiceError => {
  if (error.type === 'response') return internal()
  const messages = new Map<string, string>()
  for (const one of error.all) {
    if (!('path' in one)) continue
    // A number out of its range comes without its name; then the schema's title says it.
    const named = one.path.startsWith('/') ? one.path.slice(1) : one.schema.title
    const field = named ?? error.type
    if (!messages.has(field)) messages.set(field, expectedOf(one.schema) ?? one.message)
  }
  return invalidFields([...messages].map(([field, message]) => ({ field, message })))
}

/** Elysia's own failures and everything unexpected, as one of ours. */
export const asServiceError = (error: unknown): ServiceError => {
  if (error instanceof ServiceError) return error
  if (error instanceof ValidationError) return invalid(error)
  const { code } = (error ?? {}) as { code?: unknown }
  switch (code) {
    case 'NOT_FOUND':
      return new ServiceError('not_found', 'There is nothing at this address.')
    case 'PARSE':
    case 'INVALID_COOKIE_SIGNATURE':
      return new ServiceError('invalid_request', 'The body is not valid JSON.')
    default:
      return internal()
  }
}

/** The HTTP status with which a failure is answered. */
export const statusOf = (error: unknown): number => meanings[asServiceError(error).code].status

/** Operators are told WeCom's errmsg, its cause and cure; pages nothing of the store. */
export type Audience = 'operator' | 'page' | 'anyone'

/** The answer to a failure, in as many words as its reader should have. */
export const problemResponse = (error: ServiceError, audience: Audience = 'anyone'): Response => {
  const headers = new Headers({ ...safeHeaders, 'content-type': 'application/problem+json' })
  if (error.retryAfterSeconds !== undefined) {
    headers.set('retry-after', String(error.retryAfterSeconds))
  }
  if (error.code === 'unauthorized') headers.set('www-authenticate', 'Bearer realm="suited"')
  // What of its body is still to come is not even received.
  if (error.code === 'overloaded' || error.code === 'body_too_large')
    headers.set('connection', 'close')
  const allow = error.extra.allow
  if (Array.isArray(allow)) headers.set('allow', allow.join(', '))
  const body = problemDocument(error, audience)
  return new Response(JSON.stringify(body), { status: body.status, headers })
}
