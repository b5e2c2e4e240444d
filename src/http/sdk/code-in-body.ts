/**
 * The permanent code that a call names in its body: where that is an API key, the stored one goes
 * up.
 */
import { isJsonObject } from '../../json-object'
import { keyPrefix } from '../../suite/access/key-text'
import type { ProxiedBody } from '../proxy/proxied-body'
import { parseJson } from '../request/json-text'

export interface KeyInBody {
  readonly key: string
  readonly corpid: string
  /** The body with the code in the key's place. */
  withCode(permanentCode: string): ProxiedBody
}

const membersOf = ({ body }: ProxiedBody): Record<string, unknown> | null => {
  if (!(body instanceof Uint8Array)) return null
  try {
    const members = parseJson(new TextDecoder().decode(body))
    return isJsonObject(members) ? members : null
  } catch {
    return null
  }
}

/**
 * The key that stands in a body as `permanent_code`; null if there is none.
 *
 * @param corpField the field that names the company
 */
export const keyInBody = (body: ProxiedBody, corpField: string): KeyInBody | null => {
  const members = membersOf(body)
  const key = members?.permanent_code
  const corpid = members?.[corpField]
  if (typeof key !== 'string' || typeof corpid !== 'string' || !key.startsWith(keyPrefix)) {
    return null
  }
  return {
    key,
    corpid,
    withCode(permanentCode) {
      const text = JSON.stringify({ ...members, permanent_code: permanentCode })
      return { body: new TextEncoder().encode(text), contentLength: null }
    },
  }
}
