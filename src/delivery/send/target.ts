/** Where an attempt connects to: each time the name is resolved and every address judged. */
import { isIP } from 'node:net'
import { fail, type Result, succeed } from '../../errors'
import { type Reach, refusalOf } from './address'
import { hostOf } from './endpoint-url'
import { failureOfResolver } from './verdict'

/** The addresses of a host, all of them. Rejects with the resolver's `code`. */
export type ResolveAddresses = (host: string) => Promise<readonly string[]>

export interface Target {
  readonly url: URL
  /** The host without brackets: what the certificate has to name. */
  readonly hostname: string
  /** All addresses of it, each of them judged, in the resolver's order. */
  readonly addresses: readonly [string, ...string[]]
}

/** The URL of a target with one of its addresses in the host's place. */
export const urlAt = ({ url }: Target, address: string): string => {
  const pinned = new URL(url)
  pinned.hostname = isIP(address) === 6 ? `[${address}]` : address
  return pinned.href
}

const refusals = {
  private_address:
    'private_address: its host leads to an address that is not public; `private = true` allows it',
  link_local_address:
    'link_local_address: its host leads to a link-local address or the metadata of a cloud',
} as const

/** Why addresses are refused, all of them for one: who chooses their order is not known. */
const refusalAmong = (addresses: readonly string[], reach: Reach, isNamed: boolean) =>
  addresses.map((address) => refusalOf(address, reach, isNamed)).find((one) => one !== null)

/** The target, or why there is none, in words. */
export const findTarget = async (
  endpointUrl: string,
  reach: Reach,
  resolve: ResolveAddresses,
): Promise<Result<Target, string>> => {
  const url = new URL(endpointUrl)
  const hostname = hostOf(url)
  const isNamed = isIP(hostname) !== 0
  let addresses: readonly string[]
  try {
    addresses = isNamed ? [hostname] : await resolve(hostname)
  } catch (error) {
    return fail(failureOfResolver(error))
  }
  const [first, ...others] = addresses.filter((address) => isIP(address) !== 0)
  if (first === undefined) return fail('dns: its host has no address')
  const refusal = refusalAmong([first, ...others], reach, isNamed)
  return refusal
    ? fail(refusals[refusal])
    : succeed({ url, hostname, addresses: [first, ...others] })
}
