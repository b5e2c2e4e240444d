/**
 * The campaign of replicas on machines whose clocks jump: SUITED_REPLICA_MINUTES says for how long.
 * One of the longer tests alone; `clocks.test.ts` beside it is one of the ordinary ones.
 */
import { expect, test } from 'bun:test'
import { minuteMs, systemClock } from '../../../src/clock'
import { builtBinary } from '../../binary/build'
import { describeWithTool } from '../../optional-tool'
import { findPostgres } from '../../postgres/server'
import { createSeries } from '../../scene'
import { runReplicas } from '../campaign'
import type { Disturbance } from '../disturbances'
import type { Fleet } from '../fleet'
import { createClockJumps } from './clock-jumps'
import { findFaketime } from './machine-clock'

const long = Bun.env.SUITED_LONG_TESTS === '1'
const lastsMs = Number(Bun.env.SUITED_REPLICA_MINUTES ?? 20) * minuteMs
const seed = Number(Bun.env.SUITED_REPLICA_SEED ?? Date.now() % 1_000_000)

/** Jumps and whatever else happens, by turns, until the time is over. */
const plan = function* (all: readonly Disturbance[], fleet: Fleet): Generator<Disturbance> {
  const jumps = createClockJumps(fleet, createSeries(seed))
  const endsAt = systemClock.now() + lastsMs
  for (let n = 0; systemClock.now() < endsAt; n++) {
    yield jumps[n % jumps.length]!
    // Their numbers have no common divisor: in time each jump meets each of the others.
    if (n % jumps.length !== 0) yield all[n % all.length]!
  }
}

const campaign = (faketime: string) =>
  test(
    'lose nothing that one of them answered for, and take nothing from one that has it',
    async () => {
      process.stdout.write(`clocks with SUITED_REPLICA_SEED=${seed}\n`)
      await builtBinary()
      const { verdict, ...figures } = await runReplicas({ seed, plan, faketime })
      const { known, dispatched, arrivedWithoutWork, ...judged } = verdict
      process.stdout.write(`clocks ${JSON.stringify({ ...figures, ...judged })}\n`)
      expect(figures.eventsAcknowledged).toBeGreaterThan(20)
      expect(figures.signaturesAccepted).toBeGreaterThan(0)
      expect(figures.answers['500 internal_error'] ?? 0).toBe(0)
      expect(figures).toMatchObject({
        deliveredWrong: [],
        outOfOrder: [],
        undelivered: [],
      })
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
    lastsMs + 5 * minuteMs,
  )

if (long) {
  describeWithTool('PostgreSQL', findPostgres, 'three replicas', () => {
    describeWithTool('faketime', findFaketime, 'on machines whose clocks jump', campaign)
  })
}
