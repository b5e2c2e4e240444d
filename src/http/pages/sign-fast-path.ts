/**
 * The short way to a signature, past the routes: for pages whose ticket is cached, which is nearly
 * all of them. It gives the very answer that the route would give, or none, and then nothing has
 * happened: whatever must be waited for or refused is the route's.
 */
import type { Signing } from '../../suite/pages/signing'
import type { Suites } from '../../suite/suites'
import { pathnameOf } from '../request/address'
import type { ClientOf, RateLimit } from '../request/rate-limit'
import { type SignatureAnswer, signFieldsOfQuery } from './signature'

export interface SignParts {
  readonly suites: Suites
  readonly signing: Signing
  readonly clientOf: ClientOf
  /** Of requests by pages. */
  readonly pageLimit: RateLimit
}

const ofSuite = /^\/suites\/([^/%]+)\/sign$/

export const createSignFastPath = (parts: SignParts, answer: SignatureAnswer) => {
  const { suites, signing, clientOf, pageLimit } = parts

  const signed = (request: Request, suiteName: string | undefined): Response | null => {
    const suite = suites.find(suiteName)
    const client = pageLimit.isOn ? clientOf(request) : null
    if (pageLimit.isSpent(client)) return null
    const { corpid, url, type } = signFieldsOfQuery(request)
    const signature = signing.signIfCached({ suite, corpid, url, type })
    if (signature === null) return null
    pageLimit.take(client)
    return answer(suite, request.headers.get('origin'), signature)
  }

  /**
   * The answer, or null where this is no request for a signature, or none that can be had at once.
   */
  return (request: Request): Response | null => {
    if (request.method !== 'GET') return null
    const pathname = pathnameOf(request)
    const name = pathname === '/sign' ? undefined : ofSuite.exec(pathname)?.[1]
    if (pathname !== '/sign' && name === undefined) return null
    // Whoever shows a key is counted by it, and what it may is for the route to find out.
    if (request.headers.has('authorization')) return null
    try {
      return signed(request, name)
    } catch {
      // The route meets it again, and tells it.
      return null
    }
  }
}
