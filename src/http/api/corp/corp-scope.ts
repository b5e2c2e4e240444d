/** The app of ours that a request about a company means. */
import { t } from 'elysia'
import { requireSuiteId, type Suites } from '../../../suite/suites'

export const suiteQuery = t.Object({
  suite: t.Optional(
    t.String({ description: 'Key or id of the suite, if the company has several.' }),
  ),
})

/** In the query of a list. */
export const anySuite = t.Optional(
  t.String({ description: 'Key or id of a suite; all without it.' }),
)

/** The id of the suite that `?suite=` of a list names; undefined where it names none. */
export const suiteIdNamed = (suites: Suites, named: string | undefined): string | undefined =>
  named === undefined ? undefined : requireSuiteId(suites.find(named))
