/**
 * The table of WeCom's API paths, with what each wants and allows: the credential it takes and the
 * name it takes it by, whether a call may be repeated, whether its answer is a secret that suited
 * stores, and where its body names the company. Paths are compared exactly; a query is ignored. No
 * I/O. No clock.
 */

/** Whose token a path takes; `none` for the paths that give tokens out. */
export type CredentialKind = 'suite' | 'provider' | 'corp' | 'none'

export type CredentialQuery = 'suite_access_token' | 'provider_access_token' | 'access_token'

export interface Credential {
  readonly kind: CredentialKind
  /** The query parameter that carries the token; null where there is none. */
  readonly query: CredentialQuery | null
}

export interface Endpoint extends Credential {
  /**
   * Whether a call that timed out may be sent again without doing anything twice. True for what
   * only reads, and for codes that work once: sent again they work, or fail as they had failed.
   * False for every path that isn't known here.
   */
  readonly idempotent: boolean
  /**
   * The route of ours to use instead, where the answer is a secret that suited stores; else null.
   */
  readonly ownRoute: string | null
  /**
   * The field of the JSON body that names the company that a call with a suite's token is about;
   * null where there is none, or none is known.
   */
  readonly corpField: string | null
  /** Whether the answer opens a session of a member's: it holds a `session_key`. */
  readonly opensSession: boolean
}

/** With which HTTP methods its paths are called. */
export const apiMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

const none: Credential = { kind: 'none', query: null }
const suite: Credential = { kind: 'suite', query: 'suite_access_token' }
const provider: Credential = { kind: 'provider', query: 'provider_access_token' }
const corp: Credential = { kind: 'corp', query: 'access_token' }

const exceptions: ReadonlyMap<string, Credential> = new Map([
  ['/cgi-bin/gettoken', none],
  ['/cgi-bin/service/get_suite_token', none],
  ['/cgi-bin/service/get_provider_token', none],
  // The one path that takes the provider's token under the name of the company's.
  ['/cgi-bin/service/get_login_info', { kind: 'provider', query: 'access_token' }],
  ['/cgi-bin/service/corpid_to_opencorpid', provider],
  ['/cgi-bin/service/get_register_code', provider],
  ['/cgi-bin/service/get_register_info', provider],
  ['/cgi-bin/service/get_customized_auth_url', provider],
  ['/cgi-bin/service/contact/search', provider],
  ['/cgi-bin/service/contact/batchsearch', provider],
  ['/cgi-bin/service/contact/sort', provider],
  ['/cgi-bin/service/contact/id_translate', provider],
  ['/cgi-bin/service/batch/getresult', provider],
  ['/cgi-bin/service/media/upload', provider],
  ['/cgi-bin/service/externalcontact/finish_external_userid_migration', provider],
])

const credentialOf = (path: string): Credential => {
  const exception = exceptions.get(path)
  if (exception) return exception
  if (path.startsWith('/cgi-bin/license/')) return provider
  return path.startsWith('/cgi-bin/service/') ? suite : corp
}

const suiteTokenRoute = '/api/suites/{suite}/access-token'
const providerTokenRoute = '/api/provider/access-token'
const corpTokenRoute = '/api/corps/{corpid}/access-token'
const corpRoute = '/api/corps/{corpid}'

const ownRoutes: ReadonlyMap<string, string> = new Map([
  ['/cgi-bin/service/get_suite_token', suiteTokenRoute],
  ['/cgi-bin/service/get_provider_token', providerTokenRoute],
  ['/cgi-bin/service/get_corp_token', corpTokenRoute],
  ['/cgi-bin/gettoken', corpTokenRoute],
  ['/cgi-bin/service/get_permanent_code', corpRoute],
  ['/cgi-bin/service/v2/get_permanent_code', corpRoute],
  // The token of a company downstream of the one that asks.
  ['/cgi-bin/corpgroup/corp/gettoken', corpTokenRoute],
  ['/cgi-bin/get_jsapi_ticket', '/sign'],
  ['/cgi-bin/ticket/get', '/sign'],
])

const corpFields: ReadonlyMap<string, string> = new Map([
  ['/cgi-bin/service/get_corp_token', 'auth_corpid'],
  ['/cgi-bin/service/get_auth_info', 'auth_corpid'],
  ['/cgi-bin/service/v2/get_auth_info', 'auth_corpid'],
  ['/cgi-bin/service/get_admin_list', 'auth_corpid'],
  ['/cgi-bin/service/prolong_try', 'buyer_corpid'],
  ['/cgi-bin/service/externalcontact/unionid_to_external_userid_3rd', 'corpid'],
])

const sessionPaths: ReadonlySet<string> = new Set([
  '/cgi-bin/service/miniprogram/jscode2session',
  '/cgi-bin/miniprogram/jscode2session',
  '/cgi-bin/miniprogram/transfer_session',
])

const idempotentPaths: ReadonlySet<string> = new Set([
  ...ownRoutes.keys(),
  '/cgi-bin/service/get_pre_auth_code',
  '/cgi-bin/service/set_session_info',
  '/cgi-bin/service/get_auth_info',
  '/cgi-bin/service/v2/get_auth_info',
  '/cgi-bin/service/get_admin_list',
  '/cgi-bin/service/get_app_qrcode',
  '/cgi-bin/service/getuserinfo3rd',
  '/cgi-bin/service/auth/getuserinfo3rd',
  '/cgi-bin/service/getuserdetail3rd',
  '/cgi-bin/service/auth/getuserdetail3rd',
  '/cgi-bin/service/miniprogram/jscode2session',
  '/cgi-bin/service/externalcontact/unionid_to_external_userid_3rd',
  '/cgi-bin/service/get_order',
  '/cgi-bin/service/get_order_list',

  '/cgi-bin/service/get_login_info',
  '/cgi-bin/service/corpid_to_opencorpid',
  '/cgi-bin/service/get_register_code',
  '/cgi-bin/service/get_register_info',
  '/cgi-bin/service/get_customized_auth_url',
  '/cgi-bin/service/contact/search',
  '/cgi-bin/service/contact/batchsearch',
  '/cgi-bin/service/contact/sort',
  '/cgi-bin/service/batch/getresult',

  '/cgi-bin/license/list_order',
  '/cgi-bin/license/get_order',
  '/cgi-bin/license/list_order_account',
  '/cgi-bin/license/get_active_info_by_code',
  '/cgi-bin/license/batch_get_active_info_by_code',
  '/cgi-bin/license/get_active_info_by_user',
  '/cgi-bin/license/list_actived_account',
  '/cgi-bin/license/get_app_license_info',
  '/cgi-bin/license/get_auto_active_status',
  '/cgi-bin/license/set_auto_active_status',
  '/cgi-bin/license/new_order_job_result',
  '/cgi-bin/license/get_union_order',
  '/cgi-bin/license/pay_job_result',
  '/cgi-bin/license/support_policy_query',

  '/cgi-bin/agent/get',
  '/cgi-bin/agent/get_permissions',
  '/cgi-bin/message/recall',
  '/cgi-bin/media/get',
  '/cgi-bin/media/get_upload_by_url_result',
  '/cgi-bin/batch/userid_to_openuserid',
  '/cgi-bin/batch/openuserid_to_userid',
  '/cgi-bin/externalcontact/get_new_external_userid',
  '/cgi-bin/idconvert/external_tagid',
  '/cgi-bin/idconvert/open_kfid',
  '/cgi-bin/idconvert/chatid',
  '/cgi-bin/idconvert/convert_tmp_external_userid',
  '/cgi-bin/idconvert/unionid_to_external_userid',
  '/cgi-bin/user/list_member_auth',
  '/cgi-bin/user/check_member_auth',
  '/cgi-bin/user/list_selected_ticket_user',
  '/cgi-bin/miniprogram/jscode2session',
  '/cgi-bin/getcallbackip',
  '/cgi-bin/get_api_domain_ip',
])

const bare = (path: string): string => {
  const query = path.indexOf('?')
  return query === -1 ? path : path.slice(0, query)
}

/** Whose token a path such as `/cgi-bin/message/send` takes, and in which query parameter. */
export const tokenKindOf = (path: string): Credential => credentialOf(bare(path))

/** All that is known of a path such as `/cgi-bin/message/send`. */
export const endpointOf = (path: string): Endpoint => {
  const own = bare(path)
  return {
    ...credentialOf(own),
    idempotent: idempotentPaths.has(own),
    ownRoute: ownRoutes.get(own) ?? null,
    corpField: corpFields.get(own) ?? null,
    opensSession: sessionPaths.has(own),
  }
}
