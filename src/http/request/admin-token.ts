/**
 * The check of the admin token, which opens the API. Guessing it is slowed, in such a way that no
 * stranger's guesses keep out whoever has it.
 */
import { type Clock, secondMs } from '../../clock'
import { equalInConstantTime } from '../../constant-time'
import { ServiceError } from '../../errors'
import type { ThrottledLog } from '../../throttled-log'
import type { Client } from './client-address'
import { networkAround } from './client-network'
import { addressesOfNetwork, type ClientOf, OverLimit } from './rate-limit'
import { createWindowCounter } from './window-counter'

export interface AdminTokenCheck {
  /** @throws {ServiceError} admin_disabled, unauthorized, too_many_requests */
  require(request: Request): void
  /** The same question without a refusal: may this caller see details? */
  passes(request: Request): boolean
}

/** Short, so that whoever mistyped is soon let in again. */
const windowMs = 10 * secondMs
/** Wrong tokens that one address may show in a window before its tokens aren't looked at. */
const wrongPerAddress = 10
/** The same of an IPv6 /48, whose holder has 65,536 addresses. */
const wrongPerNetwork = wrongPerAddress * addressesOfNetwork
/** Once all addresses together have shown so many, each may show one. */
const wrongOfAll = 300
const wrongPerAddressThen = 1
/** Addresses that are known to have the token; none but its holders can add to them. */
const mostKnown = 1000

/** The token of an Authorization header; null if it shows none. */
const tokenOf = (authorization: string | null): string | null =>
  /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? null

export const isAdminToken = (adminToken: string | null, authorization: string | null): boolean => {
  const token = tokenOf(authorization)
  return adminToken !== null && token !== null && equalInConstantTime(token, adminToken)
}

const disabled = () =>
  new ServiceError(
    'admin_disabled',
    'Set SUITED_ADMIN_TOKEN (suited keygen makes one) and restart to open the API.',
  )

const unauthorized = () =>
  new ServiceError('unauthorized', 'Send the admin token: Authorization: Bearer TOKEN.')

export const createAdminTokenCheck = (parts: {
  /** SUITED_ADMIN_TOKEN. */
  readonly adminToken: string | null
  readonly clientOf: ClientOf
  readonly clock: Clock
  /** For what strangers can make us log, from as many addresses as they have. */
  readonly throttledLog: ThrottledLog
}): AdminTokenCheck => {
  const { adminToken, clientOf, clock, throttledLog } = parts
  const wrong = createWindowCounter({ windowMs, clock })
  const wrongAnywhere = createWindowCounter({ windowMs, clock })
  const known = new Set<string>()

  const mostWrong = () =>
    wrongAnywhere.count('all') >= wrongOfAll ? wrongPerAddressThen : wrongPerAddress

  /** The address, or the network around it, that has shown too many; null if neither has. */
  const spentOf = ({ address }: Client): string | null => {
    if (wrong.count(address) >= mostWrong()) return address
    const network = networkAround(address)
    return network !== null && wrong.count(network) >= wrongPerNetwork ? network : null
  }

  const isSpent = (client: Client): boolean => spentOf(client) !== null

  /**
   * A right token is always seen from an address that has shown it before, and from a proxy that
   * names nobody, since strangers and operators may share both.
   */
  const isLookedAt = (client: Client): boolean =>
    client.isProxy || known.has(client.address) || !isSpent(client)

  const rememberRight = ({ address }: Client): void => {
    if (known.size >= mostKnown) known.clear()
    known.add(address)
  }

  const countWrong = (client: Client): void => {
    const { address } = client
    wrong.add(address)
    const network = networkAround(address)
    if (network !== null) wrong.add(network)
    wrongAnywhere.add('all')
    const spent = spentOf(client)
    if (spent === null) return
    throttledLog.write({
      level: 'warn',
      message: 'an address shows wrong admin tokens and is slowed',
      fields: { address: spent, retryAfterSeconds: wrong.endsInSeconds(spent) },
      kind: 'unauthorized',
      sender: null,
    })
  }

  /** What is wrong with a request's token, or null if it is the right one. */
  const refusal = (request: Request): ServiceError | null => {
    const authorization = request.headers.get('authorization')
    if (adminToken === null) return disabled()
    if (tokenOf(authorization) === null) return unauthorized()
    const client = clientOf(request)
    if (client === null) return isAdminToken(adminToken, authorization) ? null : unauthorized()
    const spent = spentOf(client)
    if (isLookedAt(client) && isAdminToken(adminToken, authorization)) {
      rememberRight(client)
      return null
    }
    if (spent !== null) return new OverLimit(wrong.endsInSeconds(spent))
    countWrong(client)
    return unauthorized()
  }

  return {
    require(request) {
      const refused = refusal(request)
      if (refused) throw refused
    },
    passes: (request) => refusal(request) === null,
  }
}
