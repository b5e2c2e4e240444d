/**
 * When a proxied call is sent a second time. WeCom may have acted on whatever reached it, so that
 * is only when it says that it didn't, or when nothing was sent. Pure.
 */
import { endpointOf } from '../../wecom/api/endpoints'

/** WeCom's errcodes for a token that is no longer good: the call was not carried out. */
const deadToken: readonly number[] = [40014, 42001, 42009, 40082]

export const isDeadToken = (errcode: number | null): boolean =>
  errcode !== null && deadToken.includes(errcode)

/** How far a call came before it failed. */
export type FailurePoint =
  /** No connection came about: not one byte of the request was sent. */
  | 'before_request'
  /** The request, or some of it, was sent; of an answer nothing came, or not all. */
  | 'after_request'

/**
 * Whether a call that failed on its way is sent again.
 *
 * @param held whether its body is still there
 */
export const isRepeated = (point: FailurePoint, held: boolean): boolean =>
  point === 'before_request' && held

const readingName = /\/(?:get|list|simplelist|search)[a-z\d_]*$/

/** Whether a call that may have been carried out already does nothing twice if it is sent again. */
export const isHarmlessTwice = (method: string, path: string): boolean =>
  endpointOf(path).idempotent || ((method === 'GET' || method === 'HEAD') && readingName.test(path))

/** The methods that Bun doesn't repeat. */
const sentOnce: readonly string[] = ['POST', 'PATCH']

/**
 * Whether a call may go over a connection that was used before. Where the other side closes one
 * just then, Bun by itself sends again what it takes for repeatable by its method; WeCom has GETs
 * that delete. So only what reads is left to that.
 */
export const mayReuseConnection = (method: string, path: string): boolean =>
  sentOnce.includes(method) ||
  ((method === 'GET' || method === 'HEAD') && isHarmlessTwice(method, path))
