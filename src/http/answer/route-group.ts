/** Groups of routes, each of which says who reads its failures and how the log tells them. */
import type { AnyElysia } from 'elysia'
import type { Audience } from './problem'

/** A line at level info for what a group refuses, no more of one kind than a log can hold. */
export interface RefusalLine {
  readonly message: string
  /** What it says beside the failure. */
  fields(request: Request): Readonly<Record<string, unknown>>
}

interface Declaration {
  /** Who reads its failures. */
  readonly audience: Audience
  /** What is told of its refusals, for operators; without it they stand in the log at level debug. */
  readonly refusals?: RefusalLine
}

export interface RouteGroup extends Declaration {
  readonly instance: AnyElysia
}

/** @param instance the routes, with hooks of their own */
export const routeGroup = (declaration: Declaration, instance: AnyElysia): RouteGroup => ({
  ...declaration,
  instance,
})

/** Of a path that stands in one route with a slash at its end and without. */
const withoutSlash = (pathname: string): string => pathname.replace(/(?<=.)\/$/, '')

/**
 * The methods that a group takes at a path, in their order; none if none of its routes is there.
 * Elysia keeps paths without names in a table, the others in its router.
 */
const methodsOf = ({ instance }: RouteGroup, pathname: string): string[] => {
  const { router } = instance
  const fixed = { ...router.static[withoutSlash(pathname)], ...router.static[pathname] }
  const methods = new Set(instance.routes.map(({ method }) => method))
  return [...methods]
    .filter((method) => method in fixed || router.http.find(method, pathname) !== null)
    .sort()
}

/** The group whose routes are at a path, and the methods that they take there; null if none is. */
export const groupAt = (
  groups: readonly RouteGroup[],
  pathname: string,
): { readonly group: RouteGroup; readonly methods: readonly string[] } | null => {
  for (const group of groups) {
    const methods = methodsOf(group, pathname)
    if (methods.length > 0) return { group, methods }
  }
  return null
}
