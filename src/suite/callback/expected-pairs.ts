/**
 * The pairs that are expected at a URL: which Tokens and keys may have sealed what comes there.
 * Pure.
 */
import type { CallbackPair } from '../../wecom/callback/envelope'
import type { CallbackPlace } from '../callback-place'
import { pairsOfSuite, type Suite, type Suites } from '../suites'

/** The URL that a callback came to. */
export interface CallbackUrl extends CallbackPlace {
  /** Which pairs may have sealed what comes here, if not those of the suite or the provider. */
  readonly pairs?: readonly CallbackPair[]
  /**
   * The same URL as the store has it by now, for what none of the pairs has sealed: another process
   * may have saved a new one. Null if it still has these pairs.
   */
  readonly again?: () => Promise<CallbackUrl | null>
}

export interface ExpectedPair {
  readonly pair: CallbackPair
  /** The suite whose pair it is; null for the provider's. */
  readonly suite: Suite | null
}

export const expectedPairs = (at: CallbackUrl, { all, provider }: Suites): ExpectedPair[] => {
  const { suite } = at
  if (at.pairs) return at.pairs.map((pair) => ({ pair, suite }))
  if (suite) return pairsOfSuite(suite).map((pair) => ({ pair, suite }))
  const { systemPair } = provider
  if (systemPair) return [{ pair: systemPair, suite: null }]
  return all.flatMap((own) => pairsOfSuite(own).map((pair) => ({ pair, suite: own })))
}
