/**
 * What an operator waits for, or has to mend, outside of suited: one sentence each, and its cure.
 * Pure.
 */
import { ticketLifeMs } from '../../retry'
import { WecomFailure } from '../../wecom/api/failure'
import { explain } from '../../wecom/errcode/errcode'
import { inWords } from '../../wording'
import type { RefusedCallbackWarning } from '../callback/refused/warnings'
import { placeOf } from '../callback-place'
import { nameOfSetting, type Suite } from '../suites'

export interface Waiting {
  /** Stable, for programs. */
  readonly code: string
  readonly detail: string
  readonly cure: string
  /** The key of the suite, where the others are no worse off for it. */
  readonly suite?: string
}

/** Without any app there is nothing to wait for but the first one. */
export const firstSuite: Waiting = {
  code: 'suite',
  detail: 'No app is configured yet.',
  cure: 'Make a Token and an EncodingAESKey (suited keygen does), enter them as WECOM_TOKEN and WECOM_ENCODING_AES_KEY, and create the app in WeCom’s provider console with them.',
}

/** WeCom looks at the address of every call, not only of those for the suite's token. */
export const addressRefused = (address: string): Waiting => ({
  code: 'ip_not_allowed',
  detail: `WeCom refuses calls from ${address || 'our address'} (errcode 60020).`,
  cure: `Enter ${address || 'it'} in 服务商后台 → 服务商信息 → IP白名单.`,
})

/** The settings that a cure names, as this suite's own are called. */
const inItsOwnWords = (cure: string, suite: Suite): string =>
  cure
    .replaceAll('WECOM_SUITE_SECRET', nameOfSetting(suite, 'secret'))
    .replaceAll('WECOM_SUITE_ID', nameOfSetting(suite, 'id'))

/** Why WeCom gave no token, and what helps. */
export interface TokenFault {
  /** Null if no answer of WeCom's came. */
  readonly errcode: number | null
  /** Null for an errcode that nobody explains. */
  readonly cause: string | null
  readonly cure: string
}

/** The fault behind a failed fetch, with the suite's settings by their own names in its cure. */
export const tokenFault = (suite: Suite, { errcode, message, fault }: WecomFailure): TokenFault => {
  if (errcode === null) {
    const cure = 'Check the way out to the internet, WECOM_API_URL and WECOM_HTTP_PROXY.'
    return { errcode, cause: message, cure: fault?.cure ?? cure }
  }
  const known = explain(errcode, 'en')
  const cure = inItsOwnWords(known?.cure ?? 'Look the errcode up in WeCom’s documentation.', suite)
  return { errcode, cause: known?.cause ?? null, cure }
}

/** WeCom's refusal of a suite's token, or its silence; null for a failure of our own. */
export const tokenRefused = (suite: Suite, error: unknown): Waiting | null => {
  if (!(error instanceof WecomFailure)) return null
  const { errcode, cause, cure } = tokenFault(suite, error)
  const detail =
    errcode === null
      ? `${cause} (suite "${suite.key}")`
      : `WeCom refuses the token of suite "${suite.key}": errcode ${errcode}. ${cause ?? ''}`.trim()
  return { code: errcode === null ? 'wecom_unreachable' : 'suite_token_refused', detail, cure }
}

/** Whether a suite_ticket is no longer good, for no newer one came. Epoch milliseconds. */
export const isTicketOverdue = (receivedAt: number, now: number): boolean =>
  now - receivedAt > ticketLifeMs

/**
 * The suite_ticket that WeCom should have pushed; null while the last one is good.
 *
 * @param receivedAt of the last one, null if there was none
 * @param refused what is refused at our URLs: it may be what keeps tickets away
 */
export const ticketAwaited = (
  suite: Suite,
  receivedAt: number | null,
  refused: readonly RefusedCallbackWarning[],
  now: number,
): Waiting | null => {
  const { key } = suite
  // Tickets come to the command URL alone: what is refused elsewhere keeps none away.
  const commandPlace = placeOf({ url: 'command', suite, pathCorpid: null })
  const warning = refused.find(({ places }) => places.includes(commandPlace))
  if (receivedAt === null) {
    return {
      code: 'suite_ticket',
      detail: warning
        ? `No suite_ticket for "${key}" could be taken yet: what arrives is refused, see callbacks_refused.`
        : `WeCom has not pushed a suite_ticket for "${key}" yet.`,
      cure:
        warning?.cure ??
        'It comes every ten minutes to the command URL; 刷新Ticket in the console brings it at once.',
    }
  }
  if (!isTicketOverdue(receivedAt, now)) return null
  return {
    code: 'suite_ticket_old',
    detail: `The last suite_ticket for "${key}" came ${inWords(now - receivedAt)} ago.`,
    cure:
      warning?.cure ??
      'Check that WeCom reaches the command URL; 刷新Ticket in the console pushes one at once.',
  }
}
