/**
 * A back-end as one is built with WxJava's `WxCpTpService` and Redis: the SDK keeps ticket and
 * tokens in Redis, under its own keys and with their lives; the permanent codes are in a table of
 * the provider's, for the SDK stores none. Written from WxJava's `AbstractWxCpTpInRedisConfigImpl`.
 */
import type { Fetch, Simulator } from '../../src/simulator/simulator'
import type { Suite } from '../../src/simulator/world/world'
import { parseEncodingAesKey } from '../../src/wecom/callback/crypto'
import { ciphertextOf, openEnvelope } from '../../src/wecom/callback/envelope'
import { parseMessage } from '../../src/wecom/callback/message'
import type { ManualClock } from '../manual-clock'

export interface WxJavaBackend {
  /** Takes what WeCom pushes. */
  receive(request: Request): Promise<Response>
  /** Signs for a page of a company, as far as WeCom is asked for it; its errcode. */
  ticketFor(corpid: string): Promise<number>
  /** The provider's own table: permanent codes by corpid. */
  readonly table: Map<string, string>
  /** Companies whose messages it took. */
  readonly heardOf: Set<string>
}

/** WeCom's documents say thirty minutes; integrations take a little less. */
const ticketLifeSeconds = 1680
/** On these the SDK fetches the token again, once. */
const deadTokens = [40001, 40014, 42001]

export const createWxJavaBackend = (
  { world, fetch }: Pick<Simulator, 'world'> & { readonly fetch: Fetch },
  clock: Pick<ManualClock, 'now'>,
): WxJavaBackend => {
  const suite = [...world.suites.values()][0] as Suite
  const { suiteId, suiteSecret, token, encodingAesKey } = suite
  const aesKey = parseEncodingAesKey(encodingAesKey)
  const redis = new Map<string, { value: string; until: number }>()
  const table = new Map<string, string>()
  const heardOf = new Set<string>()

  // The prefix is null unless somebody sets one.
  const keyOf = (key: string) => `null:${suiteId}:${key}`
  const keys = {
    ticket: keyOf(':suiteTicketKey:'),
    suiteToken: keyOf(':suiteAccessTokenKey:'),
    corpToken: (corpid: string) => `${keyOf(corpid)}:accessTokenKey:`,
  }
  const set = (key: string, value: string, seconds: number) =>
    redis.set(key, { value, until: clock.now() + seconds * 1000 })
  const get = (key: string): string | null => {
    const entry = redis.get(key)
    return entry && entry.until > clock.now() ? entry.value : null
  }

  // biome-ignore lint/suspicious/noExplicitAny: WeCom's answers have every shape
  const ask = async (path: string, body?: object): Promise<any> => {
    const init = body && { method: 'POST', body: JSON.stringify(body) }
    return (await fetch(`https://qyapi.weixin.qq.com/cgi-bin/${path}`, init)).json()
  }

  const suiteToken = async (): Promise<string> => {
    const kept = get(keys.suiteToken)
    if (kept !== null) return kept
    const suite_ticket = get(keys.ticket)
    if (suite_ticket === null) throw new Error('invalid suite ticket')
    const body = { suite_id: suiteId, suite_secret: suiteSecret, suite_ticket }
    const answer = await ask('service/get_suite_token', body)
    set(keys.suiteToken, answer.suite_access_token, answer.expires_in)
    return answer.suite_access_token
  }

  const corpToken = async (corpid: string): Promise<string> => {
    const kept = get(keys.corpToken(corpid))
    if (kept !== null) return kept
    const body = { auth_corpid: corpid, permanent_code: table.get(corpid) }
    const path = `service/get_corp_token?suite_access_token=${await suiteToken()}`
    const answer = await ask(path, body)
    set(keys.corpToken(corpid), answer.access_token, answer.expires_in)
    return answer.access_token
  }

  const exchange = async (auth_code: string): Promise<void> => {
    const path = `service/v2/get_permanent_code?suite_access_token=${await suiteToken()}`
    const { permanent_code, auth_corp_info } = await ask(path, { auth_code })
    if (permanent_code) table.set(auth_corp_info.corpid, permanent_code)
  }

  const ticketFor = async (corpid: string): Promise<number> =>
    (await ask(`get_jsapi_ticket?access_token=${await corpToken(corpid)}`)).errcode

  return {
    table,
    heardOf,
    async receive(request) {
      const query = Object.fromEntries(new URL(request.url).searchParams)
      const { msg_signature: msgSignature = '', timestamp = '', nonce = '' } = query
      const pair = { token, aesKey: aesKey as Buffer }
      const ciphertext = ciphertextOf(await request.text()) ?? ''
      const signed = { msgSignature, timestamp, nonce }
      const opened = openEnvelope([pair], signed, ciphertext, { maxAgeSeconds: 0, now: 0 })
      const read = opened.ok ? parseMessage(opened.value.message) : opened
      if (!read.ok) return new Response('fail', { status: 400 })
      const { InfoType, SuiteTicket, AuthCode, ToUserName } = read.value.payload as Record<
        string,
        string
      >
      if (InfoType === 'suite_ticket') set(keys.ticket, SuiteTicket ?? '', ticketLifeSeconds)
      // An answer has a second's time: handlers exchange the code behind it.
      if (InfoType === 'create_auth') await exchange(AuthCode ?? '')
      if (ToUserName) heardOf.add(ToUserName)
      return new Response(InfoType ? 'success' : '')
    },
    async ticketFor(corpid) {
      const errcode = await ticketFor(corpid)
      if (!deadTokens.includes(errcode)) return errcode
      redis.delete(keys.corpToken(corpid))
      return ticketFor(corpid)
    },
  }
}
