/** The headers of a delivery beside those that sign it. Pure. */

/** What a connection or a signature needs, and what only suited can know. */
const own =
  /^(host|content-.*|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*|webhook-.*|suited-.*|user-agent)$/

/** Whether an endpoint may name this header: none that is ours. */
export const mayBeNamed = (name: string): boolean =>
  /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/.test(name) && !own.test(name.toLowerCase())

/** The extra headers of an endpoint that may be sent. */
export const extraHeaders = (given: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(given).filter(([name]) => mayBeNamed(name)))

/** What `Retry-After` says, if that is a number of seconds; null otherwise. */
export const retryAfterOf = (headers: Headers): number | null => {
  const said = headers.get('retry-after')?.trim() ?? ''
  return /^\d{1,15}(\.\d{1,3})?$/.test(said) ? Number(said) : null
}
