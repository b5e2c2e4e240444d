/**
 * The one door for whoever shows the admin token or an API key: who asks, and may they? `/api`, the
 * proxy, the listener for SDKs and the metrics ask here, so that no way leads around a limit.
 */
import { type Clock, minuteMs } from '../../clock'
import { equalInConstantTime } from '../../constant-time'
import { ServiceError } from '../../errors'
import type { ApiKeyRecord } from '../../store/api-keys'
import type { ApiKeys } from '../../suite/access/api-keys'
import type { Caller, Reach } from '../../suite/access/caller'
import { refusalOf, refusedReach, type Wanted } from '../../suite/access/permission'
import { counted } from '../../wording'
import { type ClientOf, OverLimit } from '../request/rate-limit'
import { createWindowCounter } from '../request/window-counter'
import { bearerIn, keyIn } from './bearer'
import type { GuessLimit, Shown } from './guess-limit'

export interface Access {
  /**
   * Who asks, by its Authorization header.
   *
   * @throws {ServiceError} admin_disabled, unauthorized, too_many_requests
   */
  authenticate(request: Request): Promise<Caller>
  /**
   * The same for a key that travels elsewhere; the admin token is none.
   *
   * @throws {ServiceError} unauthorized, too_many_requests
   */
  authenticateKey(text: string, request: Request): Promise<Caller>
  /**
   * Counts a call of a key that was let in before, by what it was given then.
   *
   * @throws {ServiceError} unauthorized, too_many_requests
   */
  admitById(keyId: string, request: Request): Promise<Caller>
  /**
   * Lets in whoever may do this.
   *
   * @throws {ServiceError} admin_disabled, unauthorized, too_many_requests, forbidden
   */
  require(request: Request, wanted: Wanted): Promise<Caller>
  /** @throws {ServiceError} forbidden */
  assertMay(caller: Caller, wanted: Wanted): void
  /**
   * For what only its handler finds out: may whoever was let in touch this?
   *
   * @throws {ServiceError} forbidden
   */
  requireReach(request: Request, reach: Reach): void
  /** Whether whoever was let in still would be; counts nothing, for answers that go on for long. */
  isStillGood(request: Request): Promise<boolean>
  /** Who was let in; null if nobody was. */
  callerOf(request: Request): Caller | null
  /** Whether a request shows the right admin token. One that shows none is no guess. */
  showsAdminToken(request: Request): Promise<boolean>
}

const unauthorized = () =>
  new ServiceError(
    'unauthorized',
    'Send the admin token or an API key: Authorization: Bearer TOKEN.',
  )

const unknownKey = () =>
  new ServiceError(
    'unauthorized',
    'This API key is unknown, was revoked or has ended. POST /api/keys makes one.',
  )

const adminDisabled = () =>
  new ServiceError(
    'admin_disabled',
    'Set SUITED_ADMIN_TOKEN (suited keygen makes one) and restart to open the API.',
  )

/** Over its limit: a key, not an address. */
const overItsLimit = (perMinute: number, retryAfterSeconds: number) =>
  new ServiceError(
    'too_many_requests',
    `This key may send ${counted(perMinute, 'request')} a minute.`,
    {
      retryAfterSeconds,
    },
  )

export const createAccess = (parts: {
  /** SUITED_ADMIN_TOKEN. */
  readonly adminToken: string | null
  readonly apiKeys: Pick<ApiKeys, 'use' | 'useById' | 'isGood'>
  readonly guessLimit: GuessLimit
  readonly clientOf: ClientOf
  readonly clock: Clock
}): Access => {
  const { adminToken, apiKeys, guessLimit, clientOf, clock } = parts
  const callers = new WeakMap<Request, Caller>()
  const counter = createWindowCounter({ windowMs: minuteMs, clock })

  const isAdminToken = (token: string): boolean =>
    adminToken !== null && equalInConstantTime(token, adminToken)

  /**
   * What a token turns out to be, with guesses counted.
   *
   * @param look null where it is none
   */
  const looked = async <T>(
    request: Request,
    shown: Shown,
    look: () => T | null | Promise<T | null>,
    refused: () => ServiceError,
  ): Promise<T> => {
    const client = clientOf(request)
    const wait = client === null ? null : guessLimit.waitSeconds(client)
    const found = client === null || guessLimit.isLookedAt(client, shown) ? await look() : null
    if (found !== null) {
      if (client !== null) guessLimit.rememberRight(client, shown)
      return found
    }
    if (wait !== null) throw new OverLimit(wait)
    if (client !== null) guessLimit.countWrong(client)
    throw refused()
  }

  const admit = (request: Request, key: ApiKeyRecord): Caller => {
    const { id, perMinute } = key
    if (perMinute !== null && counter.add(id) > perMinute) {
      throw overItsLimit(perMinute, counter.endsInSeconds(id))
    }
    const caller: Caller = { kind: 'key', key }
    callers.set(request, caller)
    return caller
  }

  const authenticateKey = async (text: string, request: Request): Promise<Caller> =>
    admit(request, await looked(request, 'key', () => apiKeys.use(text), unknownKey))

  /** @throws {ServiceError} unauthorized, too_many_requests */
  const lookedForAdminToken = async (request: Request): Promise<string> => {
    const token = bearerIn(request.headers.get('authorization'))
    if (token === null) throw unauthorized()
    const look = () => (isAdminToken(token) ? token : null)
    return looked(request, 'admin_token', look, unauthorized)
  }

  const authenticate = async (request: Request): Promise<Caller> => {
    const key = keyIn(request.headers.get('authorization'))
    if (key !== null) return authenticateKey(key, request)
    if (adminToken === null) throw adminDisabled()
    await lookedForAdminToken(request)
    const caller: Caller = { kind: 'admin_token' }
    callers.set(request, caller)
    return caller
  }

  const assertMay = (caller: Caller, wanted: Wanted): void => {
    const refused = refusalOf(caller, wanted)
    if (refused) throw refused
  }

  return {
    authenticate,
    authenticateKey,
    assertMay,
    async admitById(keyId, request) {
      const key = await apiKeys.useById(keyId)
      if (key === null) throw unknownKey()
      return admit(request, key)
    },
    async require(request, wanted) {
      const caller = await authenticate(request)
      assertMay(caller, wanted)
      return caller
    },
    requireReach(request, reach) {
      const caller = callers.get(request)
      const refused = caller ? refusedReach(caller, reach) : unauthorized()
      if (refused) throw refused
    },
    async isStillGood(request) {
      const key = keyIn(request.headers.get('authorization'))
      // The admin token changes with the settings, and answers under way end then.
      return callers.has(request) && (key === null || (await apiKeys.isGood(key)))
    },
    callerOf: (request) => callers.get(request) ?? null,
    async showsAdminToken(request) {
      if (adminToken === null) return false
      return lookedForAdminToken(request).then(
        () => true,
        () => false,
      )
    },
  }
}
