/** What an API endpoint is, and whose token opens it. No I/O. */
import { currentInstallation, requireInUse } from '../world/installations'
import { Refusal } from '../world/refusals'
import { accept } from '../world/tokens'
import type { Company, Installation, Suite, World } from '../world/world'

/** A request to the API, as far as endpoints look at it. */
export interface ApiCall {
  readonly world: World
  readonly query: URLSearchParams
  /** The JSON object that was posted; empty for a GET. */
  readonly body: Readonly<Record<string, unknown>>
}

/** What WeCom answers, in its own field names. */
export type Answer = Readonly<Record<string, unknown>>

export interface Endpoint {
  readonly method: 'GET' | 'POST'
  /** @throws {Refusal} what WeCom answers instead */
  answer(call: ApiCall): Answer
}

export type Endpoints = Readonly<Record<string, Endpoint>>

/** What most successful answers begin with. */
export const ok = { errcode: 0, errmsg: 'ok' } as const

export const get = (answer: Endpoint['answer']): Endpoint => ({ method: 'GET', answer })
export const post = (answer: Endpoint['answer']): Endpoint => ({ method: 'POST', answer })

/** An answer for the bearer of a `suite_access_token`. */
export const withSuite =
  (answer: (call: ApiCall, suite: Suite) => Answer): Endpoint['answer'] =>
  (call) => {
    const token = accept(call.world, 'suite_access_token', call.query.get('suite_access_token'))
    const suite = call.world.suites.get(token.suiteId ?? '')
    if (!suite) throw new Refusal(40082)
    return answer(call, suite)
  }

/** One company's installation of one suite, with both. */
export interface InstalledApp {
  readonly suite: Suite
  readonly company: Company
  readonly installation: Installation
}

/** An answer for the bearer of a company's `access_token`, even while the app is disabled. */
export const withAnyApp =
  (answer: (call: ApiCall, app: InstalledApp) => Answer): Endpoint['answer'] =>
  (call) => {
    const { world, query } = call
    const token = accept(world, 'access_token', query.get('access_token'))
    const suite = world.suites.get(token.suiteId ?? '')
    const company = world.companies.get(token.corpid ?? '')
    if (!suite || !company) throw new Refusal(40014)
    const installation = currentInstallation(world, suite.suiteId, company.corpid)
    if (!installation) throw new Refusal(48004)
    return answer(call, { suite, company, installation })
  }

/** An answer for the bearer of a company's `access_token`, while the app is in use. */
export const withApp = (answer: (call: ApiCall, app: InstalledApp) => Answer): Endpoint['answer'] =>
  withAnyApp((call, app) => {
    requireInUse(app.installation)
    return answer(call, app)
  })

/** An answer for the bearer of the provider's token, which one path wants as `access_token`. */
export const withProvider =
  (
    answer: (call: ApiCall) => Answer,
    parameter: 'provider_access_token' | 'access_token' = 'provider_access_token',
  ): Endpoint['answer'] =>
  (call) => {
    accept(call.world, 'provider_access_token', call.query.get(parameter))
    return answer(call)
  }

/**
 * A text that a request must hold.
 *
 * @param missing the errcode if it is absent or empty
 * @throws {Refusal} `missing`, or 40058 if it is no text
 */
export const textIn = (
  body: Readonly<Record<string, unknown>>,
  name: string,
  missing: number,
): string => {
  const value = body[name]
  if (value === undefined || value === null || value === '') throw new Refusal(missing)
  if (typeof value !== 'string') throw new Refusal(40058)
  return value
}

/** A whole number that a request must hold; numbers written as text count, as they do with WeCom. */
export const integerIn = (
  body: Readonly<Record<string, unknown>>,
  name: string,
  missing: number,
): number => {
  const value = body[name]
  if (value === undefined || value === null || value === '') throw new Refusal(missing)
  const number = typeof value === 'string' ? Number(value) : value
  if (!Number.isSafeInteger(number)) throw new Refusal(40058)
  return number as number
}
