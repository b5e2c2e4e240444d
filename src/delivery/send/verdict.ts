/** What an attempt came to: what its answer says, or why none came. Pure. */
import { networkFaultOf } from '../../wecom/api/network-fault'
import { EndedEarly } from './time-limit'

/**
 * `gone`: the endpoint answered 410, whatever else it asks; `aborted`: it asks not to be sent this
 * event again (`webhook-delivery: abort-message`); `retry`: anything else that is no 2xx.
 */
export type Verdict = 'done' | 'retry' | 'aborted' | 'gone'

export const verdictOf = ({ ok, status, headers }: Response): Verdict => {
  if (ok) return 'done'
  if (status === 410) return 'gone'
  return headers.get('webhook-delivery')?.trim() === 'abort-message' ? 'aborted' : 'retry'
}

/** Why a status is no success, in words; null for one. */
export const failureOfStatus = (status: number): string | null => {
  if (status >= 200 && status < 300) return null
  return status >= 300 && status < 400
    ? `redirect ${status}: it is not followed`
    : `status ${status}`
}

/** Why no answer came, in words. The transport's own words may hold the address with its query. */
export const failureOf = (error: unknown): string => {
  if (error instanceof EndedEarly) return error.message
  const { code, detail } = networkFaultOf(error, false)
  return `${code}: ${detail}`
}

/** Why a name has no addresses, in words, whatever code the resolver has for it. */
export const failureOfResolver = (error: unknown): string => {
  const failure = failureOf(error)
  return error instanceof EndedEarly || failure.startsWith('dns: ')
    ? failure
    : 'dns: the resolver of this machine fails'
}

/** The seconds that `Retry-After` asks for; null where it is no number, as a date is none. */
export const retryAfterOf = (headers: Headers): number | null => {
  const said = headers.get('retry-after')?.trim() ?? ''
  return /^\d{1,15}(\.\d{1,3})?$/.test(said) ? Number(said) : null
}
