/** The token of an Authorization header. */

/** What a header `Bearer TOKEN` shows; null if it shows none. */
export const bearerIn = (authorization: string | null): string | null =>
  /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? null
