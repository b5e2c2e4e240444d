/**
 * The callback pairs of the settings of now and of those that this process had before, to find out
 * whose a callback is that fits none of those expected.
 */
import { type CallbackPair, isSamePair } from '../../../wecom/callback/envelope'
import { pairsOfSuite, type Suites } from '../../suites'

/** A pair, and whose it is. */
export interface KnownPair {
  readonly pair: CallbackPair
  /** The key of its suite; null for the pair of the system-event URL. */
  readonly owner: string | null
  /** It was in the settings until they were read again. */
  readonly former: boolean
}

/** What outlives a change of settings; the latest last. */
export type KnownPairs = KnownPair[]

const mostFormer = 20

const pairsOf = ({ all, provider }: Suites): KnownPair[] => [
  ...all.flatMap((suite) =>
    pairsOfSuite(suite).map((pair) => ({ pair, owner: suite.key, former: false })),
  ),
  ...(provider.systemPair ? [{ pair: provider.systemPair, owner: null, former: false }] : []),
]

/** Adds the pairs of the settings of now; all that are known. */
export const knownWith = (known: KnownPairs, suites: Suites): readonly KnownPair[] => {
  const now = pairsOf(suites)
  const former = known
    .filter((one) => !now.some((other) => isSamePair(one.pair, other.pair)))
    .map((one) => ({ ...one, former: true }))
    .slice(-mostFormer)
  known.splice(0, known.length, ...former, ...now)
  return [...known]
}
