/**
 * The errcode in an answer that is passed on, read as leniently as answers to calls of our own.
 * Pure.
 */
import { inflated } from './answer/encoding'
import { answerObjectIn } from './answer/object'
import { numberIn } from './answer/shape'

export interface AnswerErrcode {
  /** Null where the answer has none, or isn't JSON. */
  readonly errcode: number | null
  /** Empty where it has none. */
  readonly errmsg: string
}

/** Inflated, an answer that is looked at has no more. */
const mostBytes = 2 ** 20

const success = { errcode: 0, errmsg: 'ok' }

/** How WeCom begins what succeeds, be it long: all that follows need not be read. */
const beginningOfSuccess = /^\{\s*"errcode"\s*:\s*0\s*,\s*"errmsg"\s*:\s*"ok"\s*[,}]/
const longestBeginning = 64

const beginningOf = (bytes: Uint8Array): string =>
  String.fromCharCode(...bytes.subarray(0, longestBeginning))

/** @param encoding the answer's Content-Encoding; null if it has none */
export const errcodeIn = (bytes: Uint8Array, encoding: string | null): AnswerErrcode => {
  const whole = inflated(bytes, encoding, mostBytes)
  if (whole === null) return { errcode: null, errmsg: '' }
  if (beginningOfSuccess.test(beginningOf(whole))) return success
  const members = answerObjectIn(new TextDecoder().decode(whole))?.members
  const errcode = numberIn(members?.errcode)
  if (!Number.isSafeInteger(errcode)) return { errcode: null, errmsg: '' }
  return { errcode: errcode ?? null, errmsg: String(members?.errmsg ?? '') }
}
