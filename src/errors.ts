/**
 * Every failure that a caller can meet. The HTTP status of each is decided in `http/problem.ts`
 * alone.
 */
export type ErrorCode =
  | 'invalid_request'
  | 'url_not_encoded'
  | 'suite_required'
  | 'undecryptable'
  | 'malformed_xml'
  | 'unauthorized'
  | 'admin_disabled'
  | 'bad_signature'
  | 'wrong_receiver'
  | 'stale_timestamp'
  | 'url_not_trusted'
  | 'bad_state'
  | 'wrong_corp'
  | 'not_a_member'
  | 'kept_by_suited'
  | 'forbidden'
  | 'conflict'
  | 'not_found'
  | 'suite_not_found'
  | 'event_not_found'
  | 'corp_not_authorized'
  | 'method_not_allowed'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'too_many_requests'
  | 'wecom_error'
  | 'wecom_timeout'
  | 'suite_ticket_missing'
  | 'suite_not_configured'
  | 'public_url_missing'
  | 'store_unavailable'
  | 'overloaded'
  | 'shutting_down'
  | 'internal_error'

/** The outcome of judging input: a value, or a tagged reason that the caller must handle. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: E }

export const succeed = <T>(value: T): { ok: true; value: T } => ({ ok: true, value })
export const fail = <E>(reason: E): { ok: false; reason: E } => ({ ok: false, reason })

export interface FailureDetails {
  /** The failure below this one. Goes to the log, never to a caller. */
  readonly cause?: unknown
  /** When trying again may help, in seconds from now; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** More members of the problem document, safe for the caller. */
  readonly extra?: Readonly<Record<string, unknown>>
}

/**
 * A broken expectation. `code` never changes once released; `message` is one safe sentence for the
 * caller that says what is wrong and what to do. No secret enters either.
 */
export class ServiceError extends Error {
  readonly code: ErrorCode
  readonly retryAfterSeconds: number | undefined
  readonly extra: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, details: FailureDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.name = new.target.name
    this.code = code
    this.retryAfterSeconds = details.retryAfterSeconds
    this.extra = details.extra ?? {}
  }
}

/** One line for the log out of anything that was thrown. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
