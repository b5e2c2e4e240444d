/** The handler of callbacks: reads and judges what comes to WeCom's URLs, whatever its content type. */
import type { Clock } from '../../clock'
import { type ErrorCode, ServiceError } from '../../errors'
import type { CallbackPlace } from '../../suite/callback/place'
import type { CallbackReceiving, CallbackUrl, Sent } from '../../suite/callback/receive'
import { type Mistake, RefusedCallback } from '../../suite/callback/refused/mistake'
import type { ReportRefusal } from '../../suite/callback/refused/report'
import type { SignedQuery } from '../../wecom/callback/envelope'
import { meanings } from '../answer/problem'
import { pathnameOf } from '../request/address'
import { readBody, refuseTooLarge } from '../request/body'
import type { BodyBudget } from '../request/body-budget'
import { networkOf } from '../request/client-network'
import type { ClientOf, RateLimit } from '../request/rate-limit'
import { missing, parametersOf, refuseImpossible, signedQuery } from './callback-query'
import { mistakeOfRequest } from './refused-request'

const largestBodyBytes = 1024 * 1024

/** How a callback is refused although its signature fits. */
const refusedThoughSigned: readonly ErrorCode[] = [
  'stale_timestamp',
  'undecryptable',
  'wrong_receiver',
]

/**
 * Whether anybody could have sent what is refused like this.
 *
 * @param isJudged whether its signature has been looked at
 */
const mayBeAnybodys = (error: unknown, isJudged: boolean): boolean =>
  error instanceof ServiceError &&
  meanings[error.code].status < 500 &&
  !(isJudged && refusedThoughSigned.includes(error.code))

/** The URL that a request came to, as its path says. */
export type Locate = () => CallbackUrl | Promise<CallbackUrl>

export interface CallbackHandler {
  /** The answer to a URL check, as plain text. `url` is what is told where it can't be located. */
  check(url: CallbackUrl['url'], where: Locate, request: Request): Promise<string>
  /** The answer to a push, as plain text. */
  push(url: CallbackUrl['url'], where: Locate, request: Request): Promise<string>
}

export interface CallbackHandlerParts {
  readonly receiving: CallbackReceiving
  readonly clientOf: ClientOf
  readonly bodyBudget: BodyBudget
  /** Of refused callbacks. */
  readonly refusalLimit: RateLimit
  /** Told of every callback that is refused for what it is. */
  readonly reportRefusal: ReportRefusal
  readonly clock: Clock
}

interface Arrived<S extends Sent> {
  readonly at: CallbackUrl
  readonly query: SignedQuery
  readonly sent: S
}

/** What is known of a callback so far; filled as it is read. */
interface Judging {
  readonly url: CallbackUrl['url']
  readonly by: 'check' | 'push'
  at: CallbackUrl | null
}

export const createCallbackHandler = (parts: CallbackHandlerParts): CallbackHandler => {
  const { receiving, clientOf, bodyBudget, refusalLimit, reportRefusal, clock } = parts

  /** Failures of ours are told where they happen; here, what is wrong with the callback. */
  const report = (request: Request, { url, by, at }: Judging, error: unknown, silent: boolean) => {
    if (!(error instanceof ServiceError) || meanings[error.code].status >= 500) return
    const place: CallbackPlace = at ?? { url, suite: null, pathCorpid: null }
    const mistake: Mistake =
      error instanceof RefusedCallback
        ? error.mistake
        : mistakeOfRequest(error.code, parametersOf(request), pathnameOf(request))
    const network = networkOf(clientOf(request))
    reportRefusal({ mistake, place, by, network }, error, silent)
  }

  /**
   * Refusals are counted. Of a client who had too many only the signature is looked at: who signs
   * is served as ever, and about the others the log keeps silent.
   */
  const judged = async <S extends Sent>(
    request: Request,
    judging: Judging,
    read: () => Promise<Arrived<S>>,
    judge: (arrived: Arrived<S>) => string | Promise<string>,
  ): Promise<string> => {
    const client = clientOf(request)
    const spent = refusalLimit.isSpent(client)
    let hasArrived = false
    try {
      const arrived = await read()
      hasArrived = true
      if (spent && !receiving.isSigned(arrived.at, arrived.query, arrived.sent)) {
        throw new ServiceError('bad_signature', 'The signature does not fit.')
      }
      return await judge(arrived)
    } catch (error) {
      const anybodys = mayBeAnybodys(error, hasArrived)
      report(request, judging, error, spent && anybodys)
      if (anybodys) refusalLimit.take(client)
      throw error
    }
  }

  return {
    check(url, where, request) {
      const judging: Judging = { url, by: 'check', at: null }
      const read = async () => {
        const at = await where()
        judging.at = at
        const parameters = parametersOf(request)
        const query = signedQuery(parameters)
        const echostr = parameters.get('echostr')
        if (!echostr) throw missing()
        return { at, query, sent: { echostr } }
      }
      return judged(request, judging, read, ({ at, query, sent }) =>
        receiving.checkUrl(at, query, sent.echostr),
      )
    },

    push(url, where, request) {
      const judging: Judging = { url, by: 'push', at: null }
      const read = async () => {
        const query = signedQuery(parametersOf(request))
        const at = await where()
        judging.at = at
        refuseTooLarge(request, largestBodyBytes)
        refuseImpossible(query)
        const room = bodyBudget.roomFor(request)
        const body = await readBody(request, largestBodyBytes, clock, room)
        return { at, query, sent: { body } }
      }
      return judged(request, judging, read, ({ at, query, sent }) =>
        receiving.receive(at, query, sent.body),
      )
    },
  }
}
