/** The precedence between a cancel_auth and the install of the authorisation that stands. */
import { minuteMs, secondMs } from '../../clock'
import type { EventRecord } from '../../store/event-record'
import { parseMessage } from '../../wecom/callback/message'

/** Nearer than this is not clearly newer: WeCom's machines don't all have the same time. */
const marginMs = 5 * minuteMs
/**
 * The margin where the install can't be told by WeCom's own clock, and that clock may differ from
 * ours.
 */
const skewedMarginMs = 15 * minuteMs

/** A TimeStamp further ahead of our clock than this is a mistake, not a skew. */
const furthestAheadMs = 15 * minuteMs

/** The TimeStamp of a command, epoch milliseconds by WeCom's clock; null if it has none. */
const timeStampOf = (body: string): number | null => {
  const message = parseMessage(body)
  if (!message.ok || message.value.kind === 'data') return null
  const { timeStampSeconds } = message.value
  return timeStampSeconds === null ? null : timeStampSeconds * secondMs
}

/**
 * Whether an event can't be about an authorisation before the last one.
 *
 * @param cancelledAt its TimeStamp, epoch milliseconds by WeCom's clock; null if it has none
 * @param authorizedAt when the last exchange began, by our clock
 * @param installedAt the TimeStamp of that install, by WeCom's clock; null if it isn't known
 */
const isClearlyNewer = (
  cancelledAt: number | null,
  authorizedAt: number,
  installedAt: number | null,
): boolean => {
  if (cancelledAt === null) return false
  return installedAt === null
    ? cancelledAt > authorizedAt + skewedMarginMs
    : cancelledAt > Math.max(authorizedAt, installedAt) + marginMs
}

/**
 * Whether a cancel_auth means the authorisation that stands, by its time alone.
 *
 * @param authorizedAt when the last exchange began, by our clock
 * @param install the event that brought that authorisation, if it is known
 */
export const cancelsLastInstall = (
  cancelAuth: EventRecord,
  authorizedAt: number,
  install: EventRecord | null,
): boolean => {
  const cancelledAt = timeStampOf(cancelAuth.body)
  // A time that can't be is no reason to believe that it is newer.
  const possible = cancelledAt !== null && cancelledAt <= cancelAuth.receivedAt + furthestAheadMs
  return possible && isClearlyNewer(cancelledAt, authorizedAt, install && timeStampOf(install.body))
}
