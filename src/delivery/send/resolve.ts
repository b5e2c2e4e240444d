/**
 * The addresses of a host. The system's own resolver answers on as many threads as the machine has
 * cores, so names whose servers stay silent would hold up all others there: it is asked last.
 */
import { lookup } from 'node:dns/promises'
import type { ResolveAddresses } from './target'

/** What a resolver says where it knows no such name, or no address of it. */
const unknownName = /^(DNS_)?(ENOTFOUND|ENODATA|ENONAME)$/

/** Who asks for a host that is asked for already waits for the same answer. */
const sharing = (resolve: ResolveAddresses): ResolveAddresses => {
  const underWay = new Map<string, Promise<readonly string[]>>()
  return (host) => {
    const known = underWay.get(host)
    if (known) return known
    const asked = resolve(host).finally(() => underWay.delete(host))
    underWay.set(host, asked)
    return asked
  }
}

/**
 * @param parts.dns asks the servers in `/etc/resolv.conf`, after `/etc/hosts`, on no thread
 * @param parts.system knows what they don't: names of the local network, of a directory
 */
export const createResolver = (parts: {
  dns: ResolveAddresses
  system: ResolveAddresses
}): ResolveAddresses => {
  const { dns, system } = parts
  return sharing(async (host) => {
    try {
      return await dns(host)
    } catch (error) {
      if (unknownName.test(String((error as { code?: unknown }).code))) return system(host)
      throw error
    }
  })
}

/** @throws what the resolver throws, with its `code`: ENOTFOUND, EAI_AGAIN, DNS_ESERVFAIL … */
export const resolveAddresses: ResolveAddresses = createResolver({
  dns: async (host) =>
    (await Bun.dns.lookup(host, { backend: 'c-ares' })).map(({ address }) => address),
  system: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
})
