/** deploy/balancer.conf in a real nginx, before three servers that stand for replicas. */
import { afterEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../binary/until'
import { textOf } from '../conventions/sources'
import { describeWithTool } from '../optional-tool'

interface Arrived {
  readonly replica: number
  readonly target: string
  readonly from: string | null
}

describeWithTool(
  'nginx',
  () => Bun.which('nginx'),
  'nginx before three replicas',
  (nginx) => {
    const undo: (() => unknown)[] = []
    afterEach(async () => {
      for (const step of undo.splice(0).toReversed()) await step()
    })

    /** @param statusOf what each replica answers */
    const start = async (statusOf: (replica: number, target: string) => number) => {
      const arrived: Arrived[] = []
      const servers = [0, 1, 2].map((replica) =>
        Bun.serve({
          port: 0,
          hostname: '127.0.0.1',
          fetch: (request) => {
            const target = request.url.replace(/^https?:\/\/[^/]*/, '')
            arrived.push({ replica, target, from: request.headers.get('x-forwarded-for') })
            return new Response(`${replica}`, { status: statusOf(replica, target) })
          },
        }),
      )
      undo.push(() => Promise.all(servers.map((server) => server.stop(true))))
      const folder = mkdtempSync(join(tmpdir(), 'suited-balancer-'))
      undo.push(() => rmSync(folder, { recursive: true, force: true }))
      const [a, b, c] = crypto.getRandomValues(new Uint8Array(3))
      const listen = `127.${a}.${b}.${c}:8080`
      let at = 0
      const own = (await textOf('deploy/balancer.conf'))
        .replaceAll(
          /server 10\.77\.0\.1[123]:8001/g,
          () => `server 127.0.0.1:${servers[at++ % servers.length]!.port}`,
        )
        .replace('listen 80;', `listen ${listen};`)
      const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      const file = join(folder, 'nginx.conf')
      writeFileSync(
        file,
        `daemon off;\nmaster_process off;\npid ${folder}/nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${paths.map((name) => `${name}_temp_path ${folder};`).join('\n')}\n${own}}\n`,
      )
      const judged = Bun.spawnSync([nginx, '-t', '-p', folder, '-c', file])
      expect(judged.stderr.toString()).toContain('test is successful')
      const child = Bun.spawn([nginx, '-p', folder, '-c', file], {
        stdout: 'ignore',
        stderr: 'ignore',
      })
      undo.push(async () => {
        child.kill('SIGKILL')
        await child.exited
      })
      const origin = `http://${listen}`
      await until('nginx', () => fetch(`${origin}/up`).then(Boolean, () => false))
      arrived.splice(0)
      return { origin, arrived }
    }

    test('spreads requests, and says who the client is', async () => {
      const { origin, arrived } = await start(() => 200)
      const query = '?msg_signature=a%2Bb&echostr=%E6%B1%89'
      for (let n = 0; n < 9; n++) await fetch(`${origin}/sign${query}`, { headers: strangers })
      expect(new Set(arrived.map(({ replica }) => replica)).size).toBe(3)
      expect(new Set(arrived.map(({ target }) => target))).toEqual(new Set([`/sign${query}`]))
      expect(new Set(arrived.map(({ from }) => from))).toEqual(new Set(['127.0.0.1']))
    })
    const strangers = { 'x-forwarded-for': '203.0.113.9' }

    test.each(['/callback/command', '/suites/crm/callback/data/ww1', '/dataUrl/ww1'])(
      'gives what WeCom pushes to %s to the next replica while one can’t take it',
      async (path) => {
        const { origin, arrived } = await start((replica) => (replica === 2 ? 200 : 503))
        const answer = await fetch(`${origin}${path}?nonce=1`, { method: 'POST', body: '<xml/>' })
        expect([answer.status, await answer.text()]).toEqual([200, '2'])
        expect(new Set(arrived.map(({ target }) => target))).toEqual(new Set([`${path}?nonce=1`]))
      },
    )

    test('has pages signed on while no replica can take what WeCom pushes', async () => {
      const isPushed = (target: string) => target.startsWith('/callback/')
      const { origin } = await start((_, target) => (isPushed(target) ? 503 : 200))
      for (let n = 0; n < 9; n++) {
        const push = await fetch(`${origin}/callback/command`, { method: 'POST', body: '<xml/>' })
        expect(push.status).toBeGreaterThan(499)
      }
      for (let n = 0; n < 9; n++) expect((await fetch(`${origin}/sign`)).status).toBe(200)
    })

    test.each(['/sign', '/suites/crm/install', '/login/callback'])(
      'has %s answered by another replica while one isn’t ready, and counts no failure',
      async (path) => {
        const { origin, arrived } = await start((replica) => (replica === 2 ? 200 : 503))
        for (let n = 0; n < 30; n++) {
          expect((await fetch(`${origin}${path}?state=a%2Fb`)).status).toBe(200)
        }
        expect(new Set(arrived.map(({ target }) => target))).toEqual(
          new Set([`${path}?state=a%2Fb`]),
        )
        expect(new Set(arrived.map(({ replica }) => replica)).size).toBe(3)
      },
    )

    test('has a page told 503 by suited itself where every replica says so', async () => {
      const { origin } = await start(() => 503)
      for (let n = 0; n < 9; n++) {
        const answer = await fetch(`${origin}/sign`)
        expect(answer.status).toBe(503)
        expect(await answer.text()).toMatch(/^[012]$/)
      }
    })

    test('repeats nothing else that may have been acted on', async () => {
      const { origin, arrived } = await start(() => 503)
      const path = '/proxy/corps/ww1/cgi-bin/message/send'
      const answer = await fetch(origin + path, { method: 'POST', body: '{}' })
      expect(answer.status).toBe(503)
      expect(arrived).toHaveLength(1)
    })
  },
)
