/** The auth_code in an event: what an install begins with. */
import type { EventRecord } from '../../store/event-record'
import { parseMessage } from '../../wecom/callback/message'
import { textOf } from '../../wecom/callback/xml'

/** The events that carry an auth_code. */
export const authCodeEventTypes: readonly string[] = ['create_auth', 'reset_permanent_code']

/** WeCom's documents: at most 512 bytes. */
export const longestAuthCode = 512

/** What the state of a browser that came back from WeCom's install page was. */
export const installStates = ['good', 'missing', 'bad'] as const
export type InstallState = (typeof installStates)[number]

export type ReadAuthCode =
  | {
      readonly ok: true
      readonly suiteId: string
      readonly authCode: string
      /** Whether WeCom pushed it, or a browser came back with it and a good state of ours. */
      readonly isVouchedFor: boolean
      /** The state that WeCom pushed with it; null if none. */
      readonly state: string | null
    }
  | { readonly ok: false; readonly reason: string }

/** The auth_code and its suite, or why the event can't be an install. */
export const readAuthCode = ({ suiteId, source, body }: EventRecord): ReadAuthCode => {
  const message = parseMessage(body)
  const payload = message.ok ? message.value.payload : {}
  const authCode = textOf(payload, 'AuthCode')?.trim()
  if (!authCode || !suiteId) return { ok: false, reason: 'It carries no AuthCode.' }
  if (authCode.length > longestAuthCode) {
    return { ok: false, reason: 'Its AuthCode is longer than any of WeCom’s.' }
  }
  const isPushed = source !== 'install'
  return {
    ok: true,
    suiteId,
    authCode,
    isVouchedFor: isPushed || textOf(payload, 'InstallState') === 'good',
    state: (isPushed && textOf(payload, 'State')?.trim()) || null,
  }
}
