/**
 * The kinds of values of settings: what the text of each may be, and what it means. Pure. A failure
 * says what is wrong, never the value.
 */

import { judgeEndpointUrl } from '../delivery/send/endpoint-url'
import { judgeSecret } from '../delivery/send/signing-secret'
import { fail, type Result, succeed } from '../errors'
import { judgeStore } from '../store-address'
import { hostName, items } from '../web-address'
import { parseEncodingAesKey } from '../wecom/callback/crypto'
import { counted } from '../wording'

export { domains, httpUrl } from '../web-address'

export type Parse<T> = (text: string) => Result<T, string>

export const text: Parse<string> = succeed

export const id: Parse<string> = (value) =>
  /^[A-Za-z0-9_-]{1,64}$/.test(value)
    ? succeed(value)
    : fail('must be letters, digits, "_" or "-", at most 64')

export const callbackToken: Parse<string> = (value) =>
  /^[A-Za-z0-9]{1,32}$/.test(value) ? succeed(value) : fail('must be 1 to 32 letters and digits')

export const encodingAesKey: Parse<Buffer> = (value) => {
  const key = parseEncodingAesKey(value)
  if (key) return succeed(key)
  return fail(
    value.length === 43
      ? 'must be letters and digits only'
      : `must have exactly 43 letters and digits, this one has ${counted(value.length, 'character')}`,
  )
}

export const secretOf =
  (shortest: number): Parse<string> =>
  (value) =>
    value.length >= shortest
      ? succeed(value)
      : fail(`must have at least ${shortest} characters (suited keygen makes one)`)

/** 32 bytes. */
export const base64Key: Parse<Buffer> = (value) => {
  const key = /^[A-Za-z0-9+/]+={0,2}$/.test(value) ? Buffer.from(value, 'base64') : null
  return key?.length === 32
    ? succeed(key)
    : fail('must be 32 bytes in base64 (suited keygen makes one)')
}

export const integerIn =
  (lowest: number, highest: number): Parse<number> =>
  (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
    return number >= lowest && number <= highest
      ? succeed(number)
      : fail(`must be a whole number from ${lowest} to ${highest}`)
  }

export const onOrOff: Parse<boolean> = (value) => {
  if (/^(1|true)$/i.test(value)) return succeed(true)
  return /^(0|false)$/i.test(value) ? succeed(false) : fail('must be 1 or 0')
}

export const trueOrFalse: Parse<boolean> = (value) =>
  value === 'true' || value === 'false' ? succeed(value === 'true') : fail('must be true or false')

export const oneOf =
  <const T extends string>(...choices: readonly T[]): Parse<T> =>
  (value) => {
    const choice = choices.find((one) => one === value)
    return choice ? succeed(choice) : fail(`must be one of: ${choices.join(', ')}`)
  }

/** Of an endpoint that may be at a private address. */
export const endpointUrl: Parse<string> = (value) => judgeEndpointUrl(value, 'named')

export const signingSecret: Parse<string> = judgeSecret

export const store: Parse<string> = judgeStore

export const proxyUrl: Parse<string> = (value) =>
  /^https?:\/\//i.test(value) && URL.canParse(value)
    ? succeed(value)
    : fail('must be the address of a proxy that begins with http:// or https://')

const ipv4 = /^(\d{1,3})(\.\d{1,3}){3}$/
const isAddress = (value: string): boolean =>
  ipv4.test(value)
    ? value.split('.').every((part) => Number(part) <= 255)
    : /^[0-9a-f:.]+$/i.test(value) && URL.canParse(`http://[${value}]`)

/** Addresses and CIDR ranges. */
export const networks: Parse<string[]> = (value) => {
  const ranges = items(value)
  const wrong = ranges.findIndex((range) => {
    const [address = '', bits, more] = range.split('/')
    const most = address.includes(':') ? 128 : 32
    const validBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
    return !isAddress(address) || !validBits || more !== undefined
  })
  return wrong === -1
    ? succeed(ranges)
    : fail(`entry ${wrong + 1} must be an IP address or a range like 10.0.0.0/8`)
}

/** Without a port, which is a setting of its own. */
export const bindAddress: Parse<string> = (value) =>
  isAddress(value) || (!/^[\d.:]+$|:/.test(value) && hostName.test(value.toLowerCase()))
    ? succeed(value)
    : fail('must be an IP address or a host name to listen on, without a port')

/** `WW_verify_X.txt`, or `WW_verify_X.txt:content`; without content it is what the name says. */
export const domainFiles: Parse<[name: string, content: string][]> = (value) => {
  const entries = items(value)
  const files = entries.map((entry) =>
    /^((?:WW|MP)_verify_([A-Za-z0-9]{1,64})\.txt)(?::(.+))?$/.exec(entry),
  )
  const wrong = files.indexOf(null)
  return wrong === -1
    ? succeed(files.map((file) => [file?.[1] ?? '', file?.[3] ?? file?.[2] ?? '']))
    : fail(`entry ${wrong + 1} must be a file name like WW_verify_abc123.txt, or name:content`)
}
