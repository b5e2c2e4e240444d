/** Groups of routes, each of which says who reads its failures and how the log tells them. */
import type { AnyElysia } from 'elysia'
import type { Audience } from './problem'

/** A line at level info for what a group refuses, no more of one kind than a log can hold. */
export interface RefusalLine {
  readonly message: string
  /** What it says beside the failure. */
  fields(request: Request): Readonly<Record<string, unknown>>
}

/** A request that failed, at the route where it did. */
export interface FailedAtRoute {
  readonly request: Request
  /** As it was declared; undefined where no route is. */
  readonly route: string | undefined
  readonly params: unknown
  readonly query: unknown
}

interface Declaration {
  /** Who reads its failures. */
  readonly audience: Audience
  /**
   * What is told of its refusals, for operators; without it they stand in the log at level debug.
   */
  readonly refusals?: RefusalLine
  /** What is done about a failure before it is answered; what it throws is answered instead. */
  readonly beforeFailure?: (failed: FailedAtRoute, status: number) => Promise<void>
}

export interface RouteGroup extends Declaration {
  readonly instance: AnyElysia
}

/** @param instance the routes, with hooks of their own */
export const routeGroup = (declaration: Declaration, instance: AnyElysia): RouteGroup => ({
  ...declaration,
  instance,
})

/** What there is at a path: the group whose routes are there, and the methods that they take. */
export interface GroupAtPath {
  readonly group: RouteGroup
  /** In the order of the alphabet. */
  readonly methods: readonly string[]
}

/**
 * The methods of a group whose routes have names in their paths: Elysia keeps those in its router.
 */
const findNamed = (
  { instance }: RouteGroup,
  known: readonly string[],
  pathname: string,
): string[] => known.filter((method) => instance.router.http.find(method, pathname) !== null)

/**
 * Finds what there is at a path; null if nothing is. A path without names stands in a table of
 * Elysia's, and both kinds are found with a slash at their end too.
 */
export const createGroupFinder = (
  groups: readonly RouteGroup[],
): ((pathname: string) => GroupAtPath | null) => {
  const withMethods = groups.map((group) => ({
    group,
    known: [...new Set(group.instance.routes.map(({ method }) => method))].sort(),
  }))
  const fixed = new Map<string, GroupAtPath>()
  for (const { group, known } of withMethods) {
    for (const [path, table] of Object.entries(group.instance.router.static)) {
      const named = findNamed(group, known, path)
      const methods = known.filter((method) => method in table || named.includes(method))
      fixed.set(path, { group, methods })
    }
  }

  return (pathname) => {
    const atFixed = fixed.get(pathname) ?? fixed.get(pathname.replace(/\/$/, ''))
    if (atFixed) return atFixed
    for (const { group, known } of withMethods) {
      const methods = findNamed(group, known, pathname)
      if (methods.length > 0) return { group, methods }
    }
    return null
  }
}
