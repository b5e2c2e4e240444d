/** What an API endpoint is, and whose token opens it. No I/O. */
import { currentInstallation, requireInUse } from '../../world/installations'
import { Refusal } from '../../world/refusals'
import { accept } from '../../world/tokens'
import type { Company, Installation, Suite, World } from '../../world/world'
import type { FormBody } from './multipart'
import type { Reply } from './reply'

/** A request to the API, as far as endpoints look at it. */
export interface ApiCall {
  readonly world: World
  readonly query: URLSearchParams
  /** The JSON object that was posted; empty for a GET. */
  readonly body: Readonly<Record<string, unknown>>
  /** What was asked with: the query of a GET, the body of a POST. */
  readonly fields: Readonly<Record<string, unknown>>
  /** What came as a form; null if nothing did. */
  readonly form: FormBody | null
  /** The `Range` header. */
  readonly range: string | null
}

/** What WeCom answers, in its own field names. */
export type Answer = Readonly<Record<string, unknown>>

/** JSON, or bytes that are none. */
export type Given = Answer | Reply | Promise<Answer | Reply>

export type TokenKind = 'none' | 'suite' | 'provider' | 'corp'
export type TokenParameter = 'suite_access_token' | 'provider_access_token' | 'access_token'

/** An answer, and the token that opens it with the parameter of the query that carries it. */
interface Opened {
  readonly token: TokenKind
  readonly parameter: TokenParameter | null
  /** @throws {Refusal} what WeCom answers instead */
  answer(call: ApiCall): Given
}

export type Method = 'GET' | 'POST'

export interface Endpoint extends Opened {
  readonly methods: readonly Method[]
  /** Whether a form with a file is posted to it, and no JSON. */
  readonly takesForm: boolean
}

export type Endpoints = Readonly<Record<string, Endpoint>>

/** What most successful answers begin with. */
export const ok = { errcode: 0, errmsg: 'ok' } as const

/** An endpoint that is asked by GET; HEAD counts as such. */
export const get = (opened: Opened): Endpoint => ({ ...opened, methods: ['GET'], takesForm: false })
/** An endpoint to which JSON is posted. */
export const post = (opened: Opened): Endpoint => ({ ...get(opened), methods: ['POST'] })
/** For paths whose method differs between SDKs. */
export const getOrPost = (opened: Opened): Endpoint => ({
  ...get(opened),
  methods: ['GET', 'POST'],
})
/** An endpoint to which a file is posted. */
export const postForm = (opened: Opened): Endpoint => ({ ...post(opened), takesForm: true })

/** An answer for anybody: the paths that give tokens out. */
export const withoutToken = (answer: Opened['answer']): Opened => ({
  token: 'none',
  parameter: null,
  answer,
})

/** An answer for the bearer of a `suite_access_token`. */
export const withSuite = (answer: (call: ApiCall, suite: Suite) => Given): Opened => ({
  token: 'suite',
  parameter: 'suite_access_token',
  answer: (call) => {
    const token = accept(call.world, 'suite_access_token', call.query.get('suite_access_token'))
    const suite = call.world.suites.get(token.suiteId ?? '')
    if (!suite) throw new Refusal(40082)
    return answer(call, suite)
  },
})

/** One company's installation of one suite, with both. */
export interface InstalledApp {
  readonly suite: Suite
  readonly company: Company
  readonly installation: Installation
}

/** An answer for the bearer of a company's `access_token`, even while the app is disabled. */
export const withAnyApp = (answer: (call: ApiCall, app: InstalledApp) => Given): Opened => ({
  token: 'corp',
  parameter: 'access_token',
  answer: (call) => {
    const { world, query } = call
    const token = accept(world, 'access_token', query.get('access_token'))
    const suite = world.suites.get(token.suiteId ?? '')
    const company = world.companies.get(token.corpid ?? '')
    if (!suite || !company) throw new Refusal(40014)
    const installation = currentInstallation(world, suite.suiteId, company.corpid)
    if (!installation) throw new Refusal(48004)
    return answer(call, { suite, company, installation })
  },
})

/** An answer for the bearer of a company's `access_token`, while the app is in use. */
export const withApp = (answer: (call: ApiCall, app: InstalledApp) => Given): Opened =>
  withAnyApp((call, app) => {
    requireInUse(app.installation)
    return answer(call, app)
  })

/** An answer for the bearer of the provider's token, which one path wants as `access_token`. */
export const withProvider = (
  answer: (call: ApiCall) => Given,
  parameter: 'provider_access_token' | 'access_token' = 'provider_access_token',
): Opened => ({
  token: 'provider',
  parameter,
  answer: (call) => {
    accept(call.world, 'provider_access_token', call.query.get(parameter))
    return answer(call)
  },
})
