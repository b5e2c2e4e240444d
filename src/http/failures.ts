/**
 * The answers to failures, for all routes of an app, as their groups declare: they are made here
 * alone.
 */
import { type ErrorCode, ServiceError } from '../errors'
import type { Logger } from '../log'
import type { ReportUnknownPath } from '../suite/callback/refused/unknown-paths'
import type { ThrottledLog } from '../throttled-log'
import { createFailureLog, type FailedRequest, refusalFields } from './answer/failure-log'
import { addMissing } from './answer/headers'
import { asServiceError, problemResponse, statusOf } from './answer/problem'
import {
  createGroupFinder,
  type FailedAtRoute,
  type RefusalLine,
  type RouteGroup,
} from './answer/route-group'
import { nothingAtRoot } from './operations/root'
import { pathnameOf } from './request/address'
import { type ClientOf, OverLimit } from './request/rate-limit'
import { looksSigned } from './wecom/callback-query'

interface Failed extends FailedAtRoute {
  readonly error: unknown
  readonly set: { readonly headers: Readonly<Record<string, unknown>> }
}

/** What WeCom meets where no callback is received. */
const noCallbackIsHere: readonly ErrorCode[] = [
  'not_found',
  'suite_not_found',
  'method_not_allowed',
]

const nothingThere = { group: null, methods: [] }

/** Elysia answers 404 to a wrong method too. */
const refineNotFound = (
  error: ServiceError,
  { method }: Request,
  pathname: string,
  methods: readonly string[],
): ServiceError => {
  if (pathname === '/' && methods.length === 0) return nothingAtRoot()
  // With the right method it was the route itself that found nothing.
  if (methods.length === 0 || methods.includes(method)) return error
  return new ServiceError('method_not_allowed', `This address takes ${methods.join(', ')}.`, {
    extra: { allow: methods },
  })
}

/** What is answered in the end: the failure, or what went wrong while its group saw to it. */
const settled = async (
  failed: Failed,
  beforeFailure: NonNullable<RouteGroup['beforeFailure']>,
): Promise<unknown> => {
  try {
    await beforeFailure(failed, statusOf(failed.error))
    return failed.error
  } catch (error) {
    return error
  }
}

export interface FailureParts {
  readonly reportUnknownPath: ReportUnknownPath
  readonly clientOf: ClientOf
  readonly log: Logger
  /** For what strangers can make us log. */
  readonly throttledLog: ThrottledLog
}

/** @param groups all groups of the app */
export const createFailureAnswer = (groups: readonly RouteGroup[], parts: FailureParts) => {
  const { reportUnknownPath, clientOf, log, throttledLog } = parts
  const groupAt = createGroupFinder(groups)
  const failureLog = createFailureLog(log)

  const logRefusal = (
    failure: ServiceError,
    request: Request,
    failed: FailedRequest,
    line: RefusalLine | undefined,
  ) => {
    const { code } = failure
    // A client over its limit has a line of its own.
    if (!line || code === 'not_found' || failure instanceof OverLimit) {
      failureLog.refused(failure, failed)
      return
    }
    throttledLog.write({
      level: 'info',
      message: line.message,
      fields: { ...refusalFields(failure, failed), ...line.fields(request) },
      kind: code,
      sender: clientOf(request)?.address ?? null,
    })
  }

  return async (failed: Failed): Promise<Response> => {
    const { request, set } = failed
    const pathname = pathnameOf(request)
    const at = { method: request.method, path: pathname }
    const { group, methods } = groupAt(pathname) ?? nothingThere
    const error = group?.beforeFailure ? await settled(failed, group.beforeFailure) : failed.error
    let failure = asServiceError(error)
    if (failure.code === 'not_found') failure = refineNotFound(failure, request, pathname, methods)
    if (noCallbackIsHere.includes(failure.code) && looksSigned(request)) {
      reportUnknownPath(pathname, failure.code)
    }
    if (failure.code === 'internal_error') failureLog.unexpected(error, at)
    else logRefusal(failure, request, at, group?.refusals)
    const response = problemResponse(failure, group?.audience)
    addMissing(response.headers, Object.entries(set.headers))
    return response
  }
}
