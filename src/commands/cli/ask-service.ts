/** Questions to the running service, asked as an operator. */
import { secondMs } from '../../clock'
import type { Config } from '../../config/config'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { networkFaultOf } from '../../wecom/api/network-fault'
import { inWords } from '../../wording'
import { isHttpAddress, serviceUrl, tlsTowards } from './local-service'

export type ServiceAnswer =
  | { readonly kind: 'answer'; readonly text: string }
  /** It answered that it won't. */
  | { readonly kind: 'refused'; readonly status: number; readonly detail: string }
  | { readonly kind: 'silent'; readonly reason: string }

interface Asked {
  readonly base: string
  readonly isOwn: boolean
  readonly path: string
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Sent as JSON. */
  readonly body?: object
  /** Five seconds unless given. */
  readonly withinMs?: number
}

const usuallyWithinMs = 5 * secondMs

/** In the words of this machine, for which a failure has fewer causes than on the way to WeCom. */
const reasons: Readonly<Record<string, string>> = {
  refused: 'nothing listens there',
  reset: 'it closed the connection',
  dns: 'that host is not known',
}

/**
 * Why no answer came. Never the error's own message: it may hold what isn't for the terminal.
 *
 * @param withinMs how long it was waited for
 */
export const silenceOf = (error: unknown, withinMs: number): string => {
  if ((error as Error).name === 'TimeoutError') return `no answer within ${inWords(withinMs)}`
  const { code, detail } = networkFaultOf(error, false)
  return reasons[code] ?? detail
}

/** A refusal of ours, as far as it came. */
export interface Problem {
  readonly code?: string
  readonly detail?: string
  readonly errors?: readonly { readonly field: string; readonly message?: string }[]
}

/** What a refusal says: with the fields that it is about, where its sentence doesn't name them. */
export const toldOf = ({ detail, code, errors = [] }: Problem, status: number): string => {
  if (!detail) return `HTTP status ${status}${code ? ` (${code})` : ''}`
  const fields = errors
    .filter(({ field }) => !detail.includes(field))
    .map(({ field, message }) => `${field}: ${message}`)
  return [detail, ...fields].join(' ') + (code ? ` (${code})` : '')
}

const detailOf = (text: string, status: number): string => {
  try {
    return toldOf(JSON.parse(text) as Problem, status)
  } catch {
    // Not one of ours.
    return `HTTP status ${status}`
  }
}

/** The setting by which the service took a port that only itself knows; null if there is none. */
const portUnknown = ({ settings }: Config): string | null => {
  const { SUITED_ADMIN_PORT: adminPort, SUITED_PORT: port } = settings
  if ((adminPort ?? port) !== 0) return null
  return adminPort === 0 ? 'SUITED_ADMIN_PORT' : 'SUITED_PORT'
}

/**
 * The address at which the service is to be asked; null if its settings don't tell.
 *
 * @param given what somebody says instead of the settings
 * @throws {StartFailure} what was given is no address
 */
export const addressIfKnown = (config: Config, given: string | undefined): string | null => {
  if (!given && portUnknown(config) !== null) return null
  const base = serviceUrl(config, given)
  if (isHttpAddress(base)) return base
  return giveUp(
    exitCodes.badUsage,
    '--url must be an address that begins with http:// or https://.',
  )
}

/**
 * The same where the address has to be known.
 *
 * @throws {StartFailure} it isn't, or what was given is none
 */
export const addressOf = (config: Config, given: string | undefined): string =>
  addressIfKnown(config, given) ??
  giveUp(
    exitCodes.badUsage,
    `${portUnknown(config)} is 0, so the service took any free port: give --url with the address that it logged.`,
  )

/**
 * A request with the admin token: a GET unless it says otherwise.
 *
 * @param base as `addressOf` gives it
 * @param isOwn whether settings of this machine name the address: then its certificate may be made
 * out to another name
 */
export const askService = async (
  config: Config,
  { base, isOwn, path, method = 'GET', body, withinMs = usuallyWithinMs }: Asked,
): Promise<ServiceAnswer> => {
  try {
    const response = await fetch(`${base}${path}`, {
      ...tlsTowards(base, isOwn),
      method,
      headers: {
        authorization: `Bearer ${config.settings.SUITED_ADMIN_TOKEN ?? ''}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(withinMs),
    })
    const text = await response.text()
    const { status } = response
    if (response.ok) return { kind: 'answer', text }
    return { kind: 'refused', status, detail: detailOf(text, status) }
  } catch (error) {
    return { kind: 'silent', reason: silenceOf(error, withinMs) }
  }
}
