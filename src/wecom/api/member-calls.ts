/**
 * The calls that tell who a member is: a code from one of WeCom's pages in, a person out. Each code
 * works once, so none of these calls is repeated by itself.
 */
import { type Static, Type } from '@sinclair/typebox'
import { boundedText, countingNumber } from './answer/shape'
import type { WecomClient } from './client'
import { WecomFailure } from './failure'

/** Whom a code stands for. What WeCom doesn't tell is null. */
export interface Person {
  readonly corpid: string | null
  /** Null for whoever is a member of no company. */
  readonly userid: string | null
  /** The same in all apps of one provider. */
  readonly openUserid: string | null
  /** Of somebody who is no member. */
  readonly openid: string | null
  /** Of a customer of the company: from a customised app's own call alone. */
  readonly externalUserid: string | null
  /** For `detail`, where the scope allows it. */
  readonly userTicket: string | null
  /**
   * WeCom's `usertype` in its console: 1 creator, 2 and 3 administrators of the company or from
   * outside, 4 of a part, 5 member.
   */
  readonly userType: number | null
}

/** What a member has agreed to show. Phone number and email never reach a third-party app. */
export interface MemberDetail {
  readonly name: string | null
  /** `1` man, `2` woman, `0` unknown. */
  readonly gender: string | null
  readonly avatar: string | null
  readonly qrCode: string | null
}

const text = Type.Optional(boundedText)

/** The older paths write their names in capitals. */
const Identified = Type.Object({
  corpid: text,
  CorpId: text,
  userid: text,
  UserId: text,
  open_userid: text,
  openid: text,
  OpenId: text,
  external_userid: text,
  user_ticket: text,
})

const LoginInfo = Type.Object({
  usertype: Type.Optional(countingNumber),
  user_info: Type.Optional(Type.Object({ userid: text, open_userid: text })),
  corp_info: Type.Optional(Type.Object({ corpid: text })),
})

const Detail = Type.Object({
  name: text,
  gender: Type.Optional(Type.Union([Type.String(), Type.Number()])),
  avatar: text,
  qr_code: text,
})

/** What is empty is not told. */
const told = (...values: readonly (string | undefined)[]): string | null =>
  values.find((value) => value) ?? null

const personOf = (answer: Static<typeof Identified>): Person => ({
  corpid: told(answer.corpid, answer.CorpId),
  userid: told(answer.userid, answer.UserId),
  openUserid: told(answer.open_userid),
  openid: told(answer.openid, answer.OpenId),
  externalUserid: told(answer.external_userid),
  userTicket: told(answer.user_ticket),
  userType: null,
})

const detailOf = ({ name, gender, avatar, qr_code }: Static<typeof Detail>): MemberDetail => ({
  name: told(name),
  gender: gender === undefined ? null : String(gender),
  avatar: told(avatar),
  qrCode: told(qr_code),
})

export type MemberCalls = ReturnType<typeof createMemberCalls>

export const createMemberCalls = (client: WecomClient) => {
  const identify = (path: string, query: Readonly<Record<string, string>>) =>
    client.call({ method: 'GET', path, query, repeatable: false }, Identified)

  const detail = async (path: string, query: Record<string, string>, userTicket: string) =>
    detailOf(
      await client.call(
        { method: 'POST', path, query, body: { user_ticket: userTicket }, repeatable: true },
        Detail,
      ),
    )

  return {
    /** 获取访问用户身份 for third-party apps, document 91121. */
    identify: async (suiteToken: string, code: string): Promise<Person> => {
      const query = { suite_access_token: suiteToken, code }
      try {
        return personOf(await identify('/cgi-bin/service/auth/getuserinfo3rd', query))
      } catch (error) {
        if (!(error instanceof WecomFailure) || error.kind !== 'path_missing') throw error
        return personOf(await identify('/cgi-bin/service/getuserinfo3rd', query))
      }
    },

    /** 获取访问用户敏感信息 for third-party apps, document 91122. */
    detail: (suiteToken: string, userTicket: string): Promise<MemberDetail> =>
      detail(
        '/cgi-bin/service/auth/getuserdetail3rd',
        { suite_access_token: suiteToken },
        userTicket,
      ),

    /** 获取访问用户身份 for a company's own app, document 91023: customised apps ask so. */
    identifyInCorp: async (accessToken: string, code: string): Promise<Person> =>
      personOf(await identify('/cgi-bin/auth/getuserinfo', { access_token: accessToken, code })),

    /** 获取访问用户敏感信息 for a company's own app, document 95833. */
    detailInCorp: (accessToken: string, userTicket: string): Promise<MemberDetail> =>
      detail('/cgi-bin/auth/getuserdetail', { access_token: accessToken }, userTicket),

    /** 获取登录用户信息, document 91125: the older web login, and links from WeCom's console. */
    identifyForProvider: async (providerToken: string, authCode: string): Promise<Person> => {
      const { usertype, user_info, corp_info } = await client.call(
        {
          method: 'POST',
          path: '/cgi-bin/service/get_login_info',
          query: { access_token: providerToken },
          body: { auth_code: authCode },
          repeatable: false,
        },
        LoginInfo,
      )
      return {
        corpid: told(corp_info?.corpid),
        userid: told(user_info?.userid),
        openUserid: told(user_info?.open_userid),
        openid: null,
        externalUserid: null,
        userTicket: null,
        userType: usertype ?? null,
      }
    },
  }
}
