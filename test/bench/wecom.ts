/**
 * A WeCom that costs as little as it can: every token and ticket is fresh and lives for two hours,
 * nothing is checked. The simulator would be what is measured when ten thousand companies renew.
 */
import { systemClock } from '../../src/clock'

export interface Wecom {
  readonly origin: string
  /** Calls so far, by path. */
  readonly calls: ReadonlyMap<string, number>
  /** Answers come so much later from now on. */
  delayMs: number
  stop(): Promise<void>
}

const lifeSeconds = 7200

export const jsapiTicketPath = '/cgi-bin/get_jsapi_ticket'

export const startWecom = (): Wecom => {
  const calls = new Map<string, number>()
  let serial = 0
  const fresh = (): string => `fresh-${serial++}-`.padEnd(86, '0')

  const answerTo = (path: string): object => {
    const lent = { errcode: 0, errmsg: 'ok', expires_in: lifeSeconds }
    switch (path) {
      case '/cgi-bin/service/get_suite_token':
        return { ...lent, suite_access_token: fresh() }
      case '/cgi-bin/service/get_corp_token':
        return { ...lent, access_token: fresh() }
      case jsapiTicketPath:
      case '/cgi-bin/ticket/get':
        return { ...lent, ticket: fresh() }
      default:
        return { errcode: 0, errmsg: 'ok' }
    }
  }

  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url)
      calls.set(pathname, (calls.get(pathname) ?? 0) + 1)
      if (wecom.delayMs > 0) await systemClock.sleep(wecom.delayMs)
      return Response.json(answerTo(pathname))
    },
  })
  const wecom: Wecom = {
    origin: server.url.origin,
    calls,
    delayMs: 0,
    stop: () => server.stop(true),
  }
  return wecom
}

export const callsOf = ({ calls }: Wecom, path?: string): number =>
  path === undefined
    ? [...calls.values()].reduce((sum, count) => sum + count, 0)
    : (calls.get(path) ?? 0)
