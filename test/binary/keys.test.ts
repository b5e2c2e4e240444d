/**
 * API keys through the built binary: made by commands and over HTTP, there again after `kill -9`.
 */
import { describe, expect, test } from 'bun:test'
import type { RunningProcess } from './process'
import type { Suited } from './suited'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const keyForm = /^sk_suited_[A-Za-z0-9]{16}_[A-Za-z0-9_-]{43}\n$/

const json = (method: string, body: object) => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const statusWith = async ({ url }: Suited, key: string): Promise<number> =>
  (await fetch(`${url}/api/status`, { headers: { authorization: `Bearer ${key}` } })).status

const keyIn = ({ exitCode, stdout, stderr }: RunningProcess): string => {
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(keyForm)])
  expect(stderr).not.toContain(stdout.trim())
  return stdout.trim()
}

test('what the commands make in a folder opens the service that has it next, and they go on through that one', async () => {
  const wecom = workshop.wecom()
  const dataDir = await workshop.folder()
  const onFolder = { env: { SUITED_DATA_DIR: dataDir } }
  const first = keyIn(await workshop.run(['keys', 'create', 'first', '--scopes=read'], onFolder))

  const suited = await workshop.serviceFor(wecom, dataDir)
  expect(await statusWith(suited, first)).toBe(200)
  const { port } = new URL(suited.url)
  const env = {
    SUITED_DATA_DIR: dataDir,
    SUITED_HOST: '127.0.0.1',
    SUITED_PORT: port,
    SUITED_ADMIN_TOKEN: 'an-admin-token-for-the-tests',
  }
  const keys = (...words: string[]) => workshop.run(['keys', ...words], { env })

  const second = keyIn(await keys('create', 'second', '--scopes=read', '--per-minute=100'))
  expect(await statusWith(suited, second)).toBe(200)
  const rotated = keyIn(await keys('rotate', 'second', '--grace-seconds=0'))
  expect(await statusWith(suited, second)).toBe(401)
  expect(await statusWith(suited, rotated)).toBe(200)
  const revoked = await keys('revoke', 'first')
  expect([revoked.exitCode, revoked.stdout]).toEqual([0, ''])
  expect(await statusWith(suited, first)).toBe(401)

  const table = await keys('list')
  expect(table.exitCode).toBe(0)
  expect(table.stdout).toMatch(/^first +\w{16} +read +none +1 +\d+ s ago +revoked$/m)
  expect(table.stdout).toMatch(/^second +\w{16} +read +100\/min +2 +\d+ s ago +good$/m)
  for (const secret of [first, second, rotated]) {
    expect(table.stdout).not.toContain(secret)
    expect(suited.process.stderr).not.toContain(secret.slice(-43))
  }

  const { items } = await suited.ask('/api/audit')
  const told = items.map(
    ({ action, actor, address, status }: Record<string, unknown> & { actor: object }) => [
      action,
      (actor as { kind: string }).kind,
      address,
      status,
    ],
  )
  expect(told).toEqual([
    ['key.revoke', 'admin_token', '127.0.0.1', 204],
    ['key.rotate', 'admin_token', '127.0.0.1', 200],
    ['key.create', 'admin_token', '127.0.0.1', 201],
    ['key.create', 'command', null, 0],
  ])
})

test('a key that was answered 201, and that it was made, are there after kill -9', async () => {
  const wecom = workshop.wecom()
  const dataDir = await workshop.folder()
  const suited = await workshop.serviceFor(wecom, dataDir)
  const made = await Promise.all(
    Array.from({ length: 5 }, (_, n) =>
      suited.ask('/api/keys', json('POST', { name: `key-${n}`, scopes: ['read'] })),
    ),
  )
  await suited.process.kill()

  const next = await workshop.serviceFor(wecom, dataDir)
  for (const { key } of made) expect(await statusWith(next, key)).toBe(200)
  const { items } = await next.ask('/api/audit?action=key.create')
  const targets = items.map(({ target }: { target: string }) => target)
  expect(targets.toSorted()).toEqual(made.map(({ id }) => id).toSorted())
})

describe('whoever can’t be served is told what is missing:', () => {
  test('the admin token; the operators’ listener, where the other one was named', async () => {
    const separate = { SUITED_ADMIN_HOST: '127.0.0.1', SUITED_ADMIN_PORT: '0' }
    const suited = await workshop.serviceFor(workshop.wecom(), await workshop.folder(), separate)
    const adminUrl = suited.logs().find((line) => line.adminUrl !== undefined)?.adminUrl
    for (const [url, missing] of [
      [adminUrl, 'SUITED_ADMIN_TOKEN'],
      [suited.url, 'SUITED_ADMIN_PORT'],
    ]) {
      const run = await workshop.run(['keys', 'list', `--url=${url}`])
      expect([run.exitCode, run.stdout]).toEqual([1, ''])
      expect(run.stderr).toContain(String(missing))
    }
  })
})
