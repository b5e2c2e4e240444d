import { describe, expect, test } from 'bun:test'
import { inspect } from 'node:util'
import {
  type Answer,
  breaks,
  createClientScene,
  says,
  saysNothing,
  saysText,
  stopsHalfWay,
} from './client-scene'

const secrets = {
  suiteSecret: 'suite-secret-7f3a',
  suiteTicket: 'suite-ticket-7f3a',
  suiteToken: 'suite-token-7f3a',
  authCode: 'auth-code-7f3a',
  permanentCode: 'permanent-code-7f3a',
  accessToken: 'access-token-7f3a',
}
const { suiteSecret, suiteTicket, suiteToken, authCode, permanentCode, accessToken } = secrets

type Calls = ReturnType<typeof createClientScene>['calls']

const everyCall: [string, (calls: Calls) => Promise<unknown>][] = [
  ['get_suite_token', (calls) => calls.fetchSuiteToken('ww1', suiteSecret, suiteTicket)],
  ['get_permanent_code', (calls) => calls.fetchPermanentCode(suiteToken, authCode)],
  ['get_auth_info', (calls) => calls.fetchAuthInfo(suiteToken, 'wp1', permanentCode)],
  ['get_corp_token', (calls) => calls.fetchCorpToken(suiteToken, 'wp1', permanentCode)],
  ['gettoken', (calls) => calls.fetchCustomisedToken('wp1', permanentCode)],
  ['get_jsapi_ticket', (calls) => calls.fetchJsapiTicket(accessToken)],
  ['ticket/get', (calls) => calls.fetchAgentTicket(accessToken)],
]

/** A page that shows its reader what was asked. */
const echoes: Answer = ({ url, body }) => new Response(`<html>${url} ${body}</html>`)
const echoesAs =
  (status: number): Answer =>
  ({ url, body }) =>
    new Response(`<html>${url} ${body}</html>`, { status })

const everyMishap: [string, Answer][] = [
  ['a refusal', says({ errcode: 40013, errmsg: 'invalid corpid, from ip: 203.0.113.7' })],
  ['being busy', says({ errcode: -1, errmsg: 'system busy' })],
  ['no answer', saysNothing],
  ['half an answer', stopsHalfWay],
  ['a broken connection', breaks],
  ['an echo', echoes],
  ['an echo with status 403', echoesAs(403)],
  ['an echo with status 404', echoesAs(404)],
  ['an echo with status 500', echoesAs(500)],
  ['a token in JSON that is cut off', saysText(`{"access_token":"${accessToken}`)],
  [
    'half of what was promised',
    says({
      errcode: 0,
      permanent_code: permanentCode,
      suite_access_token: [suiteToken],
      access_token: [accessToken],
      ticket: [suiteTicket],
      auth_info: suiteToken,
    }),
  ],
]

/** All that a log, a page or a debugger could show of an error, hidden properties included. */
const allOf = (error: unknown): string => {
  const shown = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error)]
  if (error instanceof Error) {
    shown.push(error.message, error.stack ?? '', String(error))
    for (const name of Reflect.ownKeys(error)) shown.push(inspect(Reflect.get(error, name)))
    if (error.cause !== undefined) shown.push(allOf(error.cause))
  }
  return shown.join('\n')
}

test.each(everyMishap)(
  'after %s neither the error nor the log tells a secret of any call',
  async (_, answer) => {
    for (const [name, call] of everyCall) {
      const { calls, lines, outcomeOf } = createClientScene(answer)
      const outcome = await outcomeOf(call(calls))
      const error = 'error' in outcome ? outcome.error : undefined
      expect(error).toBeInstanceOf(Error)
      expect(lines.length).toBeGreaterThan(0)
      const told = [allOf(error), ...lines].join('\n')
      const leaked = Object.values(secrets).filter((secret) => told.includes(secret))
      expect([name, leaked]).toEqual([name, []])
    }
  },
)

describe('after a success', () => {
  test('the log tells nothing', async () => {
    const { calls, lines, outcomeOf } = createClientScene(says({ ticket: 'ticket-7f3a' }))
    await outcomeOf(calls.fetchJsapiTicket(accessToken))
    expect(lines).toEqual([])
  })
})
