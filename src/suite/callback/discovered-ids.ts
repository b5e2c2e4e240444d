/**
 * Ids that correctly signed messages named and nobody has configured yet. They are kept for as long
 * as the process lives, and awaited until the settings hold them or rule them out.
 */
import type { ReplicaSeen } from '../../store/replicas/replicas'
import type { DiscoveredId } from '../../wecom/callback/receiver'
import type { Suite, Suites } from '../suites'

interface Named {
  /** The key of the suite that the message was for; null on the provider's URL. */
  readonly suiteKey: string | null
  readonly discovered: DiscoveredId
}

/** What outlives a change of settings. */
export type RememberedIds = Map<string, Named>

export interface DiscoveredIds {
  /** True if the id is new; a flood of them is not remembered. */
  add(suite: Suite | null, discovered: DiscoveredId): boolean
  /**
   * Those that the settings leave open, the first that came before.
   *
   * @param elsewhere what other replicas were told
   */
  list(elsewhere?: ReplicaSeen['learntIds']): { suite: Suite | null; discovered: DiscoveredId }[]
}

const most = 20

const nameOf = ({ suiteKey, discovered }: Named): string =>
  `${suiteKey} ${discovered.setting} ${discovered.id}`

export const createDiscoveredIds = (
  suites: Suites,
  remembered: RememberedIds = new Map(),
): DiscoveredIds => {
  const withoutId = suites.all.filter(({ suiteId }) => suiteId === null)

  const isOpen = ({ suiteKey, discovered: { setting } }: Named): boolean => {
    if (setting === 'provider_corpid') return suites.provider.corpid === null
    return suiteKey === null
      ? suites.all.length === 0 || withoutId.length > 0
      : withoutId.some(({ key }) => key === suiteKey)
  }

  const forgetSettled = (): void => {
    for (const [name, one] of remembered) if (!isOpen(one)) remembered.delete(name)
  }

  return {
    add(suite, discovered) {
      forgetSettled()
      const suiteKey = suite?.key ?? null
      const name = nameOf({ suiteKey, discovered })
      if (remembered.has(name) || remembered.size >= most) return false
      remembered.set(name, { suiteKey, discovered })
      return true
    },
    list(elsewhere = []) {
      forgetSettled()
      const all = new Map(remembered)
      for (const { suiteKey, setting, id } of elsewhere) {
        const named = { suiteKey, discovered: { setting, id } }
        if (isOpen(named)) all.set(nameOf(named), named)
      }
      return [...all.values()].map(({ suiteKey, discovered }) => ({
        suite: suites.all.find(({ key }) => key === suiteKey) ?? null,
        discovered,
      }))
    },
  }
}
