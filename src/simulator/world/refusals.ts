/** WeCom's errors: a number that programs read and a sentence that may change any day. No I/O. */

/** What WeCom says to each number (全局错误码, document 90313), as far as the simulator uses it. */
const sentences: Readonly<Record<number, string>> = {
  [-1]: 'system busy',
  6000: 'data version conflict',
  40001: 'invalid credential',
  40004: 'invalid media type',
  40005: 'invalid file type',
  40006: 'invalid media size',
  40007: 'invalid media_id',
  40008: 'invalid message type',
  40013: 'invalid corpid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40035: 'invalid parameter',
  40056: 'invalid agentid',
  40058: 'invalid Request Parameter',
  40063: 'some parameters are empty',
  40068: 'invalid tagid',
  40077: 'invalid pre_auth_code',
  40078: 'invalid auth_code',
  40080: 'invalid suite secret',
  40082: 'invalid suite_token',
  40083: 'invalid suite id',
  40084: 'invalid permanent_code',
  40085: 'invalid suite ticket',
  40086: 'invalid appid',
  40093: 'invalid jsapi signature',
  41001: 'access_token missing',
  41002: 'corpid missing',
  41004: 'corpsecret missing',
  41005: 'media data missing',
  41011: 'agentid missing',
  41021: 'suite id missing',
  41022: 'suite_token missing',
  41023: 'suite_ticket missing',
  41024: 'suite_secret missing',
  41025: 'permanent_code missing',
  42001: 'access_token expired',
  42003: 'code expired',
  42007: 'pre_auth_code expired',
  42009: 'suite_token expired',
  42012: 'jsapi ticket was not created by this app',
  42022: 'code has been used',
  44001: 'empty media data',
  45009: 'api freq out of limit',
  45033: 'api concurrent out of limit',
  47001: 'data format error',
  48001: 'api unauthorized',
  48002: 'api forbidden for this app',
  48003: 'suite token does not match',
  48004: 'authorization relation not found or cancelled',
  48006: 'api forbidden, the app has not been used for a long time',
  50001: 'redirect_uri domain not trusted',
  50003: 'app is disabled',
  60003: 'department not found',
  60011: 'no privilege to access/modify contact/party/agent',
  60020: 'not allow to access from your ip',
  60111: 'userid not found',
  80001: 'domain does not match any trusted domain',
  81013: 'user & party & tag all invalid',
  84061: 'not external contact',
  84014: 'user_ticket expired',
  84015: 'invalid user_ticket',
  84024: 'no registration info',
  84025: 'invalid state',
}

/** The sentence of an errcode, without what WeCom appends to it. */
export const sentenceOf = (errcode: number): string => sentences[errcode] ?? 'error'

/**
 * WeCom says no. Thrown by the rules and turned into an answer in one place, because nearly every
 * line of an endpoint may be the one that refuses.
 */
export class Refusal extends Error {
  readonly errcode: number

  constructor(errcode: number) {
    super(sentenceOf(errcode))
    this.name = 'Refusal'
    this.errcode = errcode
  }
}

/** The body of a refusal. The hint and the address are what support asks for. */
export const refusalBody = (
  errcode: number,
  { hint, ip }: { hint: string; ip: string },
): { errcode: number; errmsg: string } => ({
  errcode,
  errmsg: `${sentenceOf(errcode)}, hint: [${hint}], from ip: ${ip}, more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`,
})
