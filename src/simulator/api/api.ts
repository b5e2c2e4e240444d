/** WeCom's API: which path leads where, and what is judged before an endpoint is asked. No I/O. */

import { randomText } from '../world/random-text'
import { Refusal, refusalBody } from '../world/refusals'
import type { World } from '../world/world'
import type { Answer, Endpoint, Endpoints } from './call/endpoint'
import type { FormBody } from './call/multipart'
import { jsonReply, notFoundReply, type Reply } from './call/reply'
import { contactEndpoints } from './contacts/contact-endpoints'
import { customerEndpoints } from './contacts/customer-endpoints'
import { appEndpoints } from './corp/app-endpoints'
import { licenceAccountEndpoints } from './licences/account-endpoints'
import { licenceOrderEndpoints } from './licences/order-endpoints'
import { mediaEndpoints } from './media/media-endpoints'
import { contactSearchEndpoints } from './provider/contact-search-endpoints'
import { providerEndpoints } from './provider/provider-endpoints'
import { registrationEndpoints } from './provider/registration-endpoints'
import { memberEndpoints } from './suite/member-endpoints'
import { orderEndpoints } from './suite/order-endpoints'
import { promotionEndpoints } from './suite/promotion-endpoints'
import { suiteEndpoints } from './suite/suite-endpoints'

const rooms: readonly Endpoints[] = [
  suiteEndpoints,
  memberEndpoints,
  orderEndpoints,
  promotionEndpoints,
  providerEndpoints,
  registrationEndpoints,
  contactSearchEndpoints,
  licenceOrderEndpoints,
  licenceAccountEndpoints,
  appEndpoints,
  contactEndpoints,
  customerEndpoints,
  mediaEndpoints,
]

/** Every path that is answered. */
export const endpoints: ReadonlyMap<string, Endpoint> = new Map(
  rooms.flatMap((rows) => Object.entries(rows)),
)

/** A request as it reached WeCom, its body read. */
export interface Arrived {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** The posted JSON object; empty if nothing was posted, null if it was something else. */
  readonly body: Readonly<Record<string, unknown>> | null
  /** What was posted as a form, unread; null if nothing was. */
  readonly form: FormBody | null
  /** The `Range` header. */
  readonly range: string | null
  /** The `Referer` header. */
  readonly referer: string | null
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

const isReply = (given: Answer | Reply): given is Reply => given.response instanceof Response

/** What WeCom's API answers. A path that it doesn't have is a web server's 404. */
export const answerApi = async (world: World, arrived: Arrived): Promise<Reply> => {
  const { path, query, body, form, range, ip } = arrived
  const endpoint = endpoints.get(path)
  if (!endpoint) return notFoundReply()
  const method = arrived.method === 'HEAD' ? 'GET' : arrived.method
  try {
    const { allowedIps } = world.provider
    if (allowedIps && !isListed(allowedIps, ip)) throw new Refusal(60020)
    if (!endpoint.methods.some((one) => one === method)) throw new Refusal(40058)
    if (body === null || (form && !endpoint.takesForm)) throw new Refusal(47001)
    const fields = method === 'GET' ? Object.fromEntries(query) : body
    const given = await endpoint.answer({ world, query, body, fields, form, range })
    return isReply(given) ? given : jsonReply(given)
  } catch (error) {
    if (error instanceof Refusal) return jsonReply(refusalTo(world, ip, error.errcode))
    throw error
  }
}
