/**
 * What operators are told of refused callbacks while nobody has mended the cause: one sentence for
 * each URL and mistake. Strangers can send what looks like a push of WeCom's, so that is told only
 * where no such push is taken either. Pure.
 */
import { dayMs, hourMs } from '../../../clock'
import { inWords, moment } from '../../../wording'
import type { Suites } from '../../suites'
import { type CallbackPlace, pathOf, placeOf } from '../place'
import type { RefusedGroup } from './counts'
import { explainMistake } from './explanations'
import type { Mistake } from './mistake'

export interface Complaint {
  /** The URL's name, as `placeOf` gives it. */
  readonly place: string
  readonly suiteKey: string | null
  readonly detail: string
  readonly cure: string
}

export interface ComplaintFacts {
  readonly groups: readonly RefusedGroup[]
  readonly suites: Suites
  /** When a callback was last taken at a URL, by its place; null if never. Epoch milliseconds. */
  acceptedAt(place: string): number | null
  /** Whether the suite of this key has a ticket that is not too old. */
  hasTicket(suiteKey: string): boolean
  readonly clockAheadMs: number | null
  /** Epoch milliseconds. */
  readonly now: number
}

/** A day without another one: the URL was taken out of the console, or nothing is sent there. */
const signedSpokenOfMs = dayMs
/** Of what nobody has signed much less is believed; tickets come every ten minutes. */
const unsignedSpokenOfMs = hourMs

const whereOf = ({ place }: RefusedGroup, suites: Suites): CallbackPlace => ({
  url: place.url,
  suite: suites.all.find(({ key }) => key === place.suiteKey) ?? null,
  pathCorpid: place.pathCorpid,
})

/** Several networks, and for URLs that name companies several of these, with one mistake at one URL. */
interface Gathered {
  readonly place: CallbackPlace
  readonly signed: boolean
  mistake: Mistake
  count: number
  checks: number
  firstAt: number
  lastAt: number
  network: string | null
}

const isSpokenOf = (group: RefusedGroup, facts: ComplaintFacts): boolean => {
  const { standing, lastAt, place } = group
  if (standing === 'other') return false
  const { suites, acceptedAt, hasTicket, now } = facts
  // Its suite has left the settings.
  if (place.suiteKey !== null && !suites.all.some(({ key }) => key === place.suiteKey)) return false
  const taken = acceptedAt(placeOf(whereOf(group, suites)))
  if (taken !== null && taken >= lastAt) return false
  if (standing === 'signed') return now - lastAt < signedSpokenOfMs
  if (now - lastAt >= unsignedSpokenOfMs) return false
  if (place.url === 'command' || place.url === 'data') {
    const meant = suites.all.filter(({ key }) => place.suiteKey === null || key === place.suiteKey)
    return meant.length === 0 || meant.some(({ key }) => !hasTicket(key))
  }
  return true
}

const gather = (facts: ComplaintFacts): Gathered[] => {
  const gathered = new Map<string, Gathered>()
  for (const group of facts.groups) {
    if (!isSpokenOf(group, facts)) continue
    const { standing, mistake, count, firstAt, lastAt, network, by } = group
    const place = whereOf(group, facts.suites)
    const name = JSON.stringify([placeOf(place), mistake.code, mistake.came])
    const checks = by === 'check' ? count : 0
    const own = gathered.get(name)
    if (!own) {
      const signed = standing === 'signed'
      gathered.set(name, { place, signed, mistake, count, checks, firstAt, lastAt, network })
      continue
    }
    own.count += count
    own.checks += checks
    own.firstAt = Math.min(own.firstAt, firstAt)
    if (lastAt <= own.lastAt) continue
    Object.assign(own, { lastAt, network, mistake })
  }
  return [...gathered.values()]
}

const subjectOf = ({ signed, count, checks }: Gathered): string => {
  const what = checks === count ? 'checks of the URL' : 'pushes'
  return signed ? `WeCom's ${what}` : `Requests that look like WeCom's ${what}`
}

/** The latest first. */
export const complaintsOf = (facts: ComplaintFacts): Complaint[] =>
  gather(facts)
    .sort((a, b) => b.lastAt - a.lastAt)
    .map((one) => {
      const { place, count, firstAt, lastAt, network, mistake } = one
      const { suites, clockAheadMs, now } = facts
      const { wrong, cure } = explainMistake(mistake, { place, suites, clockAheadMs })
      const whose = place.suite === null ? '' : ` for "${place.suite.key}"`
      const from = network === null ? '' : ` from ${network}`
      return {
        place: placeOf(place),
        suiteKey: place.suite?.key ?? null,
        detail: `${subjectOf(one)}${whose} arrive at ${pathOf(place, suites)} and are refused: ${count} since ${moment(firstAt)}, the last ${inWords(now - lastAt)} ago${from}: ${wrong}.`,
        cure,
      }
    })
