/** The network that a client belongs to: what one provider gives to one customer or machine hall. Pure. */
import type { Client } from './client-address'

/** The /24 of an IPv4 address, the /48 of an IPv6 one; null if the request came over no network. */
export const networkOf = (client: Client | null): string | null => {
  if (client === null) return null
  const { address } = client
  const ipv4 = /^(\d+\.\d+\.\d+)\.\d+$/.exec(address)
  if (ipv4) return `${ipv4[1]}.0/24`
  const ipv6 = /^([0-9a-f]+:[0-9a-f]+:[0-9a-f]+):[0-9a-f]+::\/64$/.exec(address)
  return ipv6 ? `${ipv6[1]}::/48` : address
}
