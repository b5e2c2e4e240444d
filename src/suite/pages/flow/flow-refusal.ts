/** What ends a flow on a page of ours: why, for the reader of the page and for the log. */
import { ServiceError } from '../../../errors'
import type { Random } from '../../../retry'
import { WecomFailure } from '../../../wecom/api/failure'
import { reactionTo } from '../../../wecom/errcode/errcode'

/** Why a flow ends although nothing failed. */
export type FlowRefusalCode =
  | 'bad_state'
  | 'wrong_corp'
  | 'not_a_member'
  | 'declined'
  | 'cookies_lost'
  | 'code_spent'

/** A flow ends here. `message` is for the log; the page has words of its own for each code. */
export class FlowRefusal extends Error {
  readonly code: FlowRefusalCode
  /** Of `wrong_corp`: the names of the company that the link is for and of the one that came. */
  readonly corps: readonly [expected: string, other: string] | null

  constructor(
    code: FlowRefusalCode,
    message: string,
    corps: readonly [expected: string, other: string] | null = null,
  ) {
    super(message)
    this.name = 'FlowRefusal'
    this.code = code
    this.corps = corps
  }
}

/** A failure as a page tells it, and as it is given again to whoever asks twice. */
export interface PageFailure {
  readonly code: string
  /** One safe sentence for whoever helps the reader, or null. */
  readonly detail: string | null
  /** Eight letters that the log line has too. */
  readonly supportCode: string
  readonly corps: readonly [expected: string, other: string] | null
  /** Seconds after which trying again may help; null where it doesn't. */
  readonly retryAfterSeconds: number | null
}

/** None that are mistaken for others when they are read out on the telephone. */
const letters = 'ACDEFGHJKLMNPQRTUVWXY34679'
const supportCodeLength = 8

export const newSupportCode = (random: Random): string =>
  Array.from(
    { length: supportCodeLength },
    () => letters[Math.floor(random() * letters.length)],
  ).join('')

/** WeCom: the app has no permission for the call, or the grant is over. */
const permissionErrcodes: readonly number[] = [48001, 48002, 60011]
/** WeCom: the app is not for this member. */
const memberErrcodes: readonly number[] = [50002, 60021]

/** What WeCom's errcode means to whoever sits before the page; null where nothing more is known. */
const codeOfErrcode = (errcode: number): string | null => {
  if (permissionErrcodes.includes(errcode)) return 'permission_missing'
  if (memberErrcodes.includes(errcode)) return 'not_a_member'
  switch (reactionTo(errcode)) {
    case 'login_again':
    case 'code_spent':
      return 'code_spent'
    case 'authorization_gone':
    case 'suspended':
      return 'corp_not_authorized'
    default:
      return null
  }
}

const codeOf = (error: unknown): string => {
  if (error instanceof FlowRefusal) return error.code
  const ofWecom =
    error instanceof WecomFailure && error.errcode !== null ? codeOfErrcode(error.errcode) : null
  return ofWecom ?? (error instanceof ServiceError ? error.code : 'internal_error')
}

/** The sentence of a failure that its reader may see: what is wrong in the store names files. */
const detailOf = (error: unknown): string | null =>
  error instanceof ServiceError && error.code !== 'store_unavailable' ? error.message : null

export const pageFailureOf = (error: unknown, random: Random): PageFailure => ({
  code: codeOf(error),
  detail: detailOf(error),
  supportCode: newSupportCode(random),
  corps: error instanceof FlowRefusal ? error.corps : null,
  retryAfterSeconds: error instanceof ServiceError ? (error.retryAfterSeconds ?? null) : null,
})
