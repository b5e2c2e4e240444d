/**
 * One push on its way: sent, timed, judged and tried again as WeCom does (回调配置, document 91116).
 * I/O through the injected `fetch` and clock alone.
 */
import { type Clock, secondMs } from '../../clock'
import { reasonOf } from '../../errors'

/** Sends a request to the backend under test. */
export type Send = (url: string, init: RequestInit) => Promise<Response>

export type PushProblem =
  /** No URL of this kind is saved. */
  | 'no_url'
  /** No answer within 5 seconds. */
  | 'timeout'
  /** No connection, or one that broke. */
  | 'unreachable'
  /** Another HTTP status than 200. */
  | 'status'
  /** 200, but not the body that WeCom wants there; recorded and not repeated. */
  | 'wrong_answer'
  /** The right answer after the deadline of this kind of message; not repeated either. */
  | 'late'

/** How a push ended. */
export interface PushResult {
  /** True if WeCom would be content. */
  readonly ok: boolean
  /** HTTP status of the last answer; null if there was none. */
  readonly status: number | null
  /** Body of the last answer; null if there was none. */
  readonly body: string | null
  /** Milliseconds from the first try to the last answer, waits between tries included. */
  readonly ms: number
  /** How many tries were made, 0 to 3. */
  readonly attempts: number
  readonly problem: PushProblem | null
  /** One sentence more about the problem. */
  readonly detail: string | null
}

const answerTimeoutMs = 5 * secondMs
const mostAttempts = 3

/** A push that couldn't even be begun. */
export const notSent = (detail: string): PushResult => ({
  ok: false,
  status: null,
  body: null,
  ms: 0,
  attempts: 0,
  problem: 'no_url',
  detail,
})

type Answered = { readonly status: number; readonly body: string }
type Unanswered = { readonly problem: 'timeout' | 'unreachable'; readonly detail: string }

/** The answer to one request, its body read, within the time that WeCom waits. */
const ask = async (
  url: string,
  init: RequestInit,
  { clock, send }: { clock: Clock; send: Send },
): Promise<Answered | Unanswered> => {
  const giveUp = new AbortController()
  const answered = new AbortController()
  const waiting = clock.sleep(answerTimeoutMs, answered.signal).then((): Unanswered => {
    giveUp.abort()
    return { problem: 'timeout', detail: 'No answer within 5 seconds.' }
  })
  const asking = async (): Promise<Answered | Unanswered> => {
    try {
      // A redirect is an answer other than 200, not a place to go to.
      const response = await send(url, { ...init, redirect: 'manual', signal: giveUp.signal })
      return { status: response.status, body: await response.text() }
    } catch (error) {
      return { problem: 'unreachable', detail: reasonOf(error) }
    }
  }
  const outcome = await Promise.race([asking(), waiting])
  answered.abort()
  return outcome
}

export interface DeliveryParts {
  readonly clock: Clock
  readonly send: Send
  /** The wait before each further try. */
  readonly retryAfterMs: number
}

export interface Delivery {
  /** The request of one try: sealed anew for each, so that no two are equal byte by byte. */
  readonly request: () => { readonly url: string; readonly init: RequestInit }
  /** How often it is tried in all; a URL check is made once. */
  readonly attempts?: number
  /** Milliseconds in which this kind of message is to be answered. */
  readonly deadlineMs?: number
  /** What is wrong with the body of a 200, or null. */
  readonly wrongWith: (body: string) => string | null
}

/** Sends one push until it is answered with 200, at most three times. Never throws. */
export const deliver = async (delivery: Delivery, parts: DeliveryParts): Promise<PushResult> => {
  const { clock, retryAfterMs } = parts
  const most = delivery.attempts ?? mostAttempts
  const startedAt = clock.now()
  const ended = (rest: Omit<PushResult, 'ms' | 'ok'>): PushResult => ({
    ok: rest.problem === null,
    ...rest,
    ms: clock.now() - startedAt,
  })
  for (let attempts = 1; ; attempts++) {
    const askedAt = clock.now()
    const { url, init } = delivery.request()
    const answer = await ask(url, init, parts)
    const took = clock.now() - askedAt
    if ('status' in answer && answer.status === 200) {
      const { status, body } = answer
      const wrong = delivery.wrongWith(body)
      if (wrong !== null) {
        return ended({ status, body, attempts, problem: 'wrong_answer', detail: wrong })
      }
      const { deadlineMs } = delivery
      if (deadlineMs !== undefined && took > deadlineMs) {
        const detail = `Answered after ${took} ms; WeCom wants it within ${deadlineMs} ms.`
        return ended({ status, body, attempts, problem: 'late', detail })
      }
      return ended({ status, body, attempts, problem: null, detail: null })
    }
    if (attempts >= most) {
      if (!('status' in answer)) return ended({ status: null, body: null, attempts, ...answer })
      const detail = `HTTP status ${answer.status} in place of 200.`
      return ended({ ...answer, attempts, problem: 'status', detail })
    }
    await clock.sleep(retryAfterMs)
  }
}
