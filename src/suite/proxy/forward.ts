/**
 * The proxy: a caller's call to WeCom with the right token in it, healed and repeated once where
 * that can do no harm. The doors in front of it judge who asks and for whom.
 */
import { type Clock, secondMs } from '../../clock'
import type { Logger } from '../../log'
import type { Tokens } from '../tokens/tokens'
import { errcodeHeaders } from './errcode-headers'
import { refuseOwnKeysInBody, refuseOwnKeysInQuery } from './own-keys'
import { headersDown, headersUp, type PassedHeaders } from './passed-headers'
import { requireProxiedMethod } from './proxied-method'
import { type ProxiedToken, requirePassable } from './proxied-path'
import { withoutTokens, withToken } from './proxied-query'
import { isDeadToken, isRepeated } from './repeat-rule'
import { withoutToken } from './token-in-answer'
import { type SendUpstream, type UpstreamAnswer, wasNotSent } from './upstream'

export interface ForwardRequest {
  /** Whose token goes up. */
  readonly token: ProxiedToken
  readonly method: string
  /** From `/cgi-bin` on, as it came. */
  readonly path: string
  /** Raw, without its `?`. Tokens in it are dropped. */
  readonly query: string
  /** The caller's: what is none of WeCom's business stays behind. */
  readonly headers: Headers
  /** Bytes where the door holds them, so that they can be sent again; else the caller's stream. */
  readonly body: Uint8Array | ReadableStream<Uint8Array> | null
  /** Of a stream, where the caller announced it. */
  readonly contentLength: number | null
  /** For the answer where WeCom's has none of these names. */
  readonly besides: PassedHeaders
  /** The request's own, which aborts when the caller hangs up. */
  readonly signal: AbortSignal
}

/**
 * WeCom's answer as it came, with headers that explain its errcode. `suited-repeat: 1` beside the
 * answer to a dead token says that the token is renewed and the caller may send its body again.
 *
 * @throws {ServiceError} method_not_allowed, invalid_request, kept_by_suited, overloaded; forbidden
 * — a key of suited's stands in the query, or in a body that is held; wecom_error, wecom_timeout;
 * whatever keeps the token away
 */
export type Forward = (request: ForwardRequest) => Promise<Response>

/** A name server that is busy and a listener that is started anew need a moment. */
const beforeSecondTryMs = secondMs / 5

/** Answers without a body say how long it would be. */
const lengthOf = ({ body, headers }: UpstreamAnswer): Readonly<Record<string, string>> => {
  const length = body === null ? headers.get('content-length') : null
  return length === null ? {} : { 'content-length': length }
}

const responseOf = (
  answer: UpstreamAnswer,
  token: string,
  { besides, repeat = false }: { besides: PassedHeaders; repeat?: boolean },
): Response => {
  const { status, body, errcode, headers: came } = answer
  const headers = {
    ...besides,
    ...headersDown(came, token),
    ...lengthOf(answer),
    ...errcodeHeaders(errcode, came.get('retry-after')),
    ...(repeat && { 'suited-repeat': '1' }),
  }
  // Of a body that breaks off Bun prints the error, and with it the address and its token; not so
  // behind a pipe. The price is that lengths are told in chunks.
  const passed =
    body instanceof ReadableStream
      ? body.pipeThrough(new TransformStream())
      : withoutToken(body, token)
  return new Response(passed, { status, headers })
}

export const createForward = (parts: {
  tokens: Pick<Tokens, 'get' | 'replace'>
  send: SendUpstream
  clock: Clock
  log: Logger
}): Forward => {
  const { tokens, send, clock, log } = parts

  return async (request) => {
    const { token: key, method, path, body, contentLength, besides, signal } = request
    requireProxiedMethod(method)
    const tokenName = requirePassable(path, key.kind)
    const ownQuery = withoutTokens(request.query)
    const held = !(body instanceof ReadableStream)
    refuseOwnKeysInQuery(ownQuery)
    if (body instanceof Uint8Array) refuseOwnKeysInBody(body)

    const ask = async (token: string): Promise<UpstreamAnswer> => {
      const call = {
        method,
        path,
        query: withToken(ownQuery, tokenName, token),
        headers: headersUp(request.headers, held ? null : contentLength),
        body,
        flow: `${key.suiteId} ${key.corpid ?? ''}`,
        signal,
      }
      try {
        return await send(call)
      } catch (error) {
        const point = wasNotSent(error) ? 'before_request' : 'after_request'
        if (!isRepeated(point, held)) throw error
        await clock.sleep(beforeSecondTryMs, signal)
        return send(call)
      }
    }

    const { value } = await tokens.get(key)
    const first = await ask(value)
    const { errcode } = first
    if (!isDeadToken(errcode)) return responseOf(first, value, { besides })
    log.info('WeCom calls a token dead: it is replaced', { ...key, path, errcode })
    const next = await tokens.replace(key, value)
    return held
      ? responseOf(await ask(next.value), next.value, { besides })
      : responseOf(first, value, { besides, repeat: true })
  }
}
