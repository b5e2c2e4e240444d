/**
 * Three replicas on one PostgreSQL, under load, while everything happens to them that happens. A
 * short campaign is one of the ordinary tests; `bun run test:long` runs for as long as
 * SUITED_REPLICA_MINUTES says.
 */
import { expect, test } from 'bun:test'
import { minuteMs, systemClock } from '../../src/clock'
import { builtBinary } from '../binary/build'
import { describeWithTool } from '../optional-tool'
import { findPostgres } from '../postgres/server'
import { runReplicas } from './campaign'
import type { Disturbance } from './disturbances'

const long = Bun.env.SUITED_LONG_TESTS === '1'
const lastsMs = Number(Bun.env.SUITED_REPLICA_MINUTES ?? 20) * minuteMs
const seed = Number(Bun.env.SUITED_REPLICA_SEED ?? Date.now() % 1_000_000)

/** The machine has other tests to run. */
const bustle = long ? undefined : { lanes: 3, longestRestMs: 500 }

const inShortRun = [
  'a replica is killed',
  'a replica is paused in an exchange',
  'the database loses its power',
]

/** One after the other until the time is over. */
const plan = function* (all: readonly Disturbance[]): Generator<Disturbance> {
  if (!long) {
    yield* all.filter(({ name }) => inShortRun.includes(name))
    return
  }
  const endsAt = systemClock.now() + lastsMs
  for (let n = 0; systemClock.now() < endsAt; n++) yield all[n % all.length]!
}

describeWithTool('PostgreSQL', findPostgres, 'three replicas on one database', () => {
  test(
    'lose nothing that one of them answered for, do nothing twice, and let no token go backwards',
    async () => {
      process.stdout.write(`replicas with SUITED_REPLICA_SEED=${seed}\n`)
      await builtBinary()
      const { verdict, ...figures } = await runReplicas({ seed, plan, bustle })
      const { known, dispatched, arrivedWithoutWork, ...judged } = verdict
      process.stdout.write(`replicas ${JSON.stringify({ ...figures, ...judged })}\n`)
      expect(figures.eventsAcknowledged).toBeGreaterThan(20)
      expect(figures.installsExchanged).toBeGreaterThan(0)
      expect(figures.signaturesAccepted).toBeGreaterThan(0)
      expect(figures.answers['500 internal_error'] ?? 0).toBe(0)
      expect(figures).toMatchObject({
        secretsTold: [],
        unstructured: [],
        deliveredWrong: [],
        outOfOrder: [],
        undelivered: [],
      })
      expect(figures.delivered).toBeGreaterThan(20)
      expect(judged).toMatchObject({
        eventsLost: [],
        appliedTwice: [],
        codesLost: [],
        codesLostOtherwise: [],
        tokensBackwards: [],
        undone: [],
        takenEarly: [],
      })
    },
    (long ? lastsMs : 0) + 5 * minuteMs,
  )
})
