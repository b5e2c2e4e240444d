/**
 * Which addresses an endpoint may have: those of the public internet, or private ones too; never
 * those at which a machine answers about itself. Pure.
 */
import { BlockList, isIP } from 'node:net'

/** What is nobody's in particular on the public internet. IANA's special-purpose registries. */
const notPublic = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // shared by a carrier's customers
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local, and the metadata of clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv4')
}

/** Where the IPv6 internet is; what of it leads elsewhere stands below. */
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')
const notGlobal = new BlockList()
for (const [network, prefix] of [
  ['2001::', 23], // protocol assignments, Teredo among them
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: an IPv4 address in it
  ['3fff::', 20], // documentation
] as const) {
  notGlobal.addSubnet(network, prefix, 'ipv6')
}

/** Where a machine finds its neighbours and, in clouds, the keys to its own account. */
const linkLocal = new BlockList()
for (const [network, prefix] of [
  ['169.254.0.0', 16], // link-local, and the metadata of most clouds
  ['100.100.100.200', 32], // Alibaba Cloud's metadata
  ['168.63.129.16', 32], // Azure's
  ['192.0.0.192', 32], // Oracle's
] as const) {
  linkLocal.addSubnet(network, prefix, 'ipv4')
  // The same inside IPv6: mapped, compatible, NAT64.
  for (const around of ['::ffff:', '::', '64:ff9b::']) {
    linkLocal.addSubnet(around + network, 96 + prefix, 'ipv6')
  }
}
for (const [network, prefix] of [
  ['fe80::', 10], // link-local
  ['fd00:ec2::254', 128], // Amazon's metadata
  ['fd20:ce::254', 128], // Google's
  ['2002:a9fe::', 32], // link-local inside 6to4
] as const) {
  linkLocal.addSubnet(network, prefix, 'ipv6')
}

/**
 * Whether an address is one of the public internet. IPv4 inside IPv6 (mapped, NAT64, 6to4, Teredo)
 * is not: it would be a way around the judgement of what it leads to.
 */
export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address)
  if (family === 0 || isLinkLocal(address)) return false
  if (family === 4) return !notPublic.check(address, 'ipv4')
  return global.check(address, 'ipv6') && !notGlobal.check(address, 'ipv6')
}

/** Whether it is link-local or the metadata of a cloud; so is all that names a zone. */
export const isLinkLocal = (address: string): boolean =>
  address.includes('%') || linkLocal.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

/**
 * How far an endpoint may reach. `public`: the public internet; `private`: any address that isn't
 * link-local; `named`: a link-local one too, where its URL names it and no resolver does.
 */
export type Reach = 'public' | 'private' | 'named'

/** @param origin those of the settings are the operator's own word */
export const reachOf = (endpoint: {
  readonly private: boolean
  readonly origin: 'settings' | 'api'
}): Reach => {
  if (!endpoint.private) return 'public'
  return endpoint.origin === 'settings' ? 'named' : 'private'
}

/** Why an endpoint of this reach may not have this address; null if it may. */
export const refusalOf = (
  address: string,
  reach: Reach,
  isNamed: boolean,
): 'link_local_address' | 'private_address' | null => {
  if (reach === 'named' && isNamed) return null
  if (isLinkLocal(address)) return 'link_local_address'
  return reach !== 'public' || isPublicAddress(address) ? null : 'private_address'
}
