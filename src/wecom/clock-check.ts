/**
 * Whether this machine's clock is right, as WeCom shows it: by the moments that it signs into
 * callbacks and by the Date of its answers. What deletes by age asks here first.
 */
import { type Clock, dayMs, hourMs, minuteMs } from '../clock'
import { inWords } from '../wording'

export interface ClockCheck {
  /** A callback that a Token of ours signed carries this moment, in epoch milliseconds. */
  signedAt(moment: number): void
  /** WeCom answered, and its Date is this moment, in epoch milliseconds. */
  answeredAt(moment: number): void
  /** Whether the clock was found right within the last hour. */
  agrees(): boolean
  /** By how much the clock is known to be ahead, in milliseconds (behind: negative); null unless it is wrong. */
  offByMs(): number | null
  /** What deserves a word. */
  warnings(): string[]
}

/** Further apart than this the two clocks disagree: callbacks come within seconds, and are repeated for minutes. */
const toleranceMs = 10 * minuteMs
/** A clock may jump after it was found right: so much is the most that can go too early. */
const agreementLifeMs = hourMs
/** Tickets come every ten minutes: after a day without a word something is amiss. */
const unconfirmedAfterMs = dayMs

export const createClockCheck = (clock: Pick<Clock, 'now'>): ClockCheck => {
  const startedAt = clock.now()
  let agreedAt: number | null = null
  let aheadByMs: number | null = null

  const agree = (now: number): void => {
    agreedAt = now
    aheadByMs = null
  }

  const agrees = (): boolean => {
    const age = agreedAt === null ? -1 : clock.now() - agreedAt
    return age >= 0 && age <= agreementLifeMs
  }

  /** What can't be a matter of time under way. */
  const disagree = (ahead: number): void => {
    agreedAt = null
    aheadByMs = ahead
  }

  const offByMs = () => (agrees() ? null : aheadByMs)

  return {
    signedAt(moment) {
      if (!Number.isFinite(moment)) return
      const now = clock.now()
      const ahead = now - moment
      if (Math.abs(ahead) <= toleranceMs) agree(now)
      else if (ahead < 0) disagree(ahead)
      // An old one proves nothing while others are fresh: it may be repeated, or have been held up.
      else if (!agrees()) aheadByMs = ahead
    },
    answeredAt(moment) {
      if (!Number.isFinite(moment)) return
      const now = clock.now()
      const ahead = now - moment
      if (Math.abs(ahead) <= toleranceMs) agree(now)
      else disagree(ahead)
    },
    agrees,
    offByMs,
    warnings() {
      const ahead = offByMs()
      if (ahead !== null) {
        return [
          `The clock of this machine is ${inWords(ahead)} ${ahead > 0 ? 'ahead of' : 'behind'} WeCom's: set it (timedatectl set-ntp true). Until it is right no old event is deleted, and callbacks are refused if that is more than SUITED_CALLBACK_MAX_AGE_SECONDS.`,
        ]
      }
      const unconfirmedMs = clock.now() - (agreedAt ?? startedAt)
      if (unconfirmedMs < unconfirmedAfterMs) return []
      return [
        `For ${inWords(unconfirmedMs)} neither a callback nor an answer of WeCom's has confirmed the clock of this machine: no old event is deleted meanwhile. Check the clock, and that WeCom's pushes arrive.`,
      ]
    },
  }
}
