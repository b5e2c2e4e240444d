/** Asking the service on this machine. */

const local = /^(localhost|127\.[\d.]+|\[::1\])$/

/**
 * What a request to this address needs beside it: on this machine the service is known by its
 * address, and its certificate is made out to another name.
 */
export const tlsTowards = (url: string): { tls?: { rejectUnauthorized: false } } =>
  url.startsWith('https:') && local.test(URL.parse(url)?.hostname ?? '')
    ? { tls: { rejectUnauthorized: false } }
    : {}
