/** Telling of a callback that is refused: counted, and the first of its kind in the log at once. */
import type { ServiceError } from '../../../errors'
import type { Logger } from '../../../log'
import type { ClockCheck } from '../../../wecom/clock-check'
import type { Suites } from '../../suites'
import type { CallbackPlace } from '../place'
import type { Refusal, RefusedCallbacks } from './counts'
import { explainMistake } from './explanations'
import { standingFor } from './mistake'

/** A refusal as it happens. */
export type RefusalNow = Omit<Refusal, 'place'> & { readonly place: CallbackPlace }

/** @param silent counted all the same, but not told in the log */
export type ReportRefusal = (refusal: RefusalNow, error: ServiceError, silent: boolean) => void

export const createReportRefusal =
  (parts: {
    suites: Suites
    book: Pick<RefusedCallbacks, 'note'>
    clockCheck: Pick<ClockCheck, 'offByMs'>
    log: Logger
  }): ReportRefusal =>
  (refusal, { code: reason, message: detail }, silent) => {
    const { suites, book, clockCheck, log } = parts
    const { mistake, by, network, place } = refusal
    const { url, suite, pathCorpid } = place
    const suiteKey = suite?.key ?? null
    const count = book.note({ mistake, by, network, place: { url, suiteKey, pathCorpid } })
    // Whoever opens the URL in a browser is nobody to be told of.
    const isVisit = by === 'check' && standingFor(mistake) === 'other'
    if (count === 0 || silent || isVisit) return
    const { code, ...facts } = mistake
    const clockAheadMs = clockCheck.offByMs()
    const { wrong, cure } = explainMistake(mistake, { place, suites, clockAheadMs })
    const fields = { url, suite: suiteKey ?? undefined, reason, mistake: code, ...facts }
    const told = { ...fields, by, from: network, wrong, cure }
    if (count > 1) log.warn('callbacks go on being refused', { ...told, count })
    else log.warn('a callback was refused', { ...told, detail })
  }
