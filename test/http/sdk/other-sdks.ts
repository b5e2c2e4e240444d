/**
 * SDKs as their code sends requests and acts on errcodes; written from it: those of other languages
 * don't run here, and OpenClaw's plugin would bring ffmpeg along.
 */
import { jsonBody } from './sdk-stage'

interface SdkRequest {
  readonly path: string
  readonly init: RequestInit
}

export interface OtherSdk {
  readonly name: string
  /** Where its code says so. */
  readonly source: string
  /** Fetches a company's token. */
  token(corpid: string, secret: string): SdkRequest
  /** Sends a message. */
  send(token: string): SdkRequest
  /** The errcodes upon which it fetches a token anew and repeats the call. */
  readonly refreshesOn: readonly number[]
  /** The errcodes upon which it sends the same call again. */
  readonly repeatsOn: readonly number[]
}

const message = { touser: 'lihua', msgtype: 'text', agentid: 1000002, text: { content: 'Hello' } }

const withType = (init: RequestInit, type: string): RequestInit => ({
  ...init,
  headers: { ...(init.headers as Record<string, string>), 'content-type': type },
})

/** The query as Go's `url.Values.Encode` and PHP's `http_build_query` write it. */
const encoded = (fields: Readonly<Record<string, string>>) => `${new URLSearchParams(fields)}`

export const otherSdks: readonly OtherSdk[] = [
  {
    name: 'WxJava, WxCpService',
    source: 'weixin-java-cp: WxCpServiceApacheHttpClientImpl, BaseWxCpServiceImpl.execute',
    token: (corpid, secret) => ({
      path: `/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${secret}`,
      init: {},
    }),
    send: (token) => ({
      path: `/cgi-bin/message/send?access_token=${token}`,
      init: withType(jsonBody(message), 'text/plain; charset=UTF-8'),
    }),
    refreshesOn: [40001, 40014, 42001],
    repeatsOn: [-1],
  },
  {
    name: 'EasyWeChat 6, Work',
    source: 'src/Work/AccessToken.php, src/Kernel/HttpClient/AccessTokenAwareClient.php',
    token: (corpid, secret) => ({
      path: `/cgi-bin/gettoken?${encoded({ corpid, corpsecret: secret })}`,
      init: { headers: { accept: '*/*' } },
    }),
    send: (token) => ({
      path: `/cgi-bin/message/send?${encoded({ access_token: token })}`,
      init: withType(jsonBody(message), 'application/json'),
    }),
    // It throws, and its cache keeps the token for its `expires_in`.
    refreshesOn: [],
    repeatsOn: [],
  },
  {
    name: 'PowerWeChat, work',
    source: 'src/work/auth/accessToken.go, src/kernel/baseClient.go: CheckTokenNeedRefresh',
    token: (corpid, secret) => ({
      path: `/cgi-bin/gettoken?${encoded({ corpid, corpsecret: secret })}`,
      init: {},
    }),
    send: (token) => ({
      path: `/cgi-bin/message/send?${encoded({ access_token: token, debug: '1' })}`,
      init: withType(jsonBody(message), 'application/json'),
    }),
    refreshesOn: [40001, 40014, 42001],
    repeatsOn: [],
  },
  {
    name: 'go-workwx',
    source: 'client.go, accesstoken.go: fetched anew by a timer, half an hour before its end',
    token: (corpid, secret) => ({
      path: `/cgi-bin/gettoken?${encoded({ corpid, corpsecret: secret })}`,
      init: {},
    }),
    send: (token) => ({
      path: `/cgi-bin/message/send?${encoded({ access_token: token })}`,
      init: withType(jsonBody(message), 'application/json'),
    }),
    refreshesOn: [],
    repeatsOn: [],
  },
  {
    name: 'OpenClaw’s @openclaw-china/wecom-app',
    source: 'dist/index.js of 2026.4.24: getAccessToken, sendWecomAppMessage',
    token: (corpid, secret) => ({
      path: `/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${secret}`,
      init: {},
    }),
    send: (token) => ({
      path: `/cgi-bin/message/send?access_token=${token}`,
      init: withType(jsonBody(message), 'application/json'),
    }),
    // Its cache keeps a token for two hours less some minutes, whatever its `expires_in` says.
    refreshesOn: [],
    repeatsOn: [],
  },
]
