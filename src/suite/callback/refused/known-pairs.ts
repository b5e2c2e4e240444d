/**
 * The callback pairs of the settings of now and of those that this process had before, to find out
 * whose a callback is that fits none of those expected.
 */

import type { Suites } from '../../suites'
import type { OtherPair } from './diagnosis'

/** What outlives a change of settings; the latest last. */
export type KnownPairs = OtherPair[]

const mostFormer = 20

const isSame = (one: OtherPair, other: OtherPair): boolean =>
  one.pair.token === other.pair.token && one.pair.aesKey.equals(other.pair.aesKey)

const pairsOf = ({ all, provider }: Suites): OtherPair[] => [
  ...all.flatMap(({ key, pairs }) =>
    pairs.map((pair) => ({ pair, owner: `suite "${key}"`, former: false })),
  ),
  ...provider.pairs.map((pair) => ({ pair, owner: 'the system-event URL', former: false })),
]

/** Enters those of the settings of now; all that are known. */
export const knownWith = (known: KnownPairs, suites: Suites): readonly OtherPair[] => {
  const now = pairsOf(suites)
  const former = known
    .filter((one) => !now.some((other) => isSame(one, other)))
    .map((one) => ({ ...one, former: true }))
    .slice(-mostFormer)
  known.splice(0, known.length, ...former, ...now)
  return [...known]
}
