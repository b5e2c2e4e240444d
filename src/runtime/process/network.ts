/**
 * The ways out of this process. Bun's `fetch` obeys HTTP_PROXY and HTTPS_PROXY of the environment:
 * right for WeCom, wrong for endpoints, whose judged address has to be the one that is connected
 * to.
 */

const ofEnvironment = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const

/** Proxies of the environment, as they were when the process began; then nothing obeys them. */
let remembered: Readonly<Record<string, string>> | null = null

const takeProxies = (): Readonly<Record<string, string>> => {
  if (remembered !== null) return remembered
  remembered = Object.fromEntries(
    ofEnvironment.flatMap((name) => {
      const value = process.env[name]
      return value ? [[name.toLowerCase(), value]] : []
    }),
  )
  for (const name of ofEnvironment) delete process.env[name]
  return remembered
}

const withProxy = (proxyOf: (url: URL) => string | undefined): typeof fetch => {
  const through = (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
    const proxy = proxyOf(new URL(input instanceof Request ? input.url : String(input)))
    return fetch(input, proxy === undefined ? init : { ...init, proxy })
  }
  return Object.assign(through, { preconnect: fetch.preconnect })
}

/** Whether `NO_PROXY` of the environment names a host. */
const isExcepted = (hostname: string): boolean =>
  (process.env.no_proxy ?? process.env.NO_PROXY ?? '')
    .split(',')
    .map((name) => name.trim().replace(/^\*?\./, ''))
    .some((name) => name === '*' || (name !== '' && `.${hostname}`.endsWith(`.${name}`)))

/** A way to WeCom: through the operator's proxy, or that of the environment, if there is one. */
export const fetchThrough = (proxy: string | null): typeof fetch => {
  const { https_proxy: forHttps, http_proxy: forHttp } = takeProxies()
  if (proxy !== null) return withProxy(() => proxy)
  if (forHttps === undefined && forHttp === undefined) return fetch
  return withProxy(({ protocol, hostname }) => {
    if (isExcepted(hostname)) return undefined
    return protocol === 'https:' ? forHttps : forHttp
  })
}

/** A way that no proxy stands in. */
export const fetchDirectly = (): typeof fetch => {
  takeProxies()
  return fetch
}
