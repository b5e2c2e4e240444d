/**
 * The networks that a client belongs to: what one provider gives to one customer or machine hall.
 * Pure.
 */
import type { Client } from './client-address'

/** The /48 around a client's /64, which one customer of a provider may have whole; null of IPv4. */
export const networkAround = (address: string): string | null => {
  const [, network] = /^([^:]+:[^:]+:[^:]+):[^:]+::\/64$/.exec(address) ?? []
  return network === undefined ? null : `${network}::/48`
}

/** The /24 of an IPv4 address, the /48 of an IPv6 one; null if the request came over no network. */
export const networkOf = (client: Client | null): string | null => {
  if (client === null) return null
  const { address } = client
  const ipv4 = /^(\d+\.\d+\.\d+)\.\d+$/.exec(address)
  return ipv4 ? `${ipv4[1]}.0/24` : (networkAround(address) ?? address)
}
