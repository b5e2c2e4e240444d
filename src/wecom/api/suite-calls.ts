/**
 * The calls of WeCom's third-party API that suited makes itself, in our terms: secrets in, records
 * out. `expires_in` becomes `expiresAt` here and nowhere else.
 */
import { Type } from '@sinclair/typebox'
import { type Clock, secondMs } from '../../clock'
import { boundedText, countingNumber } from './answer/shape'
import type { WecomClient } from './client'
import { WecomFailure } from './failure'

export interface FetchedToken {
  readonly value: string
  /** Epoch milliseconds, taken before the call, so that it errs early. */
  readonly fetchedAt: number
  readonly expiresAt: number
}

/** The member who installed the app. */
export interface Installer {
  readonly userid: string
  readonly openUserid: string | null
}

export interface PermanentCode {
  readonly corpid: string
  readonly name: string
  readonly permanentCode: string
  /** Null if WeCom didn't say. */
  readonly installer: Installer | null
}

export interface AuthInfo {
  readonly name: string
  readonly agentid: number | null
  /** 0 installed by an admin, 1 by members; null if WeCom didn't say. */
  readonly authMode: number | null
  /** `auth_info.agent[0]` as WeCom sent it. */
  readonly agent: Record<string, unknown> | null
}

const expiresIn = Type.Optional(Type.Number())
const name = Type.Optional(Type.String())
const count = Type.Optional(countingNumber)

const SuiteToken = Type.Object({ suite_access_token: boundedText, expires_in: expiresIn })
const AccessToken = Type.Object({ access_token: boundedText, expires_in: expiresIn })
const Ticket = Type.Object({ ticket: boundedText, expires_in: expiresIn })
const ExchangedCode = Type.Object({
  permanent_code: boundedText,
  auth_corp_info: Type.Object({ corpid: boundedText, corp_name: name }),
  auth_user_info: Type.Optional(
    Type.Object({ userid: boundedText, open_userid: Type.Optional(boundedText) }),
  ),
})
const Agent = Type.Object({ agentid: count, auth_mode: count })
const ReadAuthInfo = Type.Object({
  auth_corp_info: Type.Optional(Type.Object({ corp_name: name })),
  auth_info: Type.Optional(
    Type.Object({ agent: Type.Optional(Type.Array(Agent)) }, { askedFor: true }),
  ),
})

/**
 * WeCom's names of companies have a few dozen characters, and lists keep those of all companies.
 */
const longestName = 256

const nameOf = ({ corp_name = '' }: { corp_name?: string | undefined } = {}): string =>
  corp_name.slice(0, longestName).toWellFormed()

/** WeCom documents 7200 for all of these. */
const longestLifeSeconds = 7200
/** A life of nothing or less is a fault of the answer: what it brought is tried for this long. */
const faultyLifeSeconds = 60

/** A repeated fetch may give the same token with the few seconds that it has left: not one more. */
const expiresAtOf = (fetchedAt: number, expiresInSeconds = longestLifeSeconds): number =>
  fetchedAt +
  (expiresInSeconds >= 1
    ? Math.min(Math.floor(expiresInSeconds), longestLifeSeconds)
    : faultyLifeSeconds) *
    secondMs

/** The old path is asked where WeCom doesn't serve the new one. */
const orOldPath = async <T>(path: string, ask: (path: string) => Promise<T>): Promise<T> => {
  try {
    return await ask(path)
  } catch (error) {
    if (!(error instanceof WecomFailure) || error.kind !== 'path_missing') throw error
    return ask(path.replace('/service/v2/', '/service/'))
  }
}

/** Turns an answer with `expires_in` into a token that knows when it ends. */
export const tokenFetcher =
  (clock: Clock) =>
  async (
    fetch: () => Promise<{ value: string; expires_in?: number | undefined }>,
  ): Promise<FetchedToken> => {
    const fetchedAt = clock.now()
    const { value, expires_in } = await fetch()
    return { value, fetchedAt, expiresAt: expiresAtOf(fetchedAt, expires_in) }
  }

export type WecomCalls = ReturnType<typeof createWecomCalls>

/** @param clock by which the life of what is fetched is counted */
export const createWecomCalls = (client: WecomClient, clock: Clock) => {
  const token = tokenFetcher(clock)

  return {
    /** 获取第三方应用凭证, document 97162. */
    fetchSuiteToken: (suiteId: string, suiteSecret: string, suiteTicket: string) =>
      token(async () => {
        const body = { suite_id: suiteId, suite_secret: suiteSecret, suite_ticket: suiteTicket }
        const path = '/cgi-bin/service/get_suite_token'
        const answer = await client.call(
          { method: 'POST', path, body, repeatable: true },
          SuiteToken,
        )
        return { value: answer.suite_access_token, expires_in: answer.expires_in }
      }),

    /** 获取企业永久授权码, document 100776. The code works once, so repeating it harms nothing. */
    fetchPermanentCode: async (suiteToken: string, authCode: string): Promise<PermanentCode> => {
      const answer = await orOldPath('/cgi-bin/service/v2/get_permanent_code', (path) =>
        client.call(
          {
            method: 'POST',
            path,
            query: { suite_access_token: suiteToken },
            body: { auth_code: authCode },
            repeatable: true,
            answeredOnce: true,
          },
          ExchangedCode,
        ),
      )
      const {
        permanent_code: permanentCode,
        auth_corp_info: company,
        auth_user_info: user,
      } = answer
      const installer = user ? { userid: user.userid, openUserid: user.open_userid ?? null } : null
      return { corpid: company.corpid, name: nameOf(company), permanentCode, installer }
    },

    /** 获取企业授权信息, document 100795. */
    fetchAuthInfo: async (
      suiteToken: string,
      corpid: string,
      permanentCode: string,
    ): Promise<AuthInfo> => {
      const answer = await orOldPath('/cgi-bin/service/v2/get_auth_info', (path) =>
        client.call(
          {
            method: 'POST',
            path,
            query: { suite_access_token: suiteToken },
            body: { auth_corpid: corpid, permanent_code: permanentCode },
            repeatable: true,
          },
          ReadAuthInfo,
        ),
      )
      const agent = answer.auth_info?.agent?.[0] ?? null
      return {
        name: nameOf(answer.auth_corp_info),
        agentid: agent?.agentid ?? null,
        authMode: agent?.auth_mode ?? null,
        agent,
      }
    },

    /** 获取企业凭证, document 90605. */
    fetchCorpToken: (suiteToken: string, corpid: string, permanentCode: string) =>
      token(async () => {
        const answer = await client.call(
          {
            method: 'POST',
            path: '/cgi-bin/service/get_corp_token',
            query: { suite_access_token: suiteToken },
            body: { auth_corpid: corpid, permanent_code: permanentCode },
            repeatable: true,
          },
          AccessToken,
        )
        return { value: answer.access_token, expires_in: answer.expires_in }
      }),

    /** 代开发应用 access_token, document 97164: the permanent code is the secret. */
    fetchCustomisedToken: (corpid: string, permanentCode: string) =>
      token(async () => {
        const query = { corpid, corpsecret: permanentCode }
        const path = '/cgi-bin/gettoken'
        const answer = await client.call(
          { method: 'GET', path, query, repeatable: true },
          AccessToken,
        )
        return { value: answer.access_token, expires_in: answer.expires_in }
      }),

    /** The company's ticket, for `config` (document 96909). */
    fetchJsapiTicket: (accessToken: string) =>
      token(async () => {
        const path = '/cgi-bin/get_jsapi_ticket'
        const query = { access_token: accessToken }
        const answer = await client.call({ method: 'GET', path, query, repeatable: true }, Ticket)
        return { value: answer.ticket, expires_in: answer.expires_in }
      }),

    /** The app's ticket, for `agentConfig` (document 96909). */
    fetchAgentTicket: (accessToken: string) =>
      token(async () => {
        const path = '/cgi-bin/ticket/get'
        const query = { access_token: accessToken, type: 'agent_config' }
        const answer = await client.call({ method: 'GET', path, query, repeatable: true }, Ticket)
        return { value: answer.ticket, expires_in: answer.expires_in }
      }),
  }
}
