/** Secrets that sign deliveries: `whsec_` and 24 to 64 bytes in base64. Pure. */
import { fail, type Result, succeed } from '../../errors'
import { counted } from '../../wording'

const prefix = 'whsec_'
const fewestBytes = 24
const mostBytes = 64

/** The key in a secret that was judged. */
export const keyOfSecret = (secret: string): Buffer =>
  Buffer.from(secret.slice(prefix.length), 'base64')

/** A secret of these bytes, 24 to 64 of them. */
export const secretOf = (bytes: Uint8Array): string =>
  prefix + Buffer.from(bytes).toString('base64')

/** The secret, or what is wrong with it; the reason never quotes it. */
export const judgeSecret = (text: string): Result<string, string> => {
  if (text !== text.trim() || /\s/.test(text)) return fail('has blanks or line ends in it')
  if (/^v1a?,/.test(text)) {
    return fail('begins with "v1,", as a signature does: a secret begins with "whsec_"')
  }
  if (text.startsWith('whsk_') || text.startsWith('whpk_')) {
    return fail('is an ed25519 key: only secrets that begin with "whsec_" are known here')
  }
  if (!text.startsWith(prefix)) return fail('has to begin with "whsec_"')
  const encoded = text.slice(prefix.length)
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || encoded.length % 4 !== 0) {
    return fail('has to be base64 behind "whsec_", with its = at the end')
  }
  const { length } = keyOfSecret(text)
  if (length < fewestBytes || length > mostBytes) {
    return fail(`holds ${counted(length, 'byte')}: it has to be ${fewestBytes} to ${mostBytes}`)
  }
  return succeed(text)
}
