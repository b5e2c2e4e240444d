/**
 * The report of a callback that is refused: it is counted, and the first of its group stands in the
 * log at once.
 */
import type { ServiceError } from '../../../errors'
import type { ThrottledLog } from '../../../throttled-log'
import type { ClockCheck } from '../../../wecom/clock-check'
import type { CallbackPlace } from '../../callback-place'
import type { Suites } from '../../suites'
import type { RefusedCallbackCounts } from './counts'
import { explainMistake } from './explanations'
import { standingFor } from './mistake'
import type { RefusedCallback, RefusedPlace } from './refused-callback'

/** A refused callback as it happens. */
export type RefusedNow = Omit<RefusedCallback, 'place'> & { readonly place: CallbackPlace }

/** @param isOverLimit what strangers send too many of is counted, but not logged */
export type ReportRefusedCallback = (
  refused: RefusedNow,
  error: ServiceError,
  isOverLimit: boolean,
) => void

/**
 * Whoever has no Token of ours names a company that counts only where that has a pair of its own.
 */
const placeOfRefused = ({ mistake, place }: RefusedNow): RefusedPlace => {
  const { url, suite, pathCorpid, hasOwnPair = false } = place
  const isMadeUp = url === 'company' && standingFor(mistake) !== 'signed' && !hasOwnPair
  return { url, suiteKey: suite?.key ?? null, pathCorpid: isMadeUp ? null : pathCorpid }
}

export const createReportRefusedCallback =
  (parts: {
    suites: Suites
    counts: Pick<RefusedCallbackCounts, 'add'>
    clockCheck: Pick<ClockCheck, 'offByMs'>
    /** However many groups strangers make, the lines are few. */
    throttledLog: ThrottledLog
  }): ReportRefusedCallback =>
  (refused, { code: reason, message: detail }, isOverLimit) => {
    const { suites, counts, clockCheck, throttledLog } = parts
    const { mistake, by, network, address, signer } = refused
    const place = placeOfRefused(refused)
    const { code, ...facts } = mistake
    const standing = standingFor(mistake)
    // Whoever opens the URL in a browser is nobody to be told of.
    const isVisit = by === 'check' && standing === 'other'
    // The paths at which nothing takes callbacks have lines of their own.
    const isElsewhere = code === 'unknown_suite'
    const silent = isVisit || isElsewhere || (isOverLimit && standing !== 'signed')
    const count = counts.add({ mistake, by, network, address, signer, place }, silent)
    if (count === 0) return
    const clockAheadMs = clockCheck.offByMs()
    const { wrong, cure } = explainMistake(mistake, { place: refused.place, suites, clockAheadMs })
    const where = { url: place.url, suite: place.suiteKey ?? undefined }
    const fields = { ...where, reason, mistake: code, ...facts, by, from: address, wrong, cure }
    throttledLog.write({
      level: 'warn',
      message: count > 1 ? 'callbacks go on being refused' : 'a callback was refused',
      fields: count > 1 ? { ...fields, count } : { ...fields, detail },
      kind: code,
      sender: network,
    })
  }
