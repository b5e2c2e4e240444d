/** The auth_code in an event: what an install begins with. */
import type { EventRecord } from '../../store/event-record'
import { parseMessage } from '../../wecom/callback/message'
import { textOf } from '../../wecom/callback/xml'

/** The events that carry an auth_code. */
export const authCodeEventTypes: readonly string[] = ['create_auth', 'reset_permanent_code']

/** WeCom's documents: at most 512 bytes. */
const longestAuthCode = 512

export type ReadAuthCode =
  | { readonly ok: true; readonly suiteId: string; readonly authCode: string }
  | { readonly ok: false; readonly reason: string }

/** The auth_code and its suite, or why the event can't be an install. */
export const readAuthCode = ({ suiteId, body }: EventRecord): ReadAuthCode => {
  const message = parseMessage(body)
  const authCode = message.ok && textOf(message.value.payload, 'AuthCode')?.trim()
  if (!authCode || !suiteId) return { ok: false, reason: 'It carries no AuthCode.' }
  if (authCode.length > longestAuthCode) {
    return { ok: false, reason: 'Its AuthCode is longer than any of WeCom’s.' }
  }
  return { ok: true, suiteId, authCode }
}
