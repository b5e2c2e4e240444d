/**
 * The client that sent a request: the other end of its connection, or whom a trusted proxy names.
 * Pure.
 */
import { BlockList, isIP } from 'node:net'

export interface Client {
  /** An IPv4 address, or the /64 of an IPv6 one: what one household or machine has. */
  readonly address: string
  /** Whether that is a trusted proxy's own: then anybody may stand behind it. */
  readonly isProxy: boolean
}

/** With a zone, brackets and a port. */
const longestAddress = 64
const mostRemembered = 10_000

const withoutZeros = (ipv4: string): string => ipv4.split('.').map(Number).join('.')

/**
 * An address as headers and sockets show it: with a port, in brackets, with a zone. Null if it is
 * none.
 */
const addressIn = (text: string): string | null => {
  if (text.length > longestAddress) return null
  const withoutPort = text.replace(/:\d{1,5}$/, '')
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(withoutPort)) {
    const ipv4 = withoutZeros(withoutPort)
    return isIP(ipv4) === 4 ? ipv4 : null
  }
  const ipv6 = text.replace(/^\[([^\]]*)\](:\d{1,5})?$/, '$1').replace(/%.*$/, '')
  return isIP(ipv6) === 6 ? ipv6 : null
}

const familyOf = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6')

/** The last four bytes, where they are written as those of an IPv4 address, as two groups. */
const asGroups = (ipv4: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number)
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

/** The eight groups of 16 bits of an IPv6 address. */
const groupsOf = (ipv6: string): number[] => {
  const [head = [], tail] = ipv6
    .replace(/[\d.]+\.\d+$/, asGroups)
    .split('::')
    .map((half) =>
      half
        .split(':')
        .filter(Boolean)
        .map((group) => Number.parseInt(group, 16)),
    )
  if (!tail) return head
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

/** An IPv4 address, however it is written, or the /64 of an IPv6 one. */
const nameOf = (address: string): string => {
  if (isIP(address) === 4) return address
  const groups = groupsOf(address)
  const [high = 0, low = 0] = groups.slice(6)
  return groups.slice(0, 6).join() === '0,0,0,0,0,65535'
    ? `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
    : `${groups
        .slice(0, 4)
        .map((group) => group.toString(16))
        .join(':')}::/64`
}

/** Among them an IPv4 address is the same in its own way and mapped into IPv6. */
const networksOf = (ranges: readonly string[]): BlockList => {
  const networks = new BlockList()
  for (const range of ranges) {
    const [text = '', bits] = range.split('/')
    const address = addressIn(text)
    if (address === null) continue
    if (bits === undefined) networks.addAddress(address, familyOf(address))
    else networks.addSubnet(address, Number(bits), familyOf(address))
  }
  return networks
}

/**
 * Finds the client of a request.
 *
 * @param trustedProxies addresses and CIDR ranges whose `X-Forwarded-For` is believed
 */
export const createClientFinder = (trustedProxies: readonly string[]) => {
  const proxies = networksOf(trustedProxies)

  /** Null where a text is no address. */
  const clientAt = (text: string): Client | null => {
    const address = addressIn(text)
    if (address === null) return null
    return { address: nameOf(address), isProxy: proxies.check(address, familyOf(address)) }
  }

  /** The same few come again and again, and every request for a signature asks. */
  const known = new Map<string, Client | null>()
  const clientOnceAt = (text: string): Client | null => {
    const before = known.get(text)
    if (before !== undefined) return before
    if (known.size >= mostRemembered) known.clear()
    const client = clientAt(text)
    if (text.length <= longestAddress) known.set(text, client)
    return client
  }

  /**
   * The client behind `remoteAddress`: the rightmost untrusted entry, for everything left of it was
   * written by somebody who isn't trusted. An entry that is no address names nobody.
   *
   * @param remoteAddress the address at the other end of the connection
   * @param forwardedFor the header `X-Forwarded-For`
   */
  return (remoteAddress: string, forwardedFor: string | null): Client => {
    let nearest = clientOnceAt(remoteAddress)
    if (!nearest) return { address: 'unknown', isProxy: false }
    if (!nearest.isProxy || forwardedFor === null) return nearest
    for (const entry of forwardedFor.split(',').reverse()) {
      const client = clientOnceAt(entry.trim())
      if (!client) break
      nearest = client
      if (!client.isProxy) break
    }
    return nearest
  }
}
