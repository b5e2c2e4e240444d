/** The proxies of docs/deploy.md: what they let through, and that `/api` isn't among it. */
import { describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { createNginx } from '../binary/nginx'
import { adminToken, pageUrl } from '../binary/suited'
import { useWorkshop } from '../binary/workshop'
import { describeWithTool } from '../optional-tool'
import { pageAt } from './steps'

const workshop = useWorkshop()

/** A GET whose target arrives as it is written here; what comes back. */
const rawGet = (origin: string, target: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname: host, port } = new URL(origin)
    const head = `Host: gw.example.com\r\nAuthorization: Bearer ${adminToken}\r\nConnection: close`
    const socket = connect({ host, port: Number(port) }, () =>
      socket.write(`GET ${target} HTTP/1.1\r\n${head}\r\n\r\n`),
    )
    let answer = ''
    socket.on('data', (data) => {
      answer += data.toString()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })

/** Ways to write `/api/status`, from the plain one to those that hide the prefix. */
const spellings = [
  '/api/status',
  '//api/status',
  '/%61pi/status',
  '/./api/status',
  '/sign/../api/status',
  '/sign/%2e%2e/api/status',
  '/sign%2f..%2fapi/status',
  '/sign\\..\\api\\status',
  '/sign/..\\api/status',
  '/login/../api/status',
  '/login/done/../../api/status',
  '/install/waiting/..%2f..%2fapi/status',
  '/business/..\\api\\status',
  '/callback/data/../../api/status',
  '/callback/data/..\\..\\api\\status',
  '/callback/data/x%2f..%2f..%2f..%2fapi/status',
  '/suites/default/../../api/status',
  '/healthz/../api/status',
  '/WW_verify_a.txt/../api/status',
  '/swagger/json',
  '/sign/../swagger/json',
  '/verify/../api/status',
  '/orderUrl/..%2fapi/status',
  '/dataUrl/../api/status',
  '/dataUrl/..\\api\\status',
  '/dataUrl/$CORPID$/../../api/status',
  '/callback/data/$CORPID$/../../../api/status',
  '/callback/data/%24CORPID%24\\..\\..\\..\\api\\status',
]

/**
 * URLs that a console may hold besides those of the README, each with and without a suite's key.
 */
const otherUrls = [
  '/verify',
  '/orderUrl',
  '/dataUrl',
  '/dataUrl/ww0123456789abcdef',
  '/dataUrl/$CORPID$',
  '/dataUrl/%24CORPID%24',
  '/callback/data',
  '/callback/data/$CORPID$',
  '/callback/data/%24CORPID%24',
].flatMap((path) => [path, `/suites/default${path}`])

/** The pages of installations and logins, each with and without a suite's key. */
const flowUrls = [
  '/install',
  '/install/done',
  '/install/waiting',
  '/login',
  '/login/done',
  '/business',
].flatMap((path) => [path, `/suites/default${path}`])

/** The locations of a page's server block; its address and certificate are the test's own. */
const locationsOf = (server: string, upstream: string): string =>
  server
    .replace(/^server \{\n/, '')
    .replace(/\n\}\s*$/, '')
    .replace(/^ *(listen|server_name|ssl_\w+) .*\n/gm, '')
    .replaceAll('http://127.0.0.1:8001', upstream)

describeWithTool(
  'nginx',
  () => Bun.which('nginx'),
  'nginx as docs/deploy.md has it',
  (nginx) => {
    /** A service with a company, behind the server block in which `words` stand. */
    const start = async (words: string, settings: Record<string, string>) => {
      const server = (await pageAt('docs/deploy.md')).block(words, 'nginx')
      const wecom = workshop.wecom()
      const more = { SUITED_DOMAIN_FILES: 'WW_verify_abc.txt:proof', ...settings }
      const suited = await workshop.serviceFor(wecom, await workshop.folder(), more)
      const { origin, forwardTo } = await createNginx(workshop, nginx, (upstream) =>
        locationsOf(server, upstream),
      )
      await forwardTo(suited.url)
      return { wecom, suited, origin }
    }

    const opens = async (origin: string, wecom: ReturnType<typeof workshop.wecom>) => {
      const { pusher } = wecom.simulator
      const checks = await pusher.saveUrls(wecom.suiteId, {
        commandUrl: `${origin}/callback/command`,
        dataUrl: `${origin}/callback/data/$CORPID$`,
      })
      expect(checks).toMatchObject({ commandUrl: { ok: true }, dataUrl: { ok: true } })
      expect((await pusher.pushTicket(wecom.suiteId)).ok).toBe(true)
      for (const path of ['/healthz', '/readyz', '/WW_verify_abc.txt']) {
        expect([path, (await fetch(origin + path)).status]).toEqual([path, 200])
      }
      for (const path of otherUrls) {
        // Unsigned, so refused; by suited, and not as a path that isn't there.
        const answer = await rawGet(origin, path)
        expect([path, answer]).toEqual([path, expect.stringMatching(/application\/problem\+json/)])
        expect([path, answer]).toEqual([path, expect.not.stringContaining('"not_found"')])
      }
      for (const path of flowUrls) {
        const { status, headers } = await fetch(origin + path)
        expect([path, status]).not.toEqual([path, 404])
        expect([path, headers.get('cache-control')]).toEqual([path, 'no-store'])
      }
      const query = new URLSearchParams({ corpid: wecom.corpids[0], url: pageUrl })
      const asked = await fetch(`${origin}/sign?${query}`)
      expect(await asked.json()).toMatchObject({ code: 'corp_not_authorized' })
    }

    const leaks = async (origin: string) => {
      const answers = await Promise.all(
        spellings.map(async (target) => ({ target, answer: await rawGet(origin, target) })),
      )
      return answers.filter(({ answer }) => !/^HTTP\/1\.1 40[04] /.test(answer))
    }

    test('with one listener, the allow-list lets WeCom and pages in and no way of writing /api', async () => {
      const { wecom, suited, origin } = await start('return 404', {})
      expect(await rawGet(suited.url, '/sign/../api/status')).toStartWith('HTTP/1.1 200')
      await opens(origin, wecom)
      expect(await leaks(origin)).toEqual([])
    })

    test('with a listener for operators, handing on everything gives no way to /api', async () => {
      const { wecom, origin } = await start('location / {\n        proxy_pass', {
        SUITED_ADMIN_HOST: '127.0.0.1',
        SUITED_ADMIN_PORT: '0',
      })
      await opens(origin, wecom)
      expect(await leaks(origin)).toEqual([])
    })
  },
)

describe('the list for Caddy in docs/deploy.md', () => {
  // Caddy matches the path decoded and straightened, by a syntax that means here what ours does.
  const isLetIn = async (target: string): Promise<boolean> => {
    const block = (await pageAt('docs/deploy.md')).block('path_regexp', 'caddy')
    const list = new RegExp(/path_regexp (\S+)/.exec(block)?.[1] ?? 'missing')
    return list.test(decodeURIComponent(target))
  }

  test.each([...otherUrls, '/sign', '/callback/command', '/callback/system', '/healthz'])(
    'lets %s in',
    async (target) => {
      expect(await isLetIn(target)).toBe(true)
    },
  )

  test.each(spellings)('keeps %s out', async (target) => {
    expect(await isLetIn(target)).toBe(false)
  })
})
