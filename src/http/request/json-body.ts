/** Bodies in JSON: how they are read, and what the OpenAPI document says of them. */
import type { TSchema } from 'elysia'
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import { readBody } from './body'
import type { BodyRoom } from './body-budget'
import { parseJson } from './json-text'

const largestBodyBytes = 64 * 1024

/**
 * The body as JSON, of at most 64 KiB.
 *
 * @param room as of `readBody`
 * @throws {ServiceError} unsupported_media_type, invalid_request, body_too_large, overloaded
 */
export const readJson = async (
  request: Request,
  clock: Clock,
  room?: BodyRoom,
): Promise<unknown> => {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type)) {
    throw new ServiceError('unsupported_media_type', 'Send JSON, as application/json.')
  }
  return parseJson(await readBody(request, largestBodyBytes, clock, room))
}

/** A part of a route's `detail`: Elysia learns no schema of a body that it doesn't read itself. */
export const jsonRequestBody = (schema: TSchema, required = true) => ({
  requestBody: { required, content: { 'application/json': { schema: schema as never } } },
})
