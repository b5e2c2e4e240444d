/**
 * Warnings of refused callbacks, for as long as nobody has mended the cause: one for each URL and
 * mistake; of companies' own URLs one for each suite. Pure.
 */
import { counted, inWords, moment } from '../../../wording'
import { type CallbackPlace, pathOf, placeOf } from '../../callback-place'
import type { Suites } from '../../suites'
import { type BeliefFacts, isBelieved } from './believed'
import type { RefusedCallbackGroup } from './counts'
import { explainMistake } from './explanations'
import type { RefusedPlace } from './refused-callback'

export interface RefusedCallbackWarning {
  /** The URLs that don't work therefore, by their names as `placeOf` gives them. */
  readonly places: readonly string[]
  /**
   * The suite whose callbacks are refused, which needn't be that of the URL; null if none is known.
   */
  readonly suiteKey: string | null
  readonly detail: string
  readonly cure: string
}

export interface WarningFacts extends BeliefFacts {
  readonly groups: readonly RefusedCallbackGroup[]
  readonly clockAheadMs: number | null
}

const suiteOf = (key: string | null, { all }: Suites) =>
  all.find((suite) => suite.key === key) ?? null

const callbackPlaceOf = ({ url, suiteKey, pathCorpid }: RefusedPlace, suites: Suites) => ({
  url,
  suite: suiteOf(suiteKey, suites),
  pathCorpid,
})

/** The mistakes by which a suite's callbacks come to another one's URL. */
const strayed = ['another_suites_pair', 'former_pair', 'another_suites_url']

/** The URL at which a callback is missing: that of the suite whose pair or id it has. */
const missingAt = ({ mistake, place }: RefusedCallbackGroup, suites: Suites): CallbackPlace => {
  const { owner } = mistake
  if (!strayed.includes(mistake.code) || owner === undefined || place.url === 'system') {
    return callbackPlaceOf(place, suites)
  }
  if (owner === null) return { url: 'system', suite: null, pathCorpid: null }
  return callbackPlaceOf({ ...place, suiteKey: owner }, suites)
}

const nameOf = ({ standing, mistake, place }: RefusedCallbackGroup): string => {
  const { url, suiteKey, pathCorpid } = place
  if (standing !== 'signed') return JSON.stringify([url, suiteKey, mistake.code])
  const corpid = url === 'company' ? pathCorpid : null
  return JSON.stringify([url, suiteKey, corpid, mistake.code, mistake.owner, mistake.came])
}

/** The groups of several networks or companies that are one warning, the latest of them first. */
type Gathered = readonly [RefusedCallbackGroup, ...RefusedCallbackGroup[]]

const gather = (facts: WarningFacts): Gathered[] => {
  const gathered = new Map<string, [RefusedCallbackGroup, ...RefusedCallbackGroup[]]>()
  const believed = facts.groups.filter((group) => isBelieved(group, facts))
  for (const group of believed.toSorted((a, b) => b.lastAt - a.lastAt)) {
    const name = nameOf(group)
    const own = gathered.get(name)
    if (own) own.push(group)
    else gathered.set(name, [group])
  }
  return [...gathered.values()]
}

const subjectOf = (groups: Gathered): string => {
  const what = groups.every(({ by }) => by === 'check') ? 'checks of the URL' : 'pushes'
  const isSigned = groups[0].standing === 'signed'
  return isSigned ? `WeCom's ${what}` : `Requests that look like WeCom's ${what}`
}

const warningOf = (groups: Gathered, facts: WarningFacts): RefusedCallbackWarning => {
  const { suites, clockAheadMs, now } = facts
  const [latest] = groups
  const { mistake, address, lastAt } = latest
  const place = callbackPlaceOf(latest.place, suites)
  const missing = groups.map((group) => missingAt(group, suites))
  const { wrong, cure } = explainMistake(mistake, { place, suites, clockAheadMs })
  const count = groups.reduce((sum, group) => sum + group.count, 0)
  const firstAt = Math.min(...groups.map((group) => group.firstAt))
  const corps = new Set(groups.map((group) => group.place.pathCorpid)).size
  const whose = missing[0]?.suite ? ` for "${missing[0].suite.key}"` : ''
  const more =
    place.url === 'company' && corps > 1
      ? ` and those of ${counted(corps - 1, 'more company', 'more companies')}`
      : ''
  const from = address === null ? '' : ` from ${address}`
  return {
    places: [...new Set(missing.map(placeOf))],
    suiteKey: missing[0]?.suite?.key ?? null,
    detail: `${subjectOf(groups)}${whose} arrive at ${pathOf(place, suites)}${more} and are refused: ${count} since ${moment(firstAt)}, the last ${inWords(now - lastAt)} ago${from}: ${wrong}.`,
    cure,
  }
}

/** The latest first. */
export const refusedCallbackWarnings = (facts: WarningFacts): RefusedCallbackWarning[] =>
  gather(facts).map((groups) => warningOf(groups, facts))
