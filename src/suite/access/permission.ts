/** Whether a caller may do what it asks for: the one decision, for every door. Pure. */
import { ServiceError } from '../../errors'
import type { KeyScope } from '../../store/api-keys'
import { type Caller, isAdmin, isLimited, type Reach } from './caller'
import { pathFits } from './path-sets'

export interface Wanted {
  /** Any one of them opens. `admin` does everywhere. */
  readonly scopes: readonly KeyScope[]
  /** `'later'`: whoever finds out what it is about asks again, by `refusedReach`. */
  readonly reach: Reach | 'later'
  /** The call to WeCom that goes through, for the scope `proxy`. */
  readonly call?: { readonly method: string; readonly path: string }
}

const forbidden = (detail: string) => new ServiceError('forbidden', detail)

const namesIn = (names: readonly string[]): string => {
  const [last, ...others] = [...names].reverse()
  return others.length === 0 ? `${last}` : `${others.reverse().join(', ')} or ${last}`
}

const mostNamed = 6

/** The first of many, and how many there are besides. */
const someOf = (names: readonly string[]): readonly string[] =>
  names.length <= mostNamed
    ? names
    : [...names.slice(0, mostNamed), `${names.length - mostNamed} more`]

const refusedLimit = (
  limit: readonly string[] | null,
  asked: string | null,
  what: 'suite' | 'company',
  parameter: string,
): ServiceError | null => {
  if (limit === null || (asked !== null && limit.includes(asked))) return null
  return forbidden(
    asked === null
      ? `This key is for one ${what} or some: name one of them, with ${parameter} where the address takes that. What concerns all is not for it.`
      : `This key is not for this ${what}.`,
  )
}

/** Why a caller may not touch this suite or company; null if it may. */
export const refusedReach = (caller: Caller, { suiteKey, corpid }: Reach): ServiceError | null => {
  if (caller.kind === 'admin_token' || !isLimited(caller)) return null
  const { suites, corps } = caller.key
  return (
    refusedLimit(suites, suiteKey, 'suite', '?suite=') ??
    refusedLimit(corps, corpid, 'company', '?corpid=')
  )
}

const refusedCall = (caller: Caller, call: Wanted['call']): ServiceError | null => {
  if (call === undefined || caller.kind === 'admin_token') return null
  const { methods, paths } = caller.key
  if (methods !== null && !methods.includes(call.method)) {
    return forbidden(`This key may not send ${call.method}. It may send ${namesIn(methods)}.`)
  }
  if (paths !== null && !paths.some((entry) => pathFits(entry, call.path))) {
    return forbidden(`This key may not call this path. It may call ${namesIn(someOf(paths))}.`)
  }
  return null
}

/** Why a caller may not do what it wants; null if it may. */
export const refusalOf = (caller: Caller, wanted: Wanted): ServiceError | null => {
  if (caller.kind === 'admin_token') return null
  const { scopes } = caller.key
  if (!isAdmin(caller) && !wanted.scopes.some((scope) => scopes.includes(scope))) {
    const needed = wanted.scopes.length === 0 ? ['admin'] : wanted.scopes
    return forbidden(`This key lacks the scope ${namesIn(needed)}.`)
  }
  return (
    refusedCall(caller, wanted.call) ??
    (wanted.reach === 'later' ? null : refusedReach(caller, wanted.reach))
  )
}
