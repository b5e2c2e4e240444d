/**
 * The cookie that binds a flow to the browser that began it: one a flow, so that tabs don't disturb
 * each other, and at most eight at a time. Nothing of it is kept here: it signs itself. Pure.
 */
import { createHash, createHmac } from 'node:crypto'
import { dayMs, minuteMs, secondMs } from '../../../clock'
import { equalInConstantTime } from '../../../constant-time'
import type { FlowKeys } from './flow-keys'
import type { FlowKind, State } from './state'

/** How long a flow may take: WeCom's own codes live five to ten minutes. */
export const flowLifeMs = 10 * minuteMs
/** A QR code waits until an administrator is found who scans it. */
export const qrLifeMs = dayMs
/** The webview asks for the return address twice: so long a cookie outlives its answer. */
export const answerLifeMs = minuteMs

export const mostCookies = 8

/** Where the cookies of an address of ours are good: by the public URL, never by the socket. */
export interface CookiePlace {
  readonly prefix: '__Host-' | '__Secure-' | ''
  readonly path: string
}

/** @param publicUrl an http(s) address without a slash at its end */
export const cookiePlaceOf = (publicUrl: string): CookiePlace => {
  const { protocol, pathname } = new URL(publicUrl)
  const path = pathname.replace(/\/+$/, '') || '/'
  if (protocol !== 'https:') return { prefix: '', path }
  return { prefix: path === '/' ? '__Host-' : '__Secure-', path }
}

const nameOf = ({ prefix }: CookiePlace, kind: FlowKind, state: State): string => {
  const tag = createHash('sha256').update(state.text).digest('hex').slice(0, 12)
  return `${prefix}suited-${kind}-${tag}`
}

/** The time in front tells which of several is the oldest; it is signed with the state. */
const cookieValue = (keys: FlowKeys, { text, beganAt }: State): string => {
  const time = (beganAt / secondMs).toString(36)
  return `${time}.${createHmac('sha256', keys.cookies).update(`${time} ${text}`).digest('base64url')}`
}

const written = (place: CookiePlace, pair: string, lifeMs: number): string => {
  const secure = place.prefix === '' ? '' : '; Secure'
  return `${pair}; Path=${place.path}; Max-Age=${lifeMs / secondMs}; HttpOnly; SameSite=Lax${secure}`
}

/** `Set-Cookie` for a flow that begins. */
export const flowCookie = (
  keys: FlowKeys,
  place: CookiePlace,
  kind: FlowKind,
  state: State,
  lifeMs: number = flowLifeMs,
): string => written(place, `${nameOf(place, kind, state)}=${cookieValue(keys, state)}`, lifeMs)

/** `Set-Cookie` for a flow that is answered: the same cookie for one minute more. */
export const answeredFlowCookie = (
  keys: FlowKeys,
  place: CookiePlace,
  kind: FlowKind,
  state: State,
): string => flowCookie(keys, place, kind, state, answerLifeMs)

/** The cookies of a request's header, by name. Of two of the same name the first counts. */
const cookiesIn = (header: string | null): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    if (at > 0 && !found.has(name)) found.set(name, pair.slice(at + 1).trim())
  }
  return found
}

export type CookieVerdict = 'good' | 'missing' | 'forged'

/** Whether the browser that comes back is the one that the flow began in. */
export const judgeCookie = (
  keys: FlowKeys,
  place: CookiePlace,
  kind: FlowKind,
  state: State,
  header: string | null,
): CookieVerdict => {
  const value = cookiesIn(header).get(nameOf(place, kind, state))
  if (value === undefined) return 'missing'
  return equalInConstantTime(value, cookieValue(keys, state)) ? 'good' : 'forged'
}

const timeIn = (value: string): number => Number.parseInt(value, 36) || 0

/**
 * `Set-Cookie`s that drop the oldest flows of a browser, so that with one more it has eight at
 * most.
 */
export const droppedCookies = (place: CookiePlace, header: string | null): string[] => {
  const own = new RegExp(`^${place.prefix}suited-(?:install|login)-[0-9a-f]{12}$`)
  const newestFirst = [...cookiesIn(header)]
    .filter(([name]) => own.test(name))
    .sort(([, one], [, other]) => timeIn(other) - timeIn(one))
  // Whoever plants hundreds gets rid of them by and by: headers have an end.
  const tooMany = newestFirst.slice(mostCookies - 1)
  return tooMany.slice(-mostCookies).map(([name]) => written(place, `${name}=`, 0))
}
