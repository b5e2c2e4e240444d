/**
 * The calls of WeCom's provider API that suited makes itself, and those about a company that need
 * more than its permanent code.
 */
import { Type } from '@sinclair/typebox'
import { type Clock, secondMs } from '../../clock'
import { boundedText, countingNumber } from './answer/shape'
import type { WecomClient } from './client'
import { type FetchedToken, tokenFetcher } from './suite-calls'

export interface CorpAdmin {
  readonly userid: string
  readonly openUserid: string | null
  /** 1 manages the app, 0 may only send messages; null if WeCom didn't say. */
  readonly authType: number | null
}

export interface LicenseInfo {
  /** WeCom's `license_status`: 0 not enforced, 1 enforced. */
  readonly status: number
  /** Epoch milliseconds; null where WeCom names none. */
  readonly trialEndsAt: number | null
  readonly enforcedFrom: number | null
}

/**
 * Its life is a number of seconds, its moments are seconds since 1970, each up to the last date.
 */
const seconds = Type.Optional(Type.Integer({ minimum: 0, maximum: 8.64e12 }))
const ProviderToken = Type.Object({
  provider_access_token: boundedText,
  expires_in: Type.Optional(Type.Number()),
})
const AdminList = Type.Object({
  admin: Type.Optional(
    Type.Array(
      Type.Object({
        userid: Type.Optional(boundedText),
        open_userid: Type.Optional(boundedText),
        auth_type: Type.Optional(countingNumber),
      }),
    ),
  ),
})
const OpenCorpid = Type.Object({ open_corpid: boundedText })
const License = Type.Object({
  license_status: countingNumber,
  license_check_time: seconds,
  trail_info: Type.Optional(Type.Object({ end_time: seconds })),
})
const AuthUrl = Type.Object({ qrcode_url: boundedText, expires_in: seconds })

const instantOf = (seconds: number | undefined): number | null =>
  seconds ? seconds * secondMs : null

export type ProviderCalls = ReturnType<typeof createProviderCalls>

/** @param clock by which the life of the provider's token is counted */
export const createProviderCalls = (client: WecomClient, clock: Clock) => {
  const token = tokenFetcher(clock)

  return {
    /** 获取服务商凭证, document 96237. */
    fetchProviderToken: (corpid: string, providerSecret: string): Promise<FetchedToken> =>
      token(async () => {
        const body = { corpid, provider_secret: providerSecret }
        const path = '/cgi-bin/service/get_provider_token'
        const answer = await client.call(
          { method: 'POST', path, body, repeatable: true },
          ProviderToken,
        )
        return { value: answer.provider_access_token, expires_in: answer.expires_in }
      }),

    /** 获取应用的管理员列表, document 90606. */
    fetchAdmins: async (
      suiteToken: string,
      corpid: string,
      agentid: number,
    ): Promise<CorpAdmin[]> => {
      const { admin = [] } = await client.call(
        {
          method: 'POST',
          path: '/cgi-bin/service/get_admin_list',
          query: { suite_access_token: suiteToken },
          body: { auth_corpid: corpid, agentid },
          repeatable: true,
        },
        AdminList,
      )
      return admin.map(({ userid, open_userid, auth_type }) => ({
        userid: userid ?? open_userid ?? '',
        openUserid: open_userid ?? null,
        authType: auth_type ?? null,
      }))
    },

    /** corpid转换, document 95604: the id by which a company is known since the ID upgrade. */
    fetchOpenCorpid: async (providerToken: string, corpid: string): Promise<string> => {
      const answer = await client.call(
        {
          method: 'POST',
          path: '/cgi-bin/service/corpid_to_opencorpid',
          query: { provider_access_token: providerToken },
          body: { corpid },
          repeatable: true,
        },
        OpenCorpid,
      )
      return answer.open_corpid
    },

    /** 获取应用的接口许可状态, document 95844. */
    fetchLicense: async (
      providerToken: string,
      corpid: string,
      suiteId: string,
    ): Promise<LicenseInfo> => {
      const answer = await client.call(
        {
          method: 'POST',
          path: '/cgi-bin/license/get_app_license_info',
          query: { provider_access_token: providerToken },
          body: { corpid, suite_id: suiteId },
          repeatable: true,
        },
        License,
      )
      return {
        status: answer.license_status,
        trialEndsAt: instantOf(answer.trail_info?.end_time),
        enforcedFrom: instantOf(answer.license_check_time),
      }
    },

    /** 获取带参授权链接, document 95436: the QR code with which a company authorises templates. */
    fetchCustomisedAuthUrl: async (
      providerToken: string,
      state: string,
      templateIds: readonly string[],
    ): Promise<{ url: string; expiresInSeconds: number }> => {
      const answer = await client.call(
        {
          method: 'POST',
          path: '/cgi-bin/service/get_customized_auth_url',
          query: { provider_access_token: providerToken },
          body: { state, templateid_list: templateIds },
          repeatable: true,
        },
        AuthUrl,
      )
      return { url: answer.qrcode_url, expiresInSeconds: answer.expires_in ?? 0 }
    },
  }
}
