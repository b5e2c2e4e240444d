/**
 * The handler of callbacks: reads and judges what comes to WeCom's URLs, whatever its content type.
 */
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import type { CallbackUrl } from '../../suite/callback/expected-pairs'
import type { CallbackReceiver } from '../../suite/callback/receive'
import { RefusedCallbackError } from '../../suite/callback/refused/refused-callback'
import type { ReportRefusedCallback } from '../../suite/callback/refused/report'
import type { CallbackPlace } from '../../suite/callback-place'
import { meanings } from '../answer/problem'
import { pathnameOf } from '../request/address'
import { readBody, refuseTooLarge } from '../request/body'
import type { BodyBudget } from '../request/body-budget'
import { networkOf } from '../request/client-network'
import type { ClientOf, RateLimit } from '../request/rate-limit'
import { missing, parametersOf, refuseImpossible, signedQuery } from './callback-query'
import { mistakeOfRequest } from './refused-request'

const largestBodyBytes = 1024 * 1024

/** Whether anybody could have sent what is refused like this, who has no Token of ours. */
const mayBeAnybodys = (error: unknown): boolean =>
  error instanceof ServiceError &&
  meanings[error.code].status < 500 &&
  !(error instanceof RefusedCallbackError && error.signer !== null)

/** Whether none of the pairs that were expected has sealed it. */
const isOfNoPair = (error: unknown): boolean =>
  error instanceof RefusedCallbackError &&
  (error.code === 'bad_signature' || error.code === 'undecryptable')

/** The URL that a request came to, as its path says. */
export type Locate = () => CallbackUrl | Promise<CallbackUrl>

export interface CallbackHandler {
  /** The answer to a URL check, as plain text. `url` is what is told where it can't be located. */
  check(url: CallbackUrl['url'], where: Locate, request: Request): Promise<string>
  /** The answer to a push, as plain text. */
  push(url: CallbackUrl['url'], where: Locate, request: Request): Promise<string>
}

export interface CallbackHandlerParts {
  readonly callbackReceiver: CallbackReceiver
  readonly clientOf: ClientOf
  readonly bodyBudget: BodyBudget
  /** Of refused callbacks. */
  readonly refusalLimit: RateLimit
  /** Told of every callback that is refused for what it is. */
  readonly reportRefused: ReportRefusedCallback
  readonly clock: Clock
}

/** What is known of a callback so far; filled as it is read. */
interface Judging {
  readonly url: CallbackUrl['url']
  readonly by: 'check' | 'push'
  at: CallbackUrl | null
}

export const createCallbackHandler = (parts: CallbackHandlerParts): CallbackHandler => {
  const { callbackReceiver, clientOf, bodyBudget, refusalLimit, reportRefused, clock } = parts

  /** Failures of ours are told where they happen; here, what is wrong with the callback. */
  const report = (request: Request, judging: Judging, error: unknown, isOverLimit: boolean) => {
    if (!(error instanceof ServiceError) || meanings[error.code].status >= 500) return
    const { url, by, at } = judging
    const place: CallbackPlace = at ?? { url, suite: null, pathCorpid: null }
    const [mistake, signer] =
      error instanceof RefusedCallbackError
        ? [error.mistake, error.signer]
        : [mistakeOfRequest(error.code, parametersOf(request), pathnameOf(request)), null]
    const client = clientOf(request)
    const from = { network: networkOf(client), address: client?.address ?? null }
    reportRefused({ mistake, place, by, ...from, signer }, error, isOverLimit)
  }

  /**
   * Counts what is refused. Whoever had too many is told so instead; who signs is served as ever.
   */
  const judged = async (
    request: Request,
    judging: Judging,
    judge: () => Promise<string>,
  ): Promise<string> => {
    const client = clientOf(request)
    const isOverLimit = refusalLimit.isSpent(client)
    try {
      return await judge()
    } catch (error) {
      report(request, judging, error, isOverLimit)
      if (mayBeAnybodys(error)) refusalLimit.take(client)
      throw error
    }
  }

  /** Judges it once more by the pairs of now, if none of those at hand has sealed it. */
  const withCurrentPairs = async (
    judging: Judging,
    at: CallbackUrl,
    judge: (at: CallbackUrl) => string | Promise<string>,
  ): Promise<string> => {
    judging.at = at
    try {
      return await judge(at)
    } catch (error) {
      const current = isOfNoPair(error) ? await at.again?.() : null
      if (!current) throw error
      judging.at = current
      return judge(current)
    }
  }

  return {
    check(url, where, request) {
      const judging: Judging = { url, by: 'check', at: null }
      return judged(request, judging, async () => {
        const at = await where()
        judging.at = at
        const parameters = parametersOf(request)
        const query = signedQuery(parameters)
        const echostr = parameters.get('echostr')
        if (!echostr) throw missing()
        return withCurrentPairs(judging, at, (now) =>
          callbackReceiver.checkUrl(now, query, echostr),
        )
      })
    },

    push(url, where, request) {
      const judging: Judging = { url, by: 'push', at: null }
      return judged(request, judging, async () => {
        const query = signedQuery(parametersOf(request))
        const at = await where()
        judging.at = at
        refuseTooLarge(request, largestBodyBytes)
        refuseImpossible(query)
        const room = bodyBudget.roomFor(request)
        const body = await readBody(request, largestBodyBytes, clock, room)
        return withCurrentPairs(judging, at, (now) => callbackReceiver.receive(now, query, body))
      })
    },
  }
}
