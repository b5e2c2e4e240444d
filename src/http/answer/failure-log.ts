/** How failures of requests stand in the log, for whoever answers them. */
import { reasonOf, type ServiceError } from '../../errors'
import type { LogFields, Logger } from '../../log'

/** The request that failed. Without its query, which may hold a key. */
export interface FailedRequest {
  readonly method: string
  readonly path: string
}

/** What is told of a refusal. */
export const refusalFields = (
  failure: ServiceError,
  { method, path }: FailedRequest,
): LogFields => ({
  method,
  path,
  code: failure.code,
  detail: failure.message,
  ...failure.extra,
})

export interface FailureLog {
  /** An error of ours, whole: its caller is told nothing of it. */
  unexpected(error: unknown, request: FailedRequest): void
  /** What a caller did wrong, or what is missing for it. */
  refused(failure: ServiceError, request: FailedRequest): void
}

export const createFailureLog = (log: Logger): FailureLog => ({
  unexpected(error, { method, path }) {
    log.error('a request failed unexpectedly', {
      method,
      path,
      reason: reasonOf(error),
      stack: error instanceof Error ? error.stack : undefined,
    })
  },
  refused(failure, request) {
    log.debug('a request was refused', refusalFields(failure, request))
  },
})
