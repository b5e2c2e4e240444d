/** Asking the service on this machine. */

const local = /^(localhost|127\.[\d.]+|\[::1\])$/

/**
 * What a request to this address needs beside it: on this machine the service is known by its
 * address, and its certificate is made out to another name.
 *
 * @param isOwn whether it is this machine's by its settings, whatever it looks like
 */
export const tlsTowards = (url: string, isOwn = false): { tls?: { rejectUnauthorized: false } } =>
  url.startsWith('https:') && (isOwn || local.test(URL.parse(url)?.hostname ?? ''))
    ? { tls: { rejectUnauthorized: false } }
    : {}
