/** The one app and its companies that every contender works for. Made up; the same in every run. */

export const suiteId = 'wwbench0000000001'
export const suiteSecret = 'bench-suite-secret'
export const providerCorpid = 'wwbench0000000000'
export const token = 'BenchToken0000000000000000000000'
export const encodingAesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
export const suiteTicket = 'bench-suite-ticket-'.padEnd(86, '0')

/** Companies by number, from 0 on. */
export const corpidOf = (number: number): string => `wpBench${String(number).padStart(24, '0')}`

export const permanentCodeOf = (number: number): string =>
  `bench-permanent-code-${number}`.padEnd(43, '0')

export const jsapiTicketOf = (number: number): string => `bench-ticket-${number}-`.padEnd(86, '0')

/** A page as long as pages' addresses usually are, with a query of its own. */
export const pageUrl =
  'https://app.example.com/customers/orders?id=20261122-7&from=chat&tab=history'

/** The path and query of a signature for a company. */
export const signPath = (corpid: string): string =>
  `/sign?${new URLSearchParams({ corpid, url: pageUrl })}`

export const adminToken = 'bench-admin-token-0123456789abcdef'

/** A call of WeCom's that goes through a proxy. */
export const proxiedPath = '/cgi-bin/user/get?userid=zhangsan'

/** The same for a company, at suited. */
export const proxyPath = (corpid: string): string => `/proxy/corps/${corpid}${proxiedPath}`
