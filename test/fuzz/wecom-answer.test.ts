/**
 * Answers that WeCom, or what stands between, may give: a value, or a failure without our secrets.
 */
import { describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import fc from 'fast-check'
import type { ServiceError } from '../../src/errors'
import { createWecomClient } from '../../src/wecom/api/client'
import { WecomFailure } from '../../src/wecom/api/failure'
import { createManualClock } from '../manual-clock'
import { hostileBody, hostileJson } from './hostile-text'
import { patienceMs, runs } from './runs'

describe('an answer of WeCom’s', () => {
  const secret = 'a-secret-that-was-sent'
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const schema = Type.Object({ access_token: Type.String(), expires_in: Type.Integer() })

  const answers = fc.record({
    status: fc.constantFrom(200, 200, 200, 204, 301, 400, 404, 429, 500, 502, 599),
    body: fc.oneof(
      hostileBody,
      hostileJson.map((json) => JSON.stringify({ errcode: json, errmsg: json }) ?? ''),
      fc
        .record({ access_token: hostileJson, expires_in: hostileJson })
        .map((it) => JSON.stringify(it)),
    ),
    type: fc.constantFrom('application/json', 'text/html; charset=gbk', 'x', ''),
  })

  test(
    'is the value that was asked for, or a failure that tells nothing of what was sent',
    async () => {
      await fc.assert(
        fc.asyncProperty(answers, async ({ status, body, type }) => {
          const clock = createManualClock(0)
          const client = createWecomClient({
            apiUrl: 'http://wecom.example',
            fetch: (async () =>
              new Response(status === 204 ? null : (body as string), {
                status,
                headers: { 'content-type': type },
              })) as unknown as typeof fetch,
            clock,
            random: () => 0,
            log,
          })
          const call = {
            method: 'GET' as const,
            path: '/cgi-bin/x',
            query: { secret },
            repeatable: false,
          }
          const answering = client.call(call, schema).catch((error: unknown) => error)
          await clock.advance(10_000)
          const outcome = await answering
          if (outcome instanceof Error) {
            expect(outcome).toBeInstanceOf(WecomFailure)
            expect(['wecom_error', 'wecom_timeout']).toContain((outcome as ServiceError).code)
            expect(`${outcome.message} ${outcome.stack}`).not.toContain(secret)
          } else expect(outcome).toMatchObject({ access_token: expect.any(String) })
        }),
        runs(60),
      )
    },
    patienceMs,
  )
})
