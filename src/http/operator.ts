/**
 * Who may use the API: whoever has the admin token. Guessing it is slowed, in such a way that no
 * stranger's guesses keep the right operator out.
 */
import { type Clock, secondMs } from '../clock'
import { ServiceError } from '../errors'
import type { RepeatedLines } from '../suite/repeated-lines'
import { equalInConstantTime } from '../wecom/crypto'
import type { Client } from './client-address'
import { type ClientOf, OverLimit } from './client-limit'
import { createTally } from './tally'

export interface Operators {
  /** @throws {ServiceError} admin_disabled, unauthorized, too_many_requests */
  require(request: Request): void
  /** The same question without a refusal: may this caller see details? */
  isOperator(request: Request): boolean
}

/** Short, so that whoever mistyped is soon let in again. */
const windowMs = 10 * secondMs
/** Wrong tokens that one address may show in a window before its tokens aren't looked at. */
const wrongPerAddress = 10
/** Once all addresses together have shown so many, each may show one. */
const wrongOfAll = 300
const wrongPerAddressThen = 1
/** Addresses that are known to have the token; none but its holders can add to them. */
const mostKnown = 1000

/** The token of an Authorization header; null if it shows none. */
const tokenOf = (authorization: string | null): string | null =>
  /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? null

export const isOperator = (adminToken: string | null, authorization: string | null): boolean => {
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

export const createOperators = (parts: {
  /** SUITED_ADMIN_TOKEN. */
  readonly adminToken: string | null
  readonly clientOf: ClientOf
  readonly clock: Clock
  /** For what strangers can make us log, from as many addresses as they have. */
  readonly repeated: RepeatedLines
}): Operators => {
  const { adminToken, clientOf, clock, repeated } = parts
  const wrong = createTally({ windowMs, clock })
  const wrongAnywhere = createTally({ windowMs, clock })
  const known = new Set<string>()

  const mostWrong = () =>
    wrongAnywhere.count('all') >= wrongOfAll ? wrongPerAddressThen : wrongPerAddress

  const isSpent = ({ address }: Client): boolean => wrong.count(address) >= mostWrong()

  /**
   * A right token is always seen from an address that has shown it before, and from a proxy that
   * names nobody, since strangers and operators may share both.
   */
  const isLookedAt = (client: Client): boolean =>
    client.isProxy || known.has(client.address) || !isSpent(client)

  const noteRight = ({ address }: Client): void => {
    if (known.size >= mostKnown) known.clear()
    known.add(address)
  }

  const noteWrong = (client: Client): void => {
    const { address } = client
    wrong.add(address)
    wrongAnywhere.add('all')
    if (!isSpent(client)) return
    repeated.tell({
      level: 'warn',
      message: 'an address shows wrong admin tokens and is slowed',
      fields: { address, retryAfterSeconds: wrong.endsInSeconds(address) },
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
    if (client === null) return isOperator(adminToken, authorization) ? null : unauthorized()
    const spent = isSpent(client)
    if (isLookedAt(client) && isOperator(adminToken, authorization)) {
      noteRight(client)
      return null
    }
    if (spent) return new OverLimit(wrong.endsInSeconds(client.address))
    noteWrong(client)
    return unauthorized()
  }

  return {
    require(request) {
      const refused = refusal(request)
      if (refused) throw refused
    },
    isOperator: (request) => refusal(request) === null,
  }
}
