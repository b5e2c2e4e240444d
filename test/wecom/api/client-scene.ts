/** A client of WeCom's API whose network and time belong to the test. */
import { createLogger } from '../../../src/log'
import { createWecomClient } from '../../../src/wecom/api/client'
import { createWecomCalls } from '../../../src/wecom/api/suite-calls'
import { createManualClock } from '../../manual-clock'

export interface Asked {
  readonly at: number
  readonly method: string
  readonly url: string
  readonly query: Readonly<Record<string, string>>
  readonly body: string | null
  readonly contentType: string | null
}

/** What the network does with one request. */
export type Answer = (asked: Asked, signal: AbortSignal) => Response | Promise<Response>

export const says = (answer: unknown, status = 200): Answer =>
  saysText(JSON.stringify(answer), status)

export const saysText =
  (text: string, status = 200): Answer =>
  () =>
    new Response(text, { status, headers: { 'content-type': 'text/plain' } })

/** Fails as Bun's fetch does, with the whole address in words and in a property. */
const abortedWith = ({ url }: Asked) =>
  Object.assign(new DOMException(`The operation at ${url} was aborted.`, 'AbortError'), {
    path: url,
  })

/** Nothing comes until the caller gives up. */
export const saysNothing: Answer = (asked, signal) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(abortedWith(asked)))
  })

/** The head comes, then half a body, then nothing until the caller gives up. */
export const stopsHalfWay: Answer = (asked, signal) =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"errcode":0,'))
        signal.addEventListener('abort', () => controller.error(abortedWith(asked)))
      },
    }),
  )

export const breaks: Answer = ({ url, body }) => {
  const cause = new Error(`connect ECONNREFUSED for ${url} with ${body}`)
  throw Object.assign(new Error(`Unable to connect. Is ${url} right?`, { cause }), { path: url })
}

export const apiUrl = 'https://wecom.test'
export const startAt = 1_700_000_000_000
export const timeoutMs = 5_000

/** @param answers one for each request; the last one is for all that follow, too */
export const createClientScene = (...answers: readonly Answer[]) => {
  const clock = createManualClock(startAt)
  const asked: Asked[] = []
  const lines: string[] = []

  const fetch = async (input: string, init: RequestInit): Promise<Response> => {
    const url = new URL(input)
    const request: Asked = {
      at: clock.now() - startAt,
      method: init.method ?? 'GET',
      url: input,
      query: Object.fromEntries(url.searchParams),
      body: typeof init.body === 'string' ? init.body : null,
      contentType: new Headers(init.headers).get('content-type'),
    }
    const answer = answers[Math.min(asked.length, answers.length - 1)]
    asked.push(request)
    if (!answer || !init.signal) throw new Error('a request without an answer or a way to stop it')
    return answer(request, init.signal)
  }

  const log = createLogger({
    level: 'debug',
    format: 'json',
    now: clock.now,
    write: (line) => lines.push(line),
  })
  const client = createWecomClient({
    apiUrl,
    fetch: fetch as typeof globalThis.fetch,
    clock,
    random: () => 0.5,
    log,
  })

  /** What comes of a call after all the waiting it may do. */
  const outcomeOf = async <T>(call: Promise<T>): Promise<{ value: T } | { error: unknown }> => {
    const outcome = call.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    await clock.advance(60_000)
    return outcome
  }

  return { clock, client, calls: createWecomCalls(client, clock), asked, lines, outcomeOf }
}
