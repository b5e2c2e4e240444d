/** What a link of ours asks for in its query, and what WeCom's return brings in it. */
import { ServiceError } from '../../../errors'
import {
  type LoginScope,
  type LoginWay,
  loginScopes,
  loginWays,
} from '../../../suite/pages/flow/flow'
import type { LoginRequest } from '../../../suite/pages/login/begin-login'
import { queryOf } from '../../request/address'
import { type Language, languageAsked } from '../view/texts/language'

/** WeCom's documents: at most 512 bytes. */
const codeForm = /^[A-Za-z0-9_-]{1,512}$/
const corpidForm = /^[A-Za-z0-9_-]{1,128}$/

/** A parameter's first value; null where it is missing or empty. */
export const parameterOf = (request: Request, name: string): string | null =>
  new URLSearchParams(queryOf(request)).get(name) || null

/** The page tells it to whoever wrote the link: by the parameter's name, never with its value. */
const refused = (name: string, message: string): ServiceError =>
  new ServiceError('invalid_request', `The parameter ${name} ${message}.`)

const choice = <T extends string>(
  request: Request,
  name: string,
  choices: readonly T[],
): T | null => {
  const asked = parameterOf(request, name)
  if (asked === null) return null
  const found = choices.find((one) => one === asked)
  if (found) return found
  throw refused(name, `must be one of: ${choices.join(', ')}`)
}

/** The language that a link asks for, to have it at its return; nothing where it asks for none. */
export const langIn = (request: Request): { lang?: Language } => {
  const lang = languageAsked(parameterOf(request, 'lang'))
  return lang === null ? {} : { lang }
}

/**
 * What a login link asks for. Parameters that it doesn't know are ignored: WeCom adds some.
 *
 * @throws {ServiceError} invalid_request — names the parameter
 */
export const loginRequestIn = (request: Request): Omit<LoginRequest, 'suite'> => {
  const corpid = parameterOf(request, 'corpid')
  if (corpid !== null && !corpidForm.test(corpid)) {
    throw refused('corpid', 'must be the corpid of a company, as WeCom gave it')
  }
  return {
    redirect: parameterOf(request, 'redirect'),
    corpid,
    way: choice<LoginWay>(request, 'way', loginWays),
    scope: choice<LoginScope>(request, 'scope', loginScopes) ?? 'snsapi_base',
    outsiders: choice(request, 'outsiders', ['0', '1']) === '1',
    ...langIn(request),
  }
}

const likeWecoms = (code: string | null): string | null => {
  if (code === null || codeForm.test(code)) return code
  throw new ServiceError('invalid_request', 'No code of WeCom’s looks like this one.')
}

/**
 * WeCom's code, by either of its names; null where none came.
 *
 * @throws {ServiceError} invalid_request — no code of WeCom's looks so
 */
export const codeIn = (request: Request): string | null =>
  likeWecoms(parameterOf(request, 'code') ?? parameterOf(request, 'auth_code'))

/**
 * The code of an installation; null where none came.
 *
 * @throws {ServiceError} invalid_request — no code of WeCom's looks so
 */
export const authCodeIn = (request: Request): string | null =>
  likeWecoms(parameterOf(request, 'auth_code'))
