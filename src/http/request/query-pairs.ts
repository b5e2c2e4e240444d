/**
 * The pairs of a raw query, undecoded. How they are decoded differs: a `+` is a blank where a
 * browser writes it, and a plus in what WeCom writes.
 */
export const eachPair = (query: string, read: (name: string, value: string) => void): void => {
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=')
    if (equals === -1) read(pair, '')
    else read(pair.slice(0, equals), pair.slice(equals + 1))
  }
}
