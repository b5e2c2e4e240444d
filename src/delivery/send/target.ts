/** Where an attempt connects to: each time the name is resolved and every address judged. */
import { isIP } from 'node:net'
import { fail, type Result, succeed } from '../../errors'
import { networkFaultOf } from '../../wecom/api/network-fault'
import { isPublicAddress } from './address'

/** The addresses of a host, all of them. Rejects with the resolver's `code`. */
export type ResolveAddresses = (host: string) => Promise<readonly string[]>

export interface Target {
  readonly url: URL
  /** The host without brackets: what the certificate has to name. */
  readonly hostname: string
  /** All addresses of it, each of them judged, in the resolver's order. */
  readonly addresses: readonly [string, ...string[]]
}

const withoutBrackets = (hostname: string) => hostname.replace(/^\[(.*)\]$/, '$1')

/** The URL of a target with one of its addresses in the host's place. */
export const urlAt = ({ url }: Target, address: string): string => {
  const pinned = new URL(url)
  pinned.hostname = isIP(address) === 6 ? `[${address}]` : address
  return pinned.href
}

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
  const [first, ...others] = addresses
  if (first === undefined) return fail('dns: its host has no address')
  if (!mayBePrivate && !addresses.every(isPublicAddress)) {
    return fail(
      'private_address: its host leads to an address that is not public; `private = true` allows it',
    )
  }
  return succeed({ url, hostname, addresses: [first, ...others] })
}
