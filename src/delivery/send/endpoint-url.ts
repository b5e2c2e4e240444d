/** The judgement of an endpoint's URL when it is made. Pure. */
import { isIP } from 'node:net'
import { fail, type Result, succeed } from '../../errors'
import { type Reach, refusalOf } from './address'

const longestUrl = 2048

/** Names that never lead into the public internet. */
const localNames = /(^|\.)(localhost|local|internal|home\.arpa)\.?$/

/** The host of a URL, an IPv6 address without its brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1')

const refusals = {
  private_address: 'leads to an address that is not public; private = true allows it',
  link_local_address:
    'is link-local or the metadata of a cloud: only the settings may name that, with private = true',
} as const

/** What is wrong with its host for an endpoint of this reach; null if nothing. */
const faultOfHost = (host: string, reach: Reach): string | null => {
  if (isIP(host) === 0) {
    return reach === 'public' && localNames.test(host) ? refusals.private_address : null
  }
  const refusal = refusalOf(host, reach, true)
  return refusal && refusals[refusal]
}

/**
 * The URL as it is kept, or what is wrong with it. A name is judged by its addresses at each
 * attempt all the same.
 *
 * @param reach plain http is for those that may be private alone
 */
export const judgeEndpointUrl = (text: string, reach: Reach): Result<string, string> => {
  if (text.length > longestUrl) return fail(`has more than ${longestUrl} characters`)
  if (/[\s\\\p{Cc}]/u.test(text)) {
    return fail('has blanks, backslashes or control characters in it')
  }
  const url = URL.parse(text)
  if (url === null) return fail('is no URL')
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return fail('has to begin with https://')
  if (url.username !== '' || url.password !== '') {
    return fail('has a user or a password in it: put what the receiver needs into headers')
  }
  if (url.hash !== '') return fail('has a fragment, which no server sees')
  if (url.protocol === 'http:' && reach === 'public') {
    return fail('has to begin with https://; plain http is for private addresses (private = true)')
  }
  const fault = faultOfHost(hostOf(url), reach)
  return fault === null ? succeed(url.href) : fail(fault)
}
