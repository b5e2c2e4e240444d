/**
 * Suites that only observe: another back-end does their work. suited asks WeCom for nothing in them
 * and hands out nothing.
 */
import { ServiceError } from '../errors'
import type { Suites } from './suites'

/** The ids of the suites that only observe. */
export const observedIds = ({ all }: Pick<Suites, 'all'>): string[] =>
  all.flatMap(({ observes, suiteId }) => (observes && suiteId !== null ? [suiteId] : []))

/** The ids of the suites whose work is ours. */
export const servedIds = ({ all }: Pick<Suites, 'all'>): string[] =>
  all.flatMap(({ observes, suiteId }) => (observes || suiteId === null ? [] : [suiteId]))

/** Where a suite of the file is told to observe. */
export const observeInTable = (key: string): string =>
  `observe = true in the [[suites]] table of "${key}"`

/**
 * Refuses what another back-end does.
 *
 * @param suiteId null, or the provider's corpid, for what belongs to no suite
 * @throws {ServiceError} suite_not_configured — the suite only observes; or all of them do
 */
export const assertServing = (
  suites: Pick<Suites, 'byId' | 'observes' | 'observesAll'>,
  suiteId: string | null,
): void => {
  if (!suites.observes(suiteId)) return
  const suite = suiteId === null ? null : suites.byId(suiteId)
  throw new ServiceError(
    'suite_not_configured',
    suites.observesAll || suite === null
      ? 'This suited only observes (SUITED_OBSERVE): it asks WeCom for nothing and hands out nothing.'
      : `The suite "${suite.key}" only observes (${observeInTable(suite.key)}): suited asks WeCom for nothing there and hands out nothing.`,
  )
}
