/** The handler of every request to WeCom: it is recorded, struck by a fault or answered. */
import { isJsonObject } from '../json-object'
import { type Arrived, refusalTo } from './api/api'
import type { Reply } from './api/reply'
import { callerOf } from './faults/caller'
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

export type HandleRequest = (
  request: Request,
  ip: string | null,
  answer: (world: World, arrived: Arrived) => Reply,
) => Promise<Response>

export const createRequestHandler =
  ({ world, calls, faults }: RequestHandlerParts): HandleRequest =>
  async (request, ip, answer) => {
    const { pathname: path, searchParams: query } = new URL(request.url)
    const body = jsonObject(await request.text())
    const arrived: Arrived = {
      method: request.method,
      path,
      query,
      body,
      ip: plainIp(ip ?? unknownIp),
    }
    const caller = callerOf(world, query, body ?? {})
    const at = world.clock.now()
    const recordAnswer = calls.record({ at, method: request.method, path, ...caller })
    const fault = faults.take({ path, ...caller })
    const proceed = () => answer(world, arrived)
    const reply = fault
      ? await strike(fault, {
          clock: world.clock,
          signal: request.signal,
          refusalOf: (errcode) => refusalTo(world, arrived.ip, errcode),
          proceed,
        })
      : proceed()
    recordAnswer(reply.errcode)
    return reply.response
  }
