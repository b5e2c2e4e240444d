/**
 * Failures as SDKs understand them: HTTP 200 with an errcode, by which they decide whether to fetch
 * a token anew, to wait or to give up. The only place that decides which one.
 */
import { type ErrorCode, ServiceError } from '../../errors'
import { WecomFailure } from '../../wecom/api/failure'
import { explain } from '../../wecom/errcode/errcode'
import { unavailable } from '../answer/problem'

/** A refusal that has an errcode of its own. */
export class SdkRefusal extends ServiceError {
  readonly errcode: number

  constructor(errcode: number, message: string) {
    super('forbidden', message)
    this.errcode = errcode
  }
}

/**
 * System busy: what an SDK can't mend, and may try again. Some do by themselves: WxJava sends it
 * anew.
 */
const busy = -1

/**
 * Nobody knows whether WeCom carried the call out. It is none of WeCom's codes, and none that an
 * SDK repeats upon, as they do on -1, 40001, 40014 and 42001: a message must not be sent twice.
 */
const unknownOutcome = 504

/** A call that may have been carried out, although no answer to it came. */
export const outcomeUnknown = ({ message }: WecomFailure): SdkRefusal =>
  new SdkRefusal(
    unknownOutcome,
    `${message} It may have been carried out all the same: find out before you send it again.`,
  )

const errcodes: Partial<Record<ErrorCode, number>> = {
  invalid_request: 40058,
  body_too_large: 40058,
  suite_required: 40013,
  suite_not_found: 40013,
  unauthorized: 40001,
  kept_by_suited: 48002,
  forbidden: 48002,
  not_found: 48002,
  method_not_allowed: 48002,
  corp_not_authorized: 40084,
  too_many_requests: 45009,
  suite_ticket_missing: 40085,
  internal_error: unknownOutcome,
}

const errcodeOf = (failure: ServiceError): number =>
  failure instanceof SdkRefusal ? failure.errcode : (errcodes[failure.code] ?? busy)

const cureOf = ({ errcode }: WecomFailure): string => {
  const known = errcode === null ? null : explain(errcode, 'en')
  return known ? ` ${known.cure}` : ''
}

const sentenceOf = (failure: ServiceError): string => {
  const { code, message, extra } = failure
  switch (code) {
    case 'unauthorized':
      return 'this is no API key that is good now: put one where the secret stands; POST /api/keys makes them.'
    case 'suite_required':
      return `this company has several of our apps: put /suites/{key} before /cgi-bin in the base URL, or use a key for one suite. There are: ${extra.suites}.`
    case 'corp_not_authorized':
      return `${message} ${extra.reason ?? ''}`.trim()
    case 'store_unavailable':
      return unavailable
    default:
      return `${message}${failure instanceof WecomFailure ? cureOf(failure) : ''}`
  }
}

export interface WecomAnswer {
  readonly errcode: number
  readonly errmsg: string
}

/** A failure in WeCom's words. */
export const inDialect = (failure: ServiceError): WecomAnswer => ({
  errcode: errcodeOf(failure),
  errmsg: `suited: ${sentenceOf(failure)}`,
})

/** The answer to a failure: HTTP 200, as WeCom's are. */
export const dialectResponse = (failure: ServiceError): Response => {
  const headers = new Headers()
  if (failure.retryAfterSeconds !== undefined) {
    headers.set('retry-after', String(failure.retryAfterSeconds))
  }
  // What of its body is still to come is not even received.
  if (failure.code === 'overloaded' || failure.code === 'body_too_large') {
    headers.set('connection', 'close')
  }
  return Response.json(inDialect(failure), { headers })
}
