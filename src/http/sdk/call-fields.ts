/** The fields of a call for a token: of its query and of its JSON body, since SDKs send either. */
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import { isJsonObject } from '../../json-object'
import { queryOf } from '../request/address'
import { readBody } from '../request/body'
import type { BodyBudget } from '../request/body-budget'
import { parseJson } from '../request/json-text'

export interface CallFields {
  /** A field that has to be there. @throws {ServiceError} invalid_request */
  required(name: string): string
  /** Empty where it isn't there or is no text. */
  text(name: string): string
}

const longestBodyBytes = 16 * 1024

const membersOf = (body: string): Record<string, unknown> => {
  if (body.trim() === '') return {}
  const members = parseJson(body)
  if (isJsonObject(members)) return members
  throw new ServiceError('invalid_request', 'The body is no JSON object.')
}

/** @throws {ServiceError} invalid_request, body_too_large, overloaded */
export const readFields = async (
  request: Request,
  { clock, bodyBudget }: { clock: Clock; bodyBudget: BodyBudget },
): Promise<CallFields> => {
  const body = await readBody(request, longestBodyBytes, clock, bodyBudget.roomFor(request))
  const fields = {
    ...Object.fromEntries(new URLSearchParams(queryOf(request))),
    ...membersOf(body),
  }
  const text = (name: string): string => {
    const field = Object.hasOwn(fields, name) ? fields[name] : ''
    return typeof field === 'string' ? field : ''
  }
  return {
    text,
    required(name) {
      const field = text(name)
      if (field !== '') return field
      throw new ServiceError('invalid_request', `${name} is missing.`)
    },
  }
}
