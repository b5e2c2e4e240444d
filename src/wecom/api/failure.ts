/** The failures of calls to WeCom, for those who decide by them and never call. Pure. */
import { ServiceError } from '../../errors'
import { explain, reactionTo } from '../errcode/errcode'
import type { NetworkFault } from './network-fault'

/** WeCom's own stay below 200 characters; whatever is longer says no more to its reader. */
const longestErrmsg = 500

export type WecomFailureKind =
  | 'errcode'
  | 'timeout'
  | 'network'
  | 'http_status'
  | 'path_missing'
  | 'not_understood'

/** What is known of a failed call besides its kind and its path. */
interface FailureFacts {
  readonly errcode?: number
  readonly errmsg?: string
  readonly detail?: string
  readonly fault?: NetworkFault
  readonly unasked?: boolean
}

/**
 * WeCom refused a call, or could not be understood or reached. Code `wecom_error` or
 * `wecom_timeout`.
 */
export class WecomFailure extends ServiceError {
  readonly kind: WecomFailureKind
  readonly path: string
  /** WeCom's errcode; null when there was no answer of WeCom's at all. */
  readonly errcode: number | null
  /**
   * WeCom's errmsg, at most 500 characters, for operators: its wording changes, never decide by it.
   */
  readonly errmsg: string | null
  /** What went wrong on the way there, for operators; null if an answer came, or none in time. */
  readonly fault: NetworkFault | null
  /** True if WeCom was not asked at all: it is known to be down, or no turn came in time. */
  readonly unasked: boolean

  readonly #facts: FailureFacts

  constructor(kind: WecomFailureKind, path: string, facts: FailureFacts = {}) {
    const errcode = facts.errcode ?? null
    const known = errcode === null ? null : explain(errcode, 'en')
    super(
      kind === 'timeout' ? 'wecom_timeout' : 'wecom_error',
      errcode === null
        ? `WeCom gave no usable answer to ${path}: ${facts.fault?.detail ?? facts.detail ?? kind}.`
        : `WeCom answered errcode ${errcode} to ${path}${known ? `: ${known.meaning}` : ''}.`,
      { extra: errcode === null ? {} : { errcode } },
    )
    this.#facts = facts
    this.kind = kind
    this.path = path
    this.errcode = errcode
    this.errmsg = facts.errmsg?.slice(0, longestErrmsg).toWellFormed() ?? null
    this.fault = facts.fault ?? null
    this.unasked = facts.unasked ?? false
  }

  /** The same failure for a call that was not made, since it would have shared this one. */
  asUnasked(): WecomFailure {
    return new WecomFailure(this.kind, this.path, { ...this.#facts, unasked: true })
  }

  /** Whether the same call may succeed a moment later, with nobody changing anything. */
  get passing(): boolean {
    if (this.errcode !== null) return reactionTo(this.errcode) === 'back_off'
    return this.kind !== 'path_missing'
  }
}
