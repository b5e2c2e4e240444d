/**
 * The calls by which SDKs fetch tokens: an API key stands where the secret would, and a handle is
 * given.
 */
import { ServiceError } from '../../errors'
import { everything, reachInSuite } from '../../suite/access/caller'
import { keyPrefix } from '../../suite/access/key-text'
import type { Corps } from '../../suite/corps'
import { requireProviderKey } from '../../suite/install/customised-app-url'
import type { ProxiedToken } from '../../suite/proxy/proxied-path'
import type { SuiteIdFor } from '../../suite/suite-of-corp'
import { requireSuiteId, type Suites } from '../../suite/suites'
import { suiteTokenKey } from '../../suite/tokens/token-source'
import type { Tokens } from '../../suite/tokens/tokens'
import type { Access } from '../access/access'
import type { CallFields } from './call-fields'
import { SdkRefusal } from './dialect'
import type { KeyCaller, SdkDoor } from './sdk-door'
import { handleNamed, requireSameSuite } from './shown-handle'

export interface TokenCall {
  readonly request: Request
  /** Key or id of the suite that the path names. */
  readonly suite: string | undefined
  readonly fields: CallFields
}

/** @throws {ServiceError} whatever keeps the caller from the token, or the token away */
export type AnswerTokenCall = (call: TokenCall) => Promise<Readonly<Record<string, unknown>>>

export interface TokenCallParts {
  readonly sdkDoor: SdkDoor
  readonly access: Pick<Access, 'assertMay'>
  readonly suites: Suites
  readonly corps: Corps
  readonly suiteIdFor: SuiteIdFor
  readonly tokens: Pick<Tokens, 'get'>
}

/** By path: what gives a token. */
export const createTokenCalls = (parts: TokenCallParts): ReadonlyMap<string, AnswerTokenCall> => {
  const { sdkDoor, access, suites, corps, suiteIdFor, tokens } = parts

  /**
   * The answer with a handle, once the token behind it is there: else the SDK is told what WeCom
   * told.
   */
  const give = async (
    { key }: KeyCaller,
    name: string,
    handed: ProxiedToken,
    token: ProxiedToken = handed,
  ) => {
    await tokens.get(token)
    const { handle, expiresIn } = await sdkDoor.issue(key, handed)
    return { errcode: 0, errmsg: 'ok', [name]: handle, expires_in: expiresIn }
  }

  const giveCorp = async (caller: KeyCaller, suiteId: string, corpid: string) => {
    const reach = reachInSuite(suites, suiteId, corpid)
    access.assertMay(caller, { scopes: caller.key.scopes, reach })
    const record = await corps.require(suiteId, corpid)
    const token = (id: string) => ({ suiteId, corpid: id, kind: 'access_token' }) as const
    // The name that the caller has for it is the one that its key is judged by.
    return give(caller, 'access_token', token(corpid), token(record.corpid))
  }

  const corpToken: AnswerTokenCall = async ({ request, suite, fields }) => {
    const caller = await sdkDoor.byKey(fields.text('corpsecret'), request)
    const corpid = fields.required('corpid')
    return giveCorp(caller, await suiteIdFor(corpid, suite, caller.key.suites), corpid)
  }

  const suiteToken: AnswerTokenCall = async ({ request, suite: inPath, fields }) => {
    const caller = await sdkDoor.byKey(fields.text('suite_secret'), request)
    const suite = suites.find(inPath ?? fields.required('suite_id'))
    const token = suiteTokenKey(requireSuiteId(suite))
    const asked = fields.text('suite_id')
    if (asked !== '') requireSameSuite(suites, asked, token.suiteId)
    // A key for some companies names one of them in each call; that is judged there.
    const reach = { suiteKey: suite.key, corpid: caller.key.corps?.[0] ?? null }
    access.assertMay(caller, { scopes: caller.key.scopes, reach })
    return give(caller, 'suite_access_token', token)
  }

  const corpTokenOfSuite: AnswerTokenCall = async ({ request, suite, fields }) => {
    const shown = handleNamed(request, 'suite_access_token')
    const { caller, handle } = await sdkDoor.byHandle(shown, request)
    const { kind, suiteId } = handle.token
    if (kind !== 'suite_access_token') {
      throw new SdkRefusal(40014, 'this is no suite_access_token: ask get_suite_token for one.')
    }
    if (suite !== undefined) requireSameSuite(suites, suite, suiteId)
    const code = fields.required('permanent_code')
    const own = code.startsWith(keyPrefix) ? await sdkDoor.byKey(code, request) : caller
    return giveCorp(own, suiteId, fields.required('auth_corpid'))
  }

  const providerToken: AnswerTokenCall = async ({ request, fields }) => {
    const caller = await sdkDoor.byKey(fields.text('provider_secret'), request)
    access.assertMay(caller, { scopes: caller.key.scopes, reach: everything })
    const token = requireProviderKey(suites)
    if (fields.required('corpid') !== token.suiteId) {
      throw new ServiceError('suite_not_found', 'corpid is not the provider’s: see 服务商信息.')
    }
    return give(caller, 'provider_access_token', token)
  }

  return new Map([
    ['/cgi-bin/gettoken', corpToken],
    ['/cgi-bin/service/get_suite_token', suiteToken],
    ['/cgi-bin/service/get_corp_token', corpTokenOfSuite],
    ['/cgi-bin/service/get_provider_token', providerToken],
  ])
}
