import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificate } from './certificates'
import type { RunningProcess } from './process'
import { adminToken, type Suited } from './suited'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const statusWith = (env: Record<string, string>, ...words: string[]): Promise<RunningProcess> =>
  workshop.run(['status', ...words], { env: { SUITED_ADMIN_TOKEN: adminToken, ...env } })

/** A service with a ticket and a company, and the settings that name its port to a command. */
const site = useWorkshop(afterAll)
let wecom: Wecom
let suited: Suited
let env: Record<string, string>

beforeAll(async () => {
  wecom = site.wecom()
  const more = { SUITED_PUBLIC_URL: 'https://gw.example.com' }
  suited = await site.serviceFor(wecom, await site.folder(), more)
  await wecom.giveTicket(suited)
  await wecom.install(suited, wecom.corpids[0])
  env = { SUITED_HOST: '127.0.0.1', SUITED_PORT: new URL(suited.url).port }
})

describe('status shows', () => {
  test('tickets, tokens, companies and events of the running service, for people', async () => {
    const { exitCode, stdout, stderr } = await statusWith(env)
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^suited \d\S* up for \d+ s$/m)
    expect(stdout).toContain(`default app, ${wecom.suiteId}`)
    expect(stdout).toMatch(/^ {2}ticket +\d+ s old$/m)
    expect(stdout).toMatch(/^ {2}token +good for 1 h$/m)
    expect(stdout).toMatch(/^ {2}companies +authorized 1, suspended 0, invalid 0, cancelled 0$/m)
    expect(stdout).toMatch(/^ {2}events +pending \d+, done \d+, dead 0/m)
  })

  test('with --json what /api/status answers', async () => {
    const { stdout } = await statusWith(env, '--json')
    expect(Object.keys(JSON.parse(stdout))).toEqual(Object.keys(await suited.ask('/api/status')))
  })
})

describe('status finds the service', () => {
  test('on its private listener, and shows what that waits for, with the cure', async () => {
    const more = { SUITED_ADMIN_HOST: '127.0.0.1', SUITED_ADMIN_PORT: '0' }
    const suited = await workshop.serve({ ...workshop.wecom().settings, ...more })
    const url = String(suited.logs().find(({ adminUrl }) => adminUrl !== undefined)?.adminUrl)
    const env = { ...more, SUITED_ADMIN_PORT: new URL(url).port }
    const headers = { authorization: `Bearer ${adminToken}` }
    const answer = await fetch(`${url}/api/status`, { headers })
    const { waiting } = (await answer.json()) as { waiting: { detail: string; cure: string }[] }
    expect(waiting.length).toBeGreaterThan(0)
    const { exitCode, stdout } = await statusWith(env)
    expect(exitCode).toBe(0)
    for (const { detail, cure } of waiting) {
      expect(stdout).toContain(`Waiting for\n  ○ ${detail}\n    ${cure}\n`)
    }
  })

  test('behind a certificate of its own, whatever name that is made out to', async () => {
    const folder = await workshop.folder()
    const { cert, key } = makeCertificate(folder, 'gw', 'DNS:gw.example.com')
    const suited = await workshop.serve({
      ...workshop.wecom().settings,
      SUITED_TLS_CERT: cert,
      SUITED_TLS_KEY: key,
    })
    const env = { SUITED_TLS_CERT: cert, SUITED_PORT: new URL(suited.url).port }
    expect((await statusWith(env)).exitCode).toBe(0)
    expect((await workshop.run(['healthcheck'], { env })).stdout).toBe('ready\n')
  })

  test('by a systemd environment file, and the environment counts before that', async () => {
    const path = join(await workshop.folder(), 'suited.env')
    writeFileSync(
      path,
      `# the service\nSUITED_PORT="${env.SUITED_PORT}"\nSUITED_HOST='127.0.0.1'\nSUITED_ADMIN_TOKEN=${adminToken}\nexport WECOM_TOKEN=x\n`,
    )
    const found = await workshop.run(['status', '--env-file', path])
    expect(found.exitCode).toBe(0)
    expect(found.stderr).toMatch(/line 5 begins with export/)
    const other = await workshop.run(['status', '--env-file', path], { env: { SUITED_PORT: '1' } })
    expect(other.exitCode).toBe(69)
  })
})

describe('status says', () => {
  test('that the service refuses another key, and exits 1', async () => {
    const wrong = { ...env, SUITED_ADMIN_TOKEN: 'another-key-of-enough-letters' }
    const { exitCode, stdout, stderr } = await statusWith(wrong)
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/refuses: .*\(unauthorized\)/)
  })

  test('that what answers there is not suited', async () => {
    const other = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('hello') })
    const { exitCode, stderr } = await statusWith({}, '--url', other.url.origin)
    await other.stop(true)
    expect(exitCode).toBe(69)
    expect(stderr).toContain('is not suited')
  })
})

test('urls, status, export and import of a running service ask for no callback secrets', async () => {
  const asked = {
    ...env,
    SUITED_ADMIN_TOKEN: adminToken,
  }
  const url = ['--url', `http://127.0.0.1:${env.SUITED_PORT}`]
  const exported = await workshop.run(['export', '--plain', ...url], { env: asked })
  const file = join(await workshop.folder(), 'export')
  writeFileSync(file, exported.stdout)
  for (const words of [['status'], ['import', file, ...url]]) {
    const { exitCode, stderr } = await workshop.run(words, { env: asked })
    expect([words[0], exitCode, stderr.includes('WECOM_')]).toEqual([words[0], 0, false])
  }
  const listed = await workshop.run(['urls'], { env: asked })
  expect([listed.exitCode, listed.stderr.includes('WECOM_')]).toEqual([0, false])
  expect(listed.stdout).toContain('https://gw.example.com/callback/command')
  expect(listed.stdout).toContain('✓ seen by the running service')
})

test('urls lists what to paste also where there is neither a service nor a secret', async () => {
  const env = { SUITED_PUBLIC_URL: 'https://gw.example.com', SUITED_PORT: '0' }
  const { exitCode, stdout } = await workshop.run(['urls'], { env })
  expect(exitCode).toBe(0)
  expect(stdout).toContain('https://gw.example.com/callback/command')
})
