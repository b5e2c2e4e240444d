/**
 * The token in an answer that repeats the address that was called, as error pages of web servers
 * and firewalls do: whoever is answered must not learn it. Pure.
 */

/**
 * A body without the token. WeCom's own answers hold none and stay as they are.
 *
 * @param body whole; what streams is looked at by nobody
 */
export const withoutToken = (body: Uint8Array | null, token: string): Uint8Array | null => {
  if (body === null) return null
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (!bytes.includes(token)) return body
  return Buffer.from(bytes.toString('latin1').replaceAll(token, '...'), 'latin1')
}
