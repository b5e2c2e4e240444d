/**
 * The hold-off of a token, until when it isn't asked for again after WeCom refused it (design: a
 * refused call is never repeated in a loop, for repeated wrong secrets get the caller's IP
 * blocked). Pure.
 */
import { hourMs, minuteMs, secondMs } from '../../clock'
import { ServiceError } from '../../errors'
import { backoffMs, type Random } from '../../retry'
import { WecomFailure } from '../../wecom/api/failure'
import { reactionTo } from '../../wecom/errcode/errcode'

/** Until when nobody asks again. `'new ticket'`: until WeCom pushes the next suite_ticket. */
export type HoldOffUntil = number | 'new ticket'

export interface Refusal {
  readonly error: unknown
  /** Refusals in a row, this one included. */
  readonly attempts: number
  /** When the first of the row came. Epoch milliseconds. */
  readonly since: number
  /** When it came. Epoch milliseconds. */
  readonly refusedAt: number
  readonly holdOffUntil: HoldOffUntil
  /** When a secret or an id was refused as wrong within the last hour. */
  readonly wrongSecretAt: readonly number[]
  /** TimeStamp of the newest suite_ticket that was known; left out where that was not found out. */
  readonly ticketSeconds?: number | null
}

/** WeCom blocks the address of a caller that keeps on sending wrong secrets. */
const mostWrongSecretsAnHour = 6

const passing = { firstMs: secondMs, ceilingMs: minuteMs }
const lasting = { firstMs: 15 * secondMs, ceilingMs: 15 * minuteMs }
const goneForMs = 15 * minuteMs
const windows = { firstMs: minuteMs, ceilingMs: hourMs }
/** Nobody asked for longer than any hold-off: of what was meanwhile nothing is known. */
const rowEndsAfterMs = 2 * hourMs

/** What a failed fetch means for the next one, given the refusal before it in the same row. */
export const refusalAfter = (
  error: unknown,
  before: Refusal | null,
  now: number,
  random: Random,
): Refusal => {
  const attempts = (before?.attempts ?? 0) + 1
  const goesOn = before !== null && now - before.refusedAt <= rowEndsAfterMs
  const since = goesOn ? before.since : now
  const recent = before?.wrongSecretAt.filter((at) => Math.abs(now - at) < hourMs) ?? []
  const holdOff = (holdOffUntil: HoldOffUntil, wrongSecretAt = recent): Refusal => ({
    error,
    attempts,
    since,
    refusedAt: now,
    holdOffUntil,
    wrongSecretAt,
  })
  if (!(error instanceof WecomFailure)) return holdOff(now + backoffMs(attempts, passing, random))
  // It cost WeCom nothing, so it says nothing about the next call.
  if (error.unasked) {
    const holdOffUntil = now + backoffMs(1, passing, random)
    return { ...holdOff(holdOffUntil), attempts: before?.attempts ?? 0 }
  }
  const reaction = error.errcode === null ? 'back_off' : reactionTo(error.errcode)
  switch (reaction) {
    case 'wait_for_ticket':
      return holdOff('new ticket')
    case 'wrong_secret': {
      const wrong = [...recent, now]
      const spent = wrong.length >= mostWrongSecretsAnHour
      return holdOff(spent ? (wrong[0] ?? now) + hourMs : 'new ticket', wrong)
    }
    case 'wait_for_window':
      return holdOff(now + backoffMs(attempts, windows, random))
    case 'authorization_gone':
      // Whether it is gone is found out elsewhere, once; asking here in between would cost calls.
      return holdOff(now + goneForMs)
    case 'back_off':
    case 'ip_not_allowed':
      return holdOff(now + backoffMs(attempts, passing, random))
    default:
      return holdOff(now + backoffMs(attempts, lasting, random))
  }
}

/** Whether `refusal` still forbids asking at `now`; not if the clock was put back behind it. */
export const holdsOff = (refusal: Refusal | null, now: number): refusal is Refusal =>
  refusal !== null &&
  (refusal.holdOffUntil === 'new ticket' ||
    (refusal.refusedAt <= now && now < refusal.holdOffUntil))

/** What the next ticket changes: a refusal that waits for it no longer holds. */
export const afterNewTicket = (refusal: Refusal | null): Refusal | null =>
  refusal?.holdOffUntil === 'new ticket' ? { ...refusal, holdOffUntil: 0 } : refusal

/** The refused call's error, seen again later: it says for how long waiting may help. */
export const holdOffError = ({ error, holdOffUntil }: Refusal, now: number): unknown => {
  if (!(error instanceof ServiceError)) return error
  const seconds = holdOffUntil === 'new ticket' ? 60 : Math.ceil((holdOffUntil - now) / secondMs)
  return Object.create(error, { retryAfterSeconds: { value: Math.max(1, seconds) } })
}
