/** The ids of ours that a callback is judged by. Pure. */
import type { OwnIds } from '../../wecom/callback/receiver'
import type { Suite, Suites } from '../suites'

/**
 * @param suite whose pair sealed it; null for the provider's own pair, which belongs to no suite:
 * then it is the one that `id` names, if any does
 */
export const ownIdsOf = (suites: Suites, suite: Suite | null, id: string): OwnIds => {
  const own =
    suite ??
    suites.byId(id) ??
    suites.all.find(({ suiteId }) => suiteId === null) ??
    suites.all[0] ??
    null
  return {
    suiteId: own?.suiteId ?? null,
    providerCorpid: suites.provider.corpid,
    emptyReceiveId: own?.receiveIdEmpty ?? false,
  }
}
