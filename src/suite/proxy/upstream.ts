/**
 * One proxied call on its way to WeCom and back: its place in the queue, its time, its failures.
 * Bodies go through in both directions as they come.
 *
 * The address holds a token, so it is put into no failure and no line of the log.
 */
import { finished } from 'node:stream'
import { type Clock, secondMs } from '../../clock'
import { ServiceError } from '../../errors'
import { WecomFailure } from '../../wecom/api/failure'
import type { FairQueue, Release } from '../../wecom/api/fair-queue'
import { isBeforeRequest, networkFaultOf, proxyWantsPassword } from '../../wecom/api/network-fault'
import { type ReadAnswer, readAnswer } from './answer-body'
import type { PassedHeaders } from './passed-headers'
import { mayReuseConnection } from './repeat-rule'

export interface UpstreamCall {
  readonly method: string
  readonly path: string
  /** With its token. */
  readonly query: string
  readonly headers: PassedHeaders
  /** Bytes where they are held, and can be sent again; a stream can't. */
  readonly body: Uint8Array | ReadableStream<Uint8Array> | null
  /** Whose call it is, for the fair queue. */
  readonly flow: string
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal
}

export interface UpstreamAnswer extends ReadAnswer {
  readonly status: number
  readonly headers: Headers
}

export interface UpstreamParts {
  /** WECOM_API_URL, without a slash at its end. */
  readonly apiUrl: string
  readonly fetch: typeof globalThis.fetch
  /** Whether `fetch` goes through a proxy of the operator's. */
  readonly viaProxy: boolean
  readonly queue: FairQueue
  readonly clock: Clock
  /** Told how every call ended: with its failure, or with null. */
  readonly onOutcome: (failure: WecomFailure | null) => void
  /** Told the Date of every answer, in epoch milliseconds; NaN where it has none. */
  readonly onDate: (moment: number) => void
}

/**
 * Sends a call once.
 *
 * @throws {WecomFailure} wecom_timeout — no first byte within half a minute; wecom_error
 * @throws {ServiceError} overloaded — it can't begin within five seconds
 */
export type SendUpstream = (call: UpstreamCall) => Promise<UpstreamAnswer>

/** From the end of the request to the first byte of the answer. */
const firstByteMs = 30 * secondMs
const longestWaitMs = 5 * secondMs

/** Bun's word for handing over an answer's bytes without inflating them. */
const asItCame = { decompress: false }

const overloaded = () =>
  new ServiceError('overloaded', 'Too many calls to WeCom are under way through the proxy.', {
    retryAfterSeconds: 1,
  })

/** Nobody is there any more to be told. */
const hungUp = () => new ServiceError('invalid_request', 'The caller hung up.')

/** Whether a failed call may have reached WeCom, for whoever might send it again. */
export const wasNotSent = (error: unknown): boolean =>
  error instanceof WecomFailure && error.fault !== null && isBeforeRequest(error.fault)

const judgeStatus = ({ status }: Response, path: string): void => {
  if (status === 407) throw new WecomFailure('network', path, { fault: proxyWantsPassword })
  if (status < 200 || status > 599) {
    throw new WecomFailure('not_understood', path, { detail: `HTTP status ${status}` })
  }
  if (status < 300 || status >= 400 || status === 304) return
  // Where it leads may hold the query, and with it the token.
  const detail = `HTTP status ${status}, which leads elsewhere and is not followed`
  throw new WecomFailure('not_understood', path, { detail })
}

/** What an answer tells of WeCom's health. */
const outcomeOf = (path: string, answer: UpstreamAnswer): WecomFailure | null => {
  const { status, errcode, errmsg } = answer
  if (errcode) return new WecomFailure('errcode', path, { errcode, errmsg })
  if (status < 500) return null
  return new WecomFailure('http_status', path, { detail: `HTTP status ${status}` })
}

export const createUpstream = (parts: UpstreamParts): SendUpstream => {
  const { apiUrl, fetch, viaProxy, queue, clock, onOutcome, onDate } = parts

  const waitForRoom = async ({ flow, signal }: UpstreamCall): Promise<Release> => {
    const tooLate = new AbortController()
    const endWait = clock.alarm(longestWaitMs, () => tooLate.abort())
    const release = await queue.acquire(flow, AbortSignal.any([signal, tooLate.signal]))
    endWait()
    if (release) return release
    throw signal.aborted ? hungUp() : overloaded()
  }

  const failureOf = (error: unknown, call: UpstreamCall, isLate: boolean): ServiceError => {
    if (call.signal.aborted) return hungUp()
    if (error instanceof WecomFailure) return error
    if (!isLate) {
      return new WecomFailure('network', call.path, { fault: networkFaultOf(error, viaProxy) })
    }
    const detail = `none within ${firstByteMs / secondMs} s`
    return new WecomFailure('timeout', call.path, { detail })
  }

  return async (call) => {
    const { method, path, query, headers, body, signal } = call
    const release = queue.acquireNow(call.flow) ?? (await waitForRoom(call))
    const late = new AbortController()
    let answered = false
    let endTime = () => {}
    const startTime = () => {
      if (!answered) endTime = clock.alarm(firstByteMs, () => late.abort())
    }
    // An upload takes as long as it takes.
    if (body instanceof ReadableStream) finished(body, startTime)
    else startTime()
    try {
      const response = await fetch(`${apiUrl}${path}?${query}`, {
        method,
        headers,
        body,
        duplex: 'half',
        redirect: 'manual',
        ...asItCame,
        keepalive: mayReuseConnection(method, path),
        // The caller's own signal, not one that listens to it: that would be collected with it.
        signal: AbortSignal.any([signal, late.signal]),
      })
      onDate(Date.parse(response.headers.get('date') ?? ''))
      judgeStatus(response, path)
      const answer = {
        ...(await readAnswer(response, method)),
        status: response.status,
        headers: response.headers,
      }
      onOutcome(outcomeOf(path, answer))
      if (!(answer.body instanceof ReadableStream)) release()
      else finished(answer.body, release)
      return answer
    } catch (error) {
      release()
      const failure = failureOf(error, call, late.signal.aborted)
      if (failure instanceof WecomFailure) onOutcome(failure)
      throw failure
    } finally {
      answered = true
      endTime()
    }
  }
}
