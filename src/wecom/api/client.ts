/**
 * The way to WeCom's API: one call, its time-out, its errors. The only file of `wecom/` with I/O.
 *
 * Tokens and secrets travel in the query and the body, so no address, no body and no raw error of
 * the transport is ever put into a failure.
 */
import type { Static, TSchema } from '@sinclair/typebox'
import { createFetch } from 'ofetch'
import type { Clock } from '../../clock'
import { secondMs } from '../../clock'
import type { Logger } from '../../log'
import { backoffMs, type Random } from '../../retry'
import { counted, verb } from '../../wording'
import { textWithin } from './answer/bounded-text'
import { type AnswerObject, answerObjectIn } from './answer/object'
import { fitted, needsSomething, numberIn } from './answer/shape'
import { WecomFailure } from './failure'
import { networkFaultOf, proxyWantsPassword } from './network-fault'

export interface WecomCall {
  readonly method: 'GET' | 'POST'
  /** From `/cgi-bin` on, without a query. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
  /** Whether it may be sent again although WeCom may have acted on it already. */
  readonly repeatable: boolean
  /**
   * Whether WeCom gives what it answers only once: then that is taken, whatever stands beside it.
   */
  readonly answeredOnce?: boolean
}

export interface WecomClientParts {
  /** WECOM_API_URL, without a slash at its end. */
  readonly apiUrl: string
  readonly fetch: typeof globalThis.fetch
  /** Whether `fetch` goes through a proxy of the operator's. */
  readonly viaProxy?: boolean
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Told how every call ended: with its failure, or with null. */
  readonly onOutcome?: (failure: WecomFailure | null) => void
  /** Told the Date of every answer, in epoch milliseconds; NaN where it has none. */
  readonly onDate?: (moment: number) => void
  /** How long one call may take. */
  readonly timeoutMs?: number
}

export interface WecomClient {
  /**
   * WeCom's answer to one call, checked against `schema`; passing failures of a repeatable call
   * are tried three times in all.
   *
   * @throws {WecomFailure} wecom_error, wecom_timeout
   */
  call<S extends TSchema>(call: WecomCall, schema: S): Promise<Static<S>>
}

const mostTries = 3
/** Far beyond the longest that WeCom documents, which is a company's authorisation. */
const longestAnswerBytes = 2 ** 20
/** Bun's option for handing over an answer's bytes without inflating them. */
const asItCame = { decompress: false }
const betweenTries = { firstMs: 300, ceilingMs: 2 * secondMs }

/** The object in an answer. @throws {WecomFailure} it is a refusal, or no answer of WeCom's */
const judge = (path: string, status: number, text: string): AnswerObject => {
  if (status === 407) throw new WecomFailure('network', path, { fault: proxyWantsPassword })
  if (status >= 300 && status < 400) {
    const detail = `HTTP status ${status}, which leads elsewhere and is not followed`
    throw new WecomFailure('not_understood', path, { detail })
  }
  const answer = answerObjectIn(text)
  const errcode = numberIn(answer?.members.errcode)
  const isErrcode = Number.isSafeInteger(errcode)
  if ((status >= 500 && errcode !== 0) || status === 429) {
    throw new WecomFailure('http_status', path, { detail: `HTTP status ${status}` })
  }
  // What stands between us and WeCom may refuse in JSON as well, but it knows no errcode.
  if (!answer || (status >= 400 && !isErrcode)) {
    const detail = `HTTP status ${status}, ${counted(text.length, 'character')} that ${verb(text.length, 'is', 'are')} no answer of WeCom's`
    throw new WecomFailure(status === 404 ? 'path_missing' : 'not_understood', path, { detail })
  }
  if (errcode && isErrcode) {
    const { errmsg } = answer.members
    throw new WecomFailure('errcode', path, { errcode, errmsg: String(errmsg ?? '') })
  }
  return answer
}

/**
 * What a call needs of an answer; null if that isn't in it. Of a torn answer it isn't known what it
 * said of the rest: whoever needs nothing of it asks again.
 */
const fittedAnswer = <S extends TSchema>(schema: S, answer: AnswerObject): Static<S> | null => {
  if (!needsSomething(schema)) return answer.whole ? fitted(schema, answer.members) : null
  return fitted(schema, answer.members) ?? fitted(schema, answer.rescued())
}

/** What a call needs, if that stands anywhere in a text. */
const answerTakenAnyway = <S extends TSchema>(schema: S, text: string): Static<S> | null => {
  const answer = answerObjectIn(text)
  return answer && fittedAnswer(schema, answer)
}

/** The client over a network: each call by itself, without a queue and a circuit breaker. */
export const createWecomClient = (parts: WecomClientParts): WecomClient => {
  const {
    apiUrl,
    clock,
    random,
    log,
    onOutcome,
    onDate,
    viaProxy = false,
    timeoutMs = 5 * secondMs,
  } = parts
  const transport = createFetch({ fetch: parts.fetch })

  const once = async (call: WecomCall): Promise<{ status: number; text: string }> => {
    const abort = new AbortController()
    const answered = new AbortController()
    const deadline = clock.sleep(timeoutMs, answered.signal).then(() => {
      if (!answered.signal.aborted) abort.abort()
    })
    try {
      const response = await transport.raw<never, 'stream'>(`${apiUrl}${call.path}`, {
        method: call.method,
        ...(call.query && { query: call.query }),
        ...(call.body && { body: JSON.stringify(call.body) }),
        headers: {
          'accept-encoding': 'identity',
          ...(call.body && { 'content-type': 'application/json; charset=utf-8' }),
        },
        // What comes compressed all the same is inflated here, where its length has a bound.
        ...asItCame,
        responseType: 'stream',
        ignoreResponseError: true,
        retry: 0,
        // A redirect would carry secrets to wherever it leads; WeCom's API knows none.
        redirect: 'manual',
        signal: abort.signal,
      })
      onDate?.(Date.parse(response.headers.get('date') ?? ''))
      const text = await textWithin(
        response._data,
        longestAnswerBytes,
        abort.signal,
        response.headers.get('content-encoding'),
      )
      if (text === null) {
        const detail = `its answer is longer than ${longestAnswerBytes} bytes`
        throw new WecomFailure('not_understood', call.path, { detail })
      }
      return { status: response.status, text }
    } catch (error) {
      if (error instanceof WecomFailure) throw error
      if (abort.signal.aborted) {
        throw new WecomFailure('timeout', call.path, { detail: `none within ${timeoutMs} ms` })
      }
      const fault = networkFaultOf(error, viaProxy)
      throw new WecomFailure('network', call.path, { fault })
    } finally {
      answered.abort()
      await deadline
    }
  }

  return {
    async call(call, schema) {
      for (let attempt = 1; ; attempt++) {
        try {
          const { status, text } = await once(call)
          const answer =
            (call.answeredOnce ? answerTakenAnyway(schema, text) : null) ??
            fittedAnswer(schema, judge(call.path, status, text))
          if (answer !== null) {
            onOutcome?.(null)
            return answer
          }
          const detail = 'its answer lacks what the documentation promises'
          throw new WecomFailure('not_understood', call.path, { detail })
        } catch (error) {
          if (!(error instanceof WecomFailure)) throw error
          const { path, kind, errcode, errmsg, fault } = error
          onOutcome?.(error)
          // Only WeCom's own "busy" proves that it did not act.
          const again = error.passing && (call.repeatable || errcode !== null)
          const last = !again || attempt === mostTries
          const fields = { path, failure: fault?.code ?? kind, errcode, errmsg, attempt }
          if (last) {
            log.debug('a call to WeCom failed', fields)
            throw error
          }
          log.debug('a call to WeCom failed and is tried again', fields)
          await clock.sleep(backoffMs(attempt, betweenTries, random))
        }
      }
    },
  }
}
