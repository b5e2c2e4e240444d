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

/** @param encoding the answer's Content-Encoding; null if it has none */
export const errcodeIn = (bytes: Uint8Array, encoding: string | null): AnswerErrcode => {
  const whole = inflated(bytes, encoding, mostBytes)
  const members = whole && answerObjectIn(new TextDecoder().decode(whole))?.members
  const errcode = numberIn(members?.errcode)
  if (!Number.isSafeInteger(errcode)) return { errcode: null, errmsg: '' }
  return { errcode: errcode ?? null, errmsg: String(members?.errmsg ?? '') }
}
