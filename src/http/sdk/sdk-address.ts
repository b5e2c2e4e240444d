/**
 * The addresses of the listener for SDKs: WeCom's own paths, perhaps behind the name of a suite.
 * Pure.
 */
import { pathnameOf } from '../request/address'

export interface SdkAddress {
  /** Key or id of the suite that the path names. */
  readonly suite: string | undefined
  /** WeCom's path, from `/cgi-bin` on. */
  readonly path: string
}

const form = /^(?:\/suites\/([^/]+))?(\/cgi-bin\/.+)$/

/** Null of an address that no SDK calls. */
export const sdkAddressOf = (request: Request): SdkAddress | null => {
  const [, suite, path] = form.exec(pathnameOf(request)) ?? []
  return path === undefined ? null : { suite, path }
}
