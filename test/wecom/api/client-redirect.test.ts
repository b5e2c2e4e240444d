/** Where a call goes, with the fetch of the real service. */
import { afterAll, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { createLogger } from '../../../src/log'
import { createWecomClient } from '../../../src/wecom/api/client'
import { createManualClock } from '../../manual-clock'

let strangers = 0
const stranger = Bun.serve({
  port: 0,
  fetch() {
    strangers += 1
    return Response.json({ suite_access_token: 'evil', expires_in: 7200 })
  },
})
let status = 302
const wecom = Bun.serve({
  port: 0,
  fetch: () => new Response(null, { status, headers: { location: stranger.url.href } }),
})

afterAll(async () => {
  await Promise.all([stranger.stop(true), wecom.stop(true)])
})

const clock = createManualClock(0)
const client = createWecomClient({
  apiUrl: wecom.url.origin,
  fetch,
  clock,
  random: () => 0.5,
  log: createLogger({ level: 'error', format: 'json', now: clock.now, write: () => undefined }),
})

test.each([301, 302, 303, 307, 308])(
  'HTTP %d leads the suite’s secret nowhere: it is a failure and is not followed',
  async (given) => {
    status = given
    for (const method of ['GET', 'POST'] as const) {
      const body = { suite_secret: 'secret' }
      const path = '/cgi-bin/service/get_suite_token'
      const call = { method, path, repeatable: false, ...(method === 'POST' && { body }) }
      const asked = client.call(call, Type.Object({ suite_access_token: Type.String() }))
      expect(await asked.catch((failure) => failure)).toMatchObject({ kind: 'not_understood' })
    }
    expect(strangers).toBe(0)
  },
)
