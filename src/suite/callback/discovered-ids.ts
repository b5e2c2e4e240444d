/**
 * Ids that correctly signed messages named and nobody has configured yet. They are kept for as long
 * as the process lives, and awaited until the settings hold them or rule them out.
 */
import type { LearntId } from '../../wecom/callback/receiver'
import type { Suite, Suites } from '../suites'

interface Named {
  /** The key of the suite that the message was for; null on the provider's URL. */
  readonly suiteKey: string | null
  readonly learnt: LearntId
}

/** What outlives a change of settings. */
export type KeptIds = Map<string, Named>

export interface LearntIds {
  /** True if the id is new; a flood of them is not remembered. */
  learn(suite: Suite | null, learnt: LearntId): boolean
  /** Those that the settings leave open, the first that came before. */
  list(): { suite: Suite | null; learnt: LearntId }[]
}

const most = 20

export const createLearntIds = (suites: Suites, kept: KeptIds = new Map()): LearntIds => {
  const withoutId = suites.all.filter(({ suiteId }) => suiteId === null)

  const isOpen = ({ suiteKey, learnt: { setting } }: Named): boolean => {
    if (setting === 'provider_corpid') return suites.provider.corpid === null
    return suiteKey === null
      ? suites.all.length === 0 || withoutId.length > 0
      : withoutId.some(({ key }) => key === suiteKey)
  }

  const forgetSettled = (): void => {
    for (const [name, one] of kept) if (!isOpen(one)) kept.delete(name)
  }

  return {
    learn(suite, learnt) {
      forgetSettled()
      const suiteKey = suite?.key ?? null
      const name = `${suiteKey} ${learnt.setting} ${learnt.id}`
      if (kept.has(name) || kept.size >= most) return false
      kept.set(name, { suiteKey, learnt })
      return true
    },
    list() {
      forgetSettled()
      return [...kept.values()].map(({ suiteKey, learnt }) => ({
        suite: suites.all.find(({ key }) => key === suiteKey) ?? null,
        learnt,
      }))
    },
  }
}
