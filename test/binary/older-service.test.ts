/** Commands towards a running service that was made before them. */
import { afterAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { adminToken } from './suited'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

/** As a service answers that takes a passphrase alone, and has no encryption key. */
const older = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: () =>
    Response.json(
      { status: 400, code: 'invalid_request', detail: 'Send { "passphrase": "…" }.' },
      { status: 400, headers: { 'content-type': 'application/problem+json' } },
    ),
})
afterAll(() => older.stop(true))

test('an export that the service can’t make for a recipient names its version as the cause', async () => {
  const output = join(await workshop.folder(), 'suited.export')
  const url = `http://127.0.0.1:${older.port}`
  const run = await workshop.run(['export', '--plain', '--output', output, '--url', url], {
    env: { SUITED_ADMIN_TOKEN: adminToken },
  })
  expect(run.exitCode).toBe(1)
  expect(run.stderr).toContain('another version than this command: restart it')
  expect(run.stderr).not.toContain('passphrase')
})
