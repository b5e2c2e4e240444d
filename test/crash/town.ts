/**
 * The other side of a campaign: WeCom with a dozen companies, and what its pushes were answered.
 */
import { systemClock } from '../../src/clock'
import type { Random } from '../../src/retry'
import { createSimulator, type Simulator } from '../../src/simulator/simulator'
import type { Suite } from '../../src/simulator/world/world'
import { createLedger, type Ledger } from './ledger'

export interface Town {
  readonly simulator: Simulator
  readonly suite: Suite
  readonly corpids: readonly string[]
  readonly ledger: Ledger
  readonly url: string
  /** Told of each call to WeCom, when it comes and when its answer leaves; returns what ends it. */
  onCall(
    listener: (path: string, stage: 'came' | 'answered', errcode: number | null) => void,
  ): () => void
  stop(): Promise<void>
}

const companies = 12
/** A push that found nobody comes again while the next process starts. */
const retryAfterMs = 400

export const createTown = (random: Random): Town => {
  const ledger = createLedger(() => suite)
  const simulator = createSimulator({
    clock: systemClock,
    random,
    send: ledger.send,
    retryAfterMs,
    repeatedFetch: 'new',
    // A ticket that was cut off on its way must not end the one that suited has.
    acceptsOlderTickets: true,
    companies: Array.from({ length: companies }, (_, n) => ({ name: `Company ${n + 1}` })),
  })
  const { world, calls } = simulator
  // A campaign makes in minutes what a company makes in weeks.
  world.rules.ticketFetchesPerHour = { perCompany: 1e9, perSuiteAndCompany: 1e9 }
  const suite = [...world.suites.values()][0]!
  const listeners = new Set<Parameters<Town['onCall']>[0]>()
  const note = calls.record
  calls.record = (call) => {
    const noteAnswer = note(call)
    for (const listener of listeners) listener(call.path, 'came', null)
    return (errcode) => {
      noteAnswer(errcode)
      for (const listener of listeners) listener(call.path, 'answered', errcode)
    }
  }
  simulator.app.listen({ hostname: '127.0.0.1', port: 0 })

  return {
    simulator,
    suite,
    corpids: [...world.companies.keys()],
    ledger,
    url: simulator.app.server!.url.origin,
    onCall(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop: async () => {
      await simulator.app.stop(true)
    },
  }
}
