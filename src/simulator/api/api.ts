/** WeCom's API: which path leads where, and what is judged before an endpoint is asked. No I/O. */

import { randomText } from '../world/random-text'
import { Refusal, refusalBody } from '../world/refusals'
import type { World } from '../world/world'
import { appEndpoints } from './app-endpoints'
import type { Endpoint } from './endpoint'
import { memberEndpoints } from './member-endpoints'
import { providerEndpoints } from './provider-endpoints'
import { jsonReply, notFoundReply, type Reply } from './reply'
import { suiteEndpoints } from './suite-endpoints'

const endpoints: ReadonlyMap<string, Endpoint> = new Map(
  [suiteEndpoints, providerEndpoints, memberEndpoints, appEndpoints].flatMap(Object.entries),
)

/** Every path that is answered, with its method. */
export const apiPaths: readonly (readonly [path: string, method: string])[] = [...endpoints].map(
  ([path, { method }]) => [path, method] as const,
)

/** A request as it reached WeCom, its body read. */
export interface Arrived {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** The posted JSON object; empty if nothing was posted, null if it was something else. */
  readonly body: Readonly<Record<string, unknown>> | null
  /** Where it came from, as far as known. */
  readonly ip: string
}

/** The body of an error as WeCom words it now, to this caller. */
export const refusalTo = (
  world: World,
  ip: string,
  errcode: number,
): { errcode: number; errmsg: string } => {
  const seconds = Math.floor(world.clock.now() / 1000)
  return refusalBody(errcode, { hint: `${seconds}${randomText(world.random, 14, 'digits')}`, ip })
}

/** Whether an address is on a list whose entries may end in `*`. */
const isListed = (allowedIps: readonly string[], ip: string): boolean =>
  allowedIps.some((entry) =>
    entry.endsWith('*') ? ip.startsWith(entry.slice(0, -1)) : entry === ip,
  )

/** What WeCom's API answers. A path that it doesn't have is a web server's 404. */
export const answerApi = (world: World, { method, path, query, body, ip }: Arrived): Reply => {
  const endpoint = endpoints.get(path)
  if (!endpoint) return notFoundReply()
  try {
    const { allowedIps } = world.provider
    if (allowedIps && !isListed(allowedIps, ip)) throw new Refusal(60020)
    if (method !== endpoint.method) throw new Refusal(40058)
    if (body === null) throw new Refusal(47001)
    return jsonReply(endpoint.answer({ world, query, body }))
  } catch (error) {
    if (error instanceof Refusal) return jsonReply(refusalTo(world, ip, error.errcode))
    throw error
  }
}
