/**
 * How often a property is tried: half of what is named in the gate, SUITED_FUZZ_FACTOR times as
 * often (300 unless given) by `bun run test:long`. fast-check prints the seed of what failed;
 * SUITED_FUZZ_SEED takes it.
 */
import { hourMs, minuteMs } from '../../src/clock'

const long = Bun.env.SUITED_LONG_TESTS === '1'
const factor = long ? Number(Bun.env.SUITED_FUZZ_FACTOR ?? 300) : 0.5
const seed = Bun.env.SUITED_FUZZ_SEED

/** @param tries that the factor is applied to */
export const runs = (tries: number) => ({
  numRuns: Math.ceil(tries * factor),
  ...(seed !== undefined && { seed: Number(seed) }),
})

/** How long the tries of one test may take together. */
export const patienceMs = long ? hourMs : minuteMs
