/** Whether tokens are renewed: the suite's own, and those of its companies together. Pure. */
import { minuteMs } from '../../../clock'
import { WecomFailure } from '../../../wecom/api/failure'
import { reactionTo } from '../../../wecom/errcode/errcode'
import type { Suite } from '../../suites'
import type { CorpRenewals } from '../../tokens/corp-renewals'
import { holdsOff, type Refusal } from '../../tokens/hold-off'
import { tokenFault } from '../waiting'
import { type Condition, type ConditionTypes, type Told, unknown } from './condition'

export const renewalTypes: ConditionTypes = {
  begins: 'suited.renewal_failing',
  ends: 'suited.renewal_well',
}

/** A hiccup of WeCom's is over sooner. */
const failingAfterMs = 5 * minuteMs

/** Whoever is in use is asked for again within that. */
const goesOnForMs = 20 * minuteMs

/** So many companies are named, to know where to look. */
const mostNamed = 5

const suiteTokenPath = '/cgi-bin/service/get_suite_token'

const detailsOf = (suite: Suite, { error }: Refusal) =>
  error instanceof WecomFailure ? tokenFault(suite, error) : {}

/**
 * The suite's own token is asked for again by itself, so a refusal that stands goes on.
 *
 * @param refusal its last one without a success since
 * @param fetchedAt of the token in the store, which another process may have fetched
 */
export const suiteRenewalCondition = (found: {
  readonly suite: Suite
  readonly refusal: Refusal | null
  readonly fetchedAt: number | null
  readonly told: Told | null
  readonly now: number
}): Condition => {
  const { suite, refusal, fetchedAt, told, now } = found
  if (refusal && (fetchedAt === null || fetchedAt <= refusal.refusedAt)) {
    const { since } = refusal
    if (now - since < failingAfterMs) return unknown
    return { state: 'on', since, details: detailsOf(suite, refusal) }
  }
  const isWell = told !== null && fetchedAt !== null && fetchedAt > told.since
  return isWell ? { state: 'off', since: fetchedAt } : unknown
}

/** A company that leaves or is suspended has events of its own. */
const isTold = ({ error }: Refusal): boolean => {
  const errcode = error instanceof WecomFailure ? error.errcode : null
  const reaction = errcode === null ? null : reactionTo(errcode)
  return reaction === 'authorization_gone' || reaction === 'suspended'
}

/** No company's token comes without the suite's, of which there is an event already. */
const isOfSuite = ({ error }: Refusal): boolean =>
  error instanceof WecomFailure && error.path === suiteTokenPath

const lastsLong = ({ since, refusedAt }: Refusal): boolean => refusedAt - since >= failingAfterMs

/**
 * Companies' tokens count together: WeCom down is one event, not one for each of ten thousand. A
 * company's is asked for only while it is used, so a single refusal says nothing of what follows;
 * once one has been refused for long, all that are refused count.
 */
export const corpRenewalsCondition = (found: {
  readonly suite: Suite
  readonly renewals: CorpRenewals
  readonly told: Told | null
  /** When the tokens of this process began. Epoch milliseconds. */
  readonly startedAt: number
  /** Whether they were found failing since. */
  readonly wereFailing: boolean
  readonly now: number
}): Condition => {
  const { suite, renewals, told, startedAt, wereFailing, now } = found
  const refused = renewals.refusals
    .filter(
      ({ refusal }) =>
        !isTold(refusal) && (now - refusal.refusedAt < goesOnForMs || holdsOff(refusal, now)),
    )
    .toSorted((a, b) => a.refusal.since - b.refusal.since)
  const failing = refused.filter(({ refusal }) => !isOfSuite(refusal))
  const lasting = failing.find(({ refusal }) => lastsLong(refusal))
  if (lasting) {
    const corpids = failing.slice(0, mostNamed).map(({ corpid }) => corpid)
    const { refusal } = lasting
    const details = { companies: failing.length, corpids, ...detailsOf(suite, refusal) }
    return { state: 'on', since: refusal.since, details }
  }
  const { lastFetchedAt } = renewals
  // After a start it takes a while until the refused are asked for again.
  const mayTell =
    wereFailing || (told !== null && startedAt > told.at && now - startedAt >= failingAfterMs)
  const isWell =
    refused.length === 0 && lastFetchedAt !== null && lastFetchedAt > (told?.since ?? 0)
  return mayTell && isWell ? { state: 'off', since: lastFetchedAt } : unknown
}
