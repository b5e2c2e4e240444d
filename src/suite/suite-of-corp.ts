/** The app of ours that is meant where a company is named, and no suite may be. */
import { ServiceError } from '../errors'
import type { Store } from '../store/store'
import type { Corps } from './corps'
import { requireSuiteId, type Suite, type Suites } from './suites'

/**
 * The suite id that a request about a company means.
 *
 * @param named what `?suite=` says
 * @param among keys of the suites that whoever asks may name; null: all
 * @throws {ServiceError} suite_required, suite_not_found, suite_not_configured
 */
export type SuiteIdFor = (
  corpid: string,
  named: string | undefined,
  among?: readonly string[] | null,
) => Promise<string>

export const createSuiteIdFor = (parts: {
  suites: Suites
  store: Pick<Store, 'suitesOfCorp' | 'corpidOfOpenCorpid'>
  corps: Corps
}): SuiteIdFor => {
  const { suites, store, corps } = parts

  /** Those of ours that the company has or had, by either of its ids. */
  const everOf = async (corpid: string, allowed: readonly Suite[]): Promise<string[]> => {
    const direct = await store.suitesOfCorp(corpid)
    const ids = allowed.flatMap(({ suiteId }) => suiteId ?? [])
    const known = await Promise.all(
      ids.map(
        async (id) => direct.includes(id) || (await store.corpidOfOpenCorpid(id, corpid)) !== null,
      ),
    )
    return ids.filter((_, i) => known[i])
  }

  /** Without those that it left, unless it left them all. */
  const stillOf = async (corpid: string, allowed: readonly Suite[]): Promise<string[]> => {
    const ever = await everOf(corpid, allowed)
    if (ever.length < 2) return ever
    const records = await Promise.all(ever.map((id) => corps.find(id, corpid)))
    const still = ever.filter((_, i) => records[i]?.status !== 'cancelled')
    return still.length > 0 ? still : ever
  }

  return async (corpid, named, among = null) => {
    if (named !== undefined) return requireSuiteId(suites.find(named))
    const allowed = suites.all.filter(({ key }) => among === null || among.includes(key))
    const [only, another] = allowed
    // Whether the company has it or not, no other one can be meant.
    if (only && !another) return requireSuiteId(only)
    const known = await stillOf(corpid, allowed)
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
