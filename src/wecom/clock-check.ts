/**
 * The check of this machine's clock against WeCom's: by the moments that WeCom signs into callbacks
 * and by the Date of its answers. What deletes by age asks here first.
 */
import { type Clock, dayMs, hourMs, minuteMs } from '../clock'
import { inWords } from '../wording'

export interface ClockCheck {
  /**
   * A push that a Token of ours signed carries this moment, in epoch milliseconds.
   *
   * @param nonce by which a push that is repeated is known again
   */
  signedAt(moment: number, nonce: string): void
  /** WeCom answered, and its Date is this moment, in epoch milliseconds. */
  answeredAt(moment: number): void
  /** Whether the clock was found right within the last hour. */
  agrees(): boolean
  /**
   * By how much the clock is known to be ahead, in milliseconds (behind: negative); null unless it
   * is wrong.
   */
  offByMs(): number | null
  /** Sentences for operators; none while the clock is right and confirmed. */
  warnings(): string[]
}

/**
 * Further apart than this the two clocks disagree: callbacks come within seconds, and are repeated
 * for minutes.
 */
const toleranceMs = 10 * minuteMs
/** A clock may jump after it was found right: so much is the most that can go too early. */
const agreementLifeMs = hourMs
/** Tickets come every ten minutes: after a day without any moment from WeCom something is amiss. */
const unconfirmedAfterMs = dayMs

/**
 * WeCom is younger than the one and this program older than the other: neither is a time of day.
 */
const earliest = Date.UTC(2016)
const latest = Date.UTC(2100)

/** What shows another time than the clock. */
interface Disagreement {
  readonly aheadMs: number
  /** Of a push; null for an answer. */
  readonly nonce: string | null
}

/** Whoever has seen pushes go by can repeat them, and a proxy can answer anything once. */
const pushesNeeded = 3
const answersNeeded = 2
const mostDisagreements = 16

/**
 * By how much the clock is ahead if enough of those that disagree with it agree with the last one:
 * three pushes, two answers, or one of each.
 */
const confirmedBy = (disagreements: readonly Disagreement[]): number | null => {
  const last = disagreements.at(-1)
  if (last === undefined) return null
  const alike = disagreements.filter(
    ({ aheadMs }) => Math.abs(aheadMs - last.aheadMs) <= toleranceMs,
  )
  const pushes = new Set(alike.map(({ nonce }) => nonce).filter((nonce) => nonce !== null)).size
  const answers = alike.filter(({ nonce }) => nonce === null).length
  const enough = pushes >= pushesNeeded || answers >= answersNeeded || (pushes > 0 && answers > 0)
  return enough ? last.aheadMs : null
}

/** Whose clock it is: of the database where replicas share one, by which they all go. */
export type ClockOwner = 'this machine' | 'the database'

/** @param clock the one that is checked */
export const createClockCheck = (
  clock: Pick<Clock, 'now'>,
  owner: ClockOwner = 'this machine',
): ClockCheck => {
  const startedAt = clock.now()
  let agreedAt: number | null = null
  let aheadByMs: number | null = null
  /** Since the clock was last found right. */
  let disagreements: Disagreement[] = []

  const agrees = (): boolean => {
    const age = agreedAt === null ? -1 : clock.now() - agreedAt
    return age >= 0 && age <= agreementLifeMs
  }

  const offByMs = () => (agrees() ? null : aheadByMs)

  const compare = (moment: number, nonce: string | null): void => {
    if (!(moment >= earliest && moment < latest)) return
    const now = clock.now()
    const aheadMs = now - moment
    if (Math.abs(aheadMs) <= toleranceMs) {
      agreedAt = now
      aheadByMs = null
      disagreements = []
    } else if (!agrees()) {
      const others = disagreements.filter((other) => nonce === null || other.nonce !== nonce)
      disagreements = [...others, { aheadMs, nonce }].slice(-mostDisagreements)
      aheadByMs = confirmedBy(disagreements) ?? aheadByMs
    }
  }

  return {
    signedAt: (moment, nonce) => compare(moment, nonce),
    answeredAt: (moment) => compare(moment, null),
    agrees,
    offByMs,
    warnings() {
      const ahead = offByMs()
      if (ahead !== null) {
        return [
          `The clock of ${owner} is ${inWords(ahead)} ${ahead > 0 ? 'ahead of' : 'behind'} WeCom's: set it (timedatectl set-ntp true). Until it is right no old event is deleted, and callbacks are refused if that is more than SUITED_CALLBACK_MAX_AGE_SECONDS.`,
        ]
      }
      const unconfirmedMs = clock.now() - (agreedAt ?? startedAt)
      if (unconfirmedMs < unconfirmedAfterMs) return []
      return [
        `For ${inWords(unconfirmedMs)} neither a callback nor an answer of WeCom's has confirmed the clock of ${owner}: no old event is deleted meanwhile. Check the clock, and that WeCom's pushes arrive.`,
      ]
    },
  }
}
