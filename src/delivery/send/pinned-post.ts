/** A POST to a judged target: to one of its addresses, under the name of its host. */
import { isBeforeRequest, networkFaultOf } from '../../wecom/api/network-fault'
import type { DeliveryRequest } from './request'
import { type Target, urlAt } from './target'

/** Of a host that has many addresses so many are tried in one attempt. */
const mostAddresses = 3

const withQuery = (url: string, query: Readonly<Record<string, string>>): string => {
  const whole = new URL(url)
  for (const [name, value] of Object.entries(query)) whole.searchParams.set(name, value)
  return whole.href
}

/**
 * The answer of the first address that a connection comes about with. Certificates are checked
 * against the host's name; no redirect is followed.
 *
 * @param connecting is told each address before it is connected to
 * @throws what `fetch` throws
 */
export const pinnedPost = async (
  fetch: typeof globalThis.fetch,
  target: Target,
  { headers, query, body }: DeliveryRequest,
  signal: AbortSignal,
  connecting: (address: string) => void,
): Promise<Response> => {
  const { url, hostname, addresses } = target
  const init: BunFetchRequestInit = {
    method: 'POST',
    redirect: 'manual',
    // An answer that unfolds without end stays folded.
    decompress: false,
    headers: { ...headers, host: url.host },
    body,
    signal,
    ...(url.protocol === 'https:' && { tls: { serverName: hostname } }),
  }
  const tried = addresses.slice(0, mostAddresses)
  for (const [i, address] of tried.entries()) {
    connecting(address)
    try {
      return await fetch(withQuery(urlAt(target, address), query), init)
    } catch (error) {
      const mayGoOn = i < tried.length - 1 && !signal.aborted
      if (!mayGoOn || !isBeforeRequest(networkFaultOf(error, false))) throw error
    }
  }
  throw new Error('the target has no address')
}
