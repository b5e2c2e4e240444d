/** Where an attempt connects to: each time the name is resolved and every address judged. */
import { isIP } from 'node:net'
import { fail, type Result, succeed } from '../../errors'
import { networkFaultOf } from '../../wecom/api/network-fault'
import { isPublicAddress } from './address'

/** The addresses of a host, all of them. Rejects with the resolver's `code`. */
export type ResolveAddresses = (host: string) => Promise<readonly string[]>

export interface Target {
  /** The address that was judged, and that is connected to. */
  readonly address: string
  /** The URL with the address in the host's place. */
  readonly url: string
  /** What the certificate has to name, and the `Host` header says. */
  readonly host: string
  readonly hostname: string
  readonly isTls: boolean
}

const withoutBrackets = (hostname: string) => hostname.replace(/^\[(.*)\]$/, '$1')

const inUrl = (address: string) => (isIP(address) === 6 ? `[${address}]` : address)

/**
 * @param mayBePrivate whether the operator allows addresses that are not public
 * @returns the target, or why there is none, in words
 */
export const findTarget = async (
  endpointUrl: string,
  mayBePrivate: boolean,
  resolve: ResolveAddresses,
): Promise<Result<Target, string>> => {
  const url = new URL(endpointUrl)
  const hostname = withoutBrackets(url.hostname)
  let addresses: readonly string[]
  try {
    addresses = isIP(hostname) === 0 ? await resolve(hostname) : [hostname]
  } catch (error) {
    return fail(`dns: ${networkFaultOf(error, false).detail}`)
  }
  const [address] = addresses
  if (address === undefined) return fail('dns: its host has no address')
  if (!mayBePrivate && !addresses.every(isPublicAddress)) {
    return fail(
      'private_address: its host leads to an address that is not public; `private = true` allows it',
    )
  }
  const { host, protocol } = url
  const isTls = protocol === 'https:'
  url.hostname = inUrl(address)
  return succeed({ address, url: url.href, host, hostname, isTls })
}
