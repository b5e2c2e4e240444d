/**
 * JSON of strangers: what is nested without end is refused unread, since reading it takes long.
 * Pure.
 */
import { ServiceError } from '../../errors'

/** Neither our bodies nor WeCom's have more than a few levels. */
const deepest = 200

const quote = 0x22
const backslash = 0x5c
const isOpening = (code: number) => code === 0x5b || code === 0x7b
const isClosing = (code: number) => code === 0x5d || code === 0x7d

/** Where a text ends that begins before `from`: at its closing quote. */
const endOfText = (json: string, from: number): number => {
  for (let i = from; i < json.length; i++) {
    const code = json.charCodeAt(i)
    if (code === backslash) i++
    else if (code === quote) return i
  }
  return json.length
}

const isTooDeep = (json: string): boolean => {
  let depth = 0
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i)
    if (code === quote) i = endOfText(json, i + 1)
    else if (isOpening(code)) depth++
    else if (isClosing(code)) depth--
    if (depth > deepest) return true
  }
  return false
}

/** @throws {ServiceError} invalid_request — it is no JSON, or nested deeper than any body */
export const parseJson = (json: string): unknown => {
  if (isTooDeep(json)) {
    throw new ServiceError(
      'invalid_request',
      `The body is nested deeper than ${deepest} levels: it was not read.`,
    )
  }
  try {
    return JSON.parse(json)
  } catch {
    throw new ServiceError('invalid_request', 'The body is not valid JSON.')
  }
}
