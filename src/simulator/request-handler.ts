/** The handler of every request to WeCom: it is recorded, struck by a fault or answered. */
import { isJsonObject } from '../json-object'
import { type Arrived, refusalTo } from './api/api'
import { boundedText } from './api/call/bounded-text'
import type { FormBody } from './api/call/multipart'
import type { Reply } from './api/call/reply'
import { callerOf, endCarriedTokens } from './faults/caller'
import type { Calls } from './faults/calls'
import { strike } from './faults/fault-strike'
import type { Faults } from './faults/faults'
import type { World } from './world/world'

/** The address of callers that aren't across a network (RFC 5737). */
const unknownIp = '203.0.113.7'

/** On a socket for both families, IPv4 addresses come as `::ffff:192.0.2.1`. */
const plainIp = (ip: string): string => ip.replace(/^::ffff:/, '')

export interface RequestHandlerParts {
  readonly world: World
  readonly calls: Calls
  readonly faults: Faults
}

const jsonObject = (text: string): Record<string, unknown> | null => {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : null
  } catch {
    return null
  }
}

/** A form stays unread: it may be a file of any size. */
const formOf = ({ headers, body }: Request): FormBody | null => {
  const contentType = headers.get('content-type') ?? ''
  if (!body || !/^multipart\/form-data\b/i.test(contentType)) return null
  return { contentType, stream: body }
}

export type HandleRequest = (
  request: Request,
  ip: string | null,
  answer: (world: World, arrived: Arrived) => Reply | Promise<Reply>,
) => Promise<Response>

export const createRequestHandler =
  ({ world, calls, faults }: RequestHandlerParts): HandleRequest =>
  async (request, ip, answer) => {
    const { method, headers } = request
    const { pathname: path, searchParams: query } = new URL(request.url)
    const form = formOf(request)
    const body = form ? {} : jsonObject(await boundedText(request))
    const arrived: Arrived = {
      method,
      path,
      query,
      body,
      form,
      range: headers.get('range'),
      referer: headers.get('referer'),
      ip: plainIp(ip ?? unknownIp),
    }
    const caller = callerOf(world, query, body ?? {})
    const recordAnswer = calls.record({ at: world.clock.now(), method, path, ...caller })
    const fault = faults.take({ path, ...caller })
    if (fault?.endsToken) endCarriedTokens(world, query, fault.endsToken)
    const proceed = async () => answer(world, arrived)
    const reply = fault
      ? await strike(fault, {
          clock: world.clock,
          signal: request.signal,
          refusalOf: (errcode) => refusalTo(world, arrived.ip, errcode),
          proceed,
        })
      : await proceed()
    recordAnswer(reply.errcode)
    return reply.response
  }
