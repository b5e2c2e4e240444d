/** The app of ours that is meant where a company is named, and no suite may be. */
import { ServiceError } from '../errors'
import type { Store } from '../store/store'
import type { Corps } from './corps'
import { requireSuiteId, type Suites } from './suites'

/**
 * The suite id that a request about a company means.
 *
 * @param named what `?suite=` says
 * @throws {ServiceError} suite_required, suite_not_found, suite_not_configured
 */
export type SuiteIdFor = (corpid: string, named: string | undefined) => Promise<string>

export const createSuiteIdFor = (parts: {
  suites: Suites
  store: Pick<Store, 'suitesOfCorp' | 'corpidOfOpenCorpid'>
  corps: Corps
}): SuiteIdFor => {
  const { suites, store, corps } = parts

  /** Those of ours that the company has or had, by either of its ids. */
  const everOf = async (corpid: string): Promise<string[]> => {
    const direct = await store.suitesOfCorp(corpid)
    const ids = suites.all.flatMap(({ suiteId }) => suiteId ?? [])
    const known = await Promise.all(
      ids.map(
        async (id) => direct.includes(id) || (await store.corpidOfOpenCorpid(id, corpid)) !== null,
      ),
    )
    return ids.filter((_, i) => known[i])
  }

  /** Without those that it left, unless it left them all. */
  const stillOf = async (corpid: string): Promise<string[]> => {
    const ever = await everOf(corpid)
    if (ever.length < 2) return ever
    const records = await Promise.all(ever.map((id) => corps.find(id, corpid)))
    const still = ever.filter((_, i) => records[i]?.status !== 'cancelled')
    return still.length > 0 ? still : ever
  }

  return async (corpid, named) => {
    if (named !== undefined) return requireSuiteId(suites.find(named))
    const known = await stillOf(corpid)
    if (known.length > 1) {
      throw new ServiceError(
        'suite_required',
        'This company has several of our apps: add ?suite=.',
        { extra: { suites: known.map((id) => suites.byId(id)?.key) } },
      )
    }
    return known[0] ?? requireSuiteId(suites.find())
  }
}
