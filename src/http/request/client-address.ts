/** Who sent a request: the other end of its connection, or whom a trusted proxy names. Pure. */

export interface Client {
  /** An IPv4 address, or the /64 of an IPv6 one: what one household or machine has. */
  readonly address: string
  /** Whether that is a trusted proxy's own: then anybody may stand behind it. */
  readonly isProxy: boolean
}

const ofIpv6 = /^([^:]+:[^:]+:[^:]+):[^:]+::\/64$/

/** The /48 around a client's /64, which one customer of a provider may have whole; null of IPv4. */
export const networkAround = (address: string): string | null => {
  const [, network] = ofIpv6.exec(address) ?? []
  return network === undefined ? null : `${network}::/48`
}

/** Eight groups of 16 bits. IPv4 stands in the last two, behind `::ffff:`. */
type Groups = readonly number[]

/** With a zone, brackets and a port. */
const longestAddress = 64
const mostRemembered = 10_000

const ipv4Bits = 32
const ipv4Prefix = [0, 0, 0, 0, 0, 0xffff]

const ipv4Groups = (text: string): Groups | null => {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return null
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number)
  return Math.max(a, b, c, d) > 255 ? null : [a * 256 + b, c * 256 + d]
}

const ipv6Part = (text: string): Groups | null => {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [at, part] of parts.entries()) {
    const last = at === parts.length - 1 && part.includes('.') ? ipv4Groups(part) : null
    if (last) groups.push(...last)
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return null
  }
  return groups
}

const ipv6Groups = (text: string): Groups | null => {
  const [before = '', after, more] = text.split('::')
  if (more !== undefined) return null
  const head = ipv6Part(before)
  if (!head || after === undefined) return head?.length === 8 ? head : null
  const tail = ipv6Part(after)
  const missing = 8 - head.length - (tail?.length ?? 0)
  return tail && missing > 0 ? [...head, ...Array<number>(missing).fill(0), ...tail] : null
}

/** An address as headers and sockets show it: with a port, in brackets, with a zone. */
const parseAddress = (text: string): Groups | null => {
  if (text.length > longestAddress) return null
  const ipv4 = ipv4Groups(text.replace(/:\d{1,5}$/, ''))
  if (ipv4) return [...ipv4Prefix, ...ipv4]
  return ipv6Groups(text.replace(/^\[([^\]]*)\](:\d{1,5})?$/, '$1').replace(/%.*$/, ''))
}

const isIpv4 = (groups: Groups): boolean => ipv4Prefix.every((group, at) => groups[at] === group)

const nameOf = (groups: Groups): string => {
  if (!isIpv4(groups)) {
    const network = groups.slice(0, 4).map((group) => group.toString(16))
    return `${network.join(':')}::/64`
  }
  const [high = 0, low = 0] = groups.slice(6)
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

type Network = (groups: Groups) => boolean

const parseNetwork = (range: string): Network => {
  const [address = '', length] = range.split('/')
  const base = parseAddress(address)
  if (!base) return () => false
  const whole = address.includes(':') ? 128 : ipv4Bits
  const bits = Number(length ?? whole) + 128 - whole
  return (groups) =>
    base.every((group, at) => {
      const ignored = Math.min(16, Math.max(0, 16 * (at + 1) - bits))
      return group >> ignored === (groups[at] ?? 0) >> ignored
    })
}

/**
 * Finds the client of a request.
 *
 * @param trustedProxies addresses and CIDR ranges whose `X-Forwarded-For` is believed
 */
export const createClientFinder = (trustedProxies: readonly string[]) => {
  const networks = trustedProxies.map(parseNetwork)

  const judge = (text: string): Client | null => {
    const groups = parseAddress(text)
    if (!groups) return null
    return { address: nameOf(groups), isProxy: networks.some((contains) => contains(groups)) }
  }

  /** The same few come again and again, and every request for a signature asks. */
  const judged = new Map<string, Client | null>()
  const judgeOnce = (text: string): Client | null => {
    const before = judged.get(text)
    if (before !== undefined) return before
    if (judged.size >= mostRemembered) judged.clear()
    const client = judge(text)
    if (text.length <= longestAddress) judged.set(text, client)
    return client
  }

  /**
   * The client behind `remoteAddress`: the rightmost untrusted entry, for everything left of it was written
   * by somebody who isn't trusted. An entry that is no address names nobody.
   *
   * @param remoteAddress the address at the other end of the connection
   * @param forwardedFor the header `X-Forwarded-For`
   */
  return (remoteAddress: string, forwardedFor: string | null): Client => {
    let nearest = judgeOnce(remoteAddress)
    if (!nearest) return { address: 'unknown', isProxy: false }
    if (!nearest.isProxy || forwardedFor === null) return nearest
    for (const entry of forwardedFor.split(',').reverse()) {
      const client = judgeOnce(entry.trim())
      if (!client) break
      nearest = client
      if (!client.isProxy) break
    }
    return nearest
  }
}
