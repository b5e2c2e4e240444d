/** The judgement of an endpoint's URL when it is made. Pure. */
import { isIP } from 'node:net'
import { fail, type Result, succeed } from '../../errors'
import { isPublicAddress } from './address'

const longestUrl = 2048

/** Names that never lead into the public internet. */
const localNames = /(^|\.)(localhost|local|internal|home\.arpa)\.?$/

/**
 * The URL as it is kept, or what is wrong with it. A name is judged by its addresses at each
 * attempt all the same.
 *
 * @param mayBePrivate whether it may be a private address, and plain http with it
 */
export const judgeEndpointUrl = (text: string, mayBePrivate: boolean): Result<string, string> => {
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
  if (mayBePrivate) return succeed(url.href)
  if (url.protocol === 'http:') {
    return fail('has to begin with https://; plain http is for private addresses (private = true)')
  }
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const isLocal = isIP(hostname) === 0 ? localNames.test(hostname) : !isPublicAddress(hostname)
  if (isLocal) {
    return fail('leads to an address that is not public; private = true allows it')
  }
  return succeed(url.href)
}
