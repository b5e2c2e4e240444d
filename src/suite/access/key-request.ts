/** What may be asked of a new API key, judged field by field. Pure. */
import { ServiceError } from '../../errors'
import { type ApiKeyRecord, type KeyScope, keyScopes, longestKeyName } from '../../store/api-keys'
import { apiMethods } from '../../wecom/api/endpoints'
import { pathSets } from './path-sets'

/** The rights of a key that its maker chooses. */
export type KeyRights = Pick<
  ApiKeyRecord,
  'name' | 'scopes' | 'suites' | 'corps' | 'methods' | 'paths' | 'perMinute' | 'expiresAt'
>

export interface KeyRequest {
  readonly name: string
  readonly scopes: readonly KeyScope[]
  readonly suites?: readonly string[] | null | undefined
  readonly corps?: readonly string[] | null | undefined
  readonly methods?: readonly string[] | null | undefined
  readonly paths?: readonly string[] | null | undefined
  readonly perMinute?: number | null | undefined
  readonly expiresAt?: number | null | undefined
}

interface Problem {
  readonly field: string
  readonly message: string
}

const printableName = /^[^\p{C}\p{Zl}\p{Zp}]+$/u
const corpidForm = /^[A-Za-z0-9_-]{1,128}$/
const pathForm = /^\/cgi-bin\/(?:[A-Za-z0-9_-]+\/)*[A-Za-z0-9_-]*$/
const mostListed = 1000

const knownSets = Object.keys(pathSets).join(', ')

/** Those of a list that don't fit, as one problem; null if all do. */
const problemOfList = (
  field: string,
  list: readonly string[] | null | undefined,
  fits: (one: string) => boolean,
  wants: string,
): Problem | null => {
  if (list === null || list === undefined) return null
  if (list.length === 0) return { field, message: 'is empty: leave it out where there is no limit' }
  if (list.length > mostListed) return { field, message: `has more than ${mostListed} entries` }
  return list.every(fits) ? null : { field, message: wants }
}

/** What no date goes beyond. */
const lastMoment = 8.64e15

const problemOfEnd = (expiresAt: number | null | undefined, now: number): Problem | null => {
  if (expiresAt === null || expiresAt === undefined) return null
  if (expiresAt > lastMoment) return { field: 'expiresAt', message: 'is no moment: it is too late' }
  return expiresAt > now
    ? null
    : { field: 'expiresAt', message: 'is over already; it wants epoch milliseconds' }
}

const problemsOf = (
  request: KeyRequest,
  suiteKeys: readonly string[],
  now: number,
): (Problem | null)[] => {
  const { name, scopes, suites, corps, methods, paths, perMinute, expiresAt } = request
  return [
    printableName.test(name.trim()) && name.trim().length <= longestKeyName
      ? null
      : { field: 'name', message: `wants 1 to ${longestKeyName} printable characters` },
    scopes.length > 0 ? null : { field: 'scopes', message: `wants one of ${keyScopes.join(', ')}` },
    problemOfList(
      'suites',
      suites,
      (key) => suiteKeys.includes(key),
      `names a suite that is not configured; there are: ${suiteKeys.join(', ')}`,
    ),
    problemOfList('corps', corps, (id) => corpidForm.test(id), 'holds what is no corpid'),
    problemOfList(
      'methods',
      methods,
      (method) => (apiMethods as readonly string[]).includes(method),
      `takes ${apiMethods.join(', ')}`,
    ),
    problemOfList(
      'paths',
      paths,
      (path) => pathForm.test(path) || Object.hasOwn(pathSets, path),
      `takes paths below /cgi-bin/, with / at the end for all below, or a ready set: ${knownSets}`,
    ),
    (methods || paths) && !scopes.some((scope) => scope === 'proxy' || scope === 'admin')
      ? { field: methods ? 'methods' : 'paths', message: 'limits proxied calls: add scope proxy' }
      : null,
    scopes.includes('admin') && (suites || corps || methods || paths)
      ? {
          field: 'scopes',
          message: 'admin has no limits: a key that may make keys has every right',
        }
      : null,
    perMinute === null || perMinute === undefined || perMinute >= 1
      ? null
      : { field: 'perMinute', message: 'is at least 1' },
    problemOfEnd(expiresAt, now),
  ]
}

/** Each once, in the order given. */
const listed = (list: readonly string[] | null | undefined): string[] | null =>
  list ? [...new Set(list)] : null

/**
 * The rights that a request asks for.
 *
 * @param suiteKeys the operator's names of the suites that there are
 * @param now epoch milliseconds
 * @throws {ServiceError} invalid_request, with every field that is wrong
 */
export const rightsOf = (
  request: KeyRequest,
  suiteKeys: readonly string[],
  now: number,
): KeyRights => {
  const errors = problemsOf(request, suiteKeys, now).filter((one) => one !== null)
  if (errors.length > 0) {
    const named = errors.map(({ field, message }) => `${field} ${message}`).join('; ')
    throw new ServiceError('invalid_request', `The key can’t be made: ${named}.`, {
      extra: { errors },
    })
  }
  return {
    name: request.name.trim(),
    scopes: [...new Set(request.scopes)],
    suites: listed(request.suites),
    corps: listed(request.corps),
    methods: listed(request.methods),
    paths: listed(request.paths),
    perMinute: request.perMinute ?? null,
    expiresAt: request.expiresAt ?? null,
  }
}
