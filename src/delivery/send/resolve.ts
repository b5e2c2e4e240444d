/** The addresses of a host, as the system's resolver gives them. */
import { lookup } from 'node:dns/promises'
import type { ResolveAddresses } from './target'

/** @throws what the resolver throws, with its `code`: ENOTFOUND, EAI_AGAIN … */
export const resolveAddresses: ResolveAddresses = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address)
