/**
 * The body of a proxied call: held up to 1 MiB, so that it can be sent again, and handed on as it
 * comes where it is larger, of unknown length, or finds no room among those that are held.
 */
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import { isJsonObject } from '../../json-object'
import type { ForwardRequest } from '../../suite/proxy/forward'
import { readAnnouncedBytes } from '../request/body'
import type { BodyRoom } from '../request/body-budget'
import { parseJson } from '../request/json-text'

export type ProxiedBody = Pick<ForwardRequest, 'body' | 'contentLength'>

const largestHeldBytes = 2 ** 20

const hasRoom = (room: BodyRoom, bytes: number): boolean => {
  try {
    room.claim(bytes)
    return true
  } catch {
    return false
  }
}

/**
 * @param room what the body takes of the memory for all bodies; the caller gives it back
 * @throws {ServiceError} invalid_request — a body that is held breaks off, or takes too long
 */
export const proxiedBody = async (
  request: Request,
  clock: Clock,
  room: BodyRoom,
): Promise<ProxiedBody> => {
  const { method, body, headers } = request
  // WeCom reads none there, and fetch sends none.
  if (body === null || method === 'GET' || method === 'HEAD') {
    return { body: null, contentLength: null }
  }
  const announced = headers.get('content-length')
  const contentLength = announced === null ? null : Number(announced)
  const isHeld =
    contentLength !== null && contentLength <= largestHeldBytes && hasRoom(room, contentLength)
  return { body: isHeld ? await readAnnouncedBytes(request, clock) : body, contentLength }
}

const notNamed = (field: string) =>
  new ServiceError(
    'forbidden',
    `This key is for some companies: its call needs a JSON body of at most 1 MiB that names one of them as "${field}".`,
  )

/**
 * The company that a body names, and the body written anew: of a name that stands there twice WeCom
 * might read the other one.
 *
 * @param field the name of the field
 * @throws {ServiceError} forbidden — it names none
 */
export const namedCorp = (
  { body }: ProxiedBody,
  field: string,
): { corpid: string; body: Uint8Array } => {
  if (!(body instanceof Uint8Array)) throw notNamed(field)
  try {
    const members = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body))
    const corpid = isJsonObject(members) ? members[field] : null
    if (typeof corpid === 'string') {
      return { corpid, body: new TextEncoder().encode(JSON.stringify(members)) }
    }
  } catch {
    // Told like a body without the field.
  }
  throw notNamed(field)
}
