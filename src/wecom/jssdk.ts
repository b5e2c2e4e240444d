/** Signatures for pages that use WeCom's JS-SDK (JS-SDK使用权限签名算法, document 96909). No I/O. */
import { hash } from 'node:crypto'

/**
 * The signature over a page's address, as lower-case hex. Nothing is encoded or reordered: the
 * address is signed as the browser has it.
 *
 * @param jsapiTicket the company's ticket for `config`, the app's for `agentConfig`
 * @param timestampSeconds the very value that the page hands to WeCom
 * @param url the page's address without its fragment
 */
export const jsapiSignature = (
  jsapiTicket: string,
  nonceStr: string,
  timestampSeconds: number,
  url: string,
): string =>
  hash(
    'sha1',
    `jsapi_ticket=${jsapiTicket}&noncestr=${nonceStr}&timestamp=${timestampSeconds}&url=${url}`,
  )

/** A page's address as WeCom compares it: everything from the `#` on is dropped. */
export const withoutFragment = (url: string): string => {
  const hash = url.indexOf('#')
  return hash === -1 ? url : url.slice(0, hash)
}
