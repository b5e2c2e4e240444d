/** Which of our apps a request about a company means. */
import { t } from 'elysia'
import { ServiceError } from '../errors'
import type { Store } from '../store/store'
import { requireSuiteId, type Suites } from '../suite/suites'

export const suiteQuery = t.Object({
  suite: t.Optional(
    t.String({ description: 'Key or id of the suite, if the company has several.' }),
  ),
})

/**
 * The suite id that a request about a company means.
 *
 * @param named what `?suite=` says
 * @throws {ServiceError} suite_required, suite_not_found, suite_not_configured
 */
export type SuiteIdFor = (corpid: string, named: string | undefined) => Promise<string>

export const createSuiteIdFor =
  (suites: Suites, store: Pick<Store, 'suitesOfCorp'>): SuiteIdFor =>
  async (corpid, named) => {
    if (named !== undefined) return requireSuiteId(suites.find(named))
    const known = (await store.suitesOfCorp(corpid)).filter((id) => suites.byId(id) !== null)
    if (known.length > 1) {
      throw new ServiceError(
        'suite_required',
        'This company has several of our apps: add ?suite=.',
        { extra: { suites: known.map((id) => suites.byId(id)?.key) } },
      )
    }
    return known[0] ?? requireSuiteId(suites.find())
  }
