/**
 * `kill -9`, again and again. The short campaign is one of the ordinary tests; `bun run test:long`
 * runs for as long as SUITED_CRASH_MINUTES says. SUITED_CRASH_SEED takes the choices of a former run.
 */
import { expect, test } from 'bun:test'
import { minuteMs, secondMs, systemClock } from '../../src/clock'
import { builtBinary } from '../binary/build'
import { type Figures, runCampaign } from './campaign'

const long = Bun.env.SUITED_LONG_TESTS === '1'
const lastsMs = long ? Number(Bun.env.SUITED_CRASH_MINUTES ?? 60) * minuteMs : 15 * secondMs
const seed = Number(Bun.env.SUITED_CRASH_SEED ?? Date.now() % 1_000_000)

/** The figures in one line, lists as their lengths; in the long run with how often each moment came. */
const show = ({ moments, ...figures }: Figures): void => {
  const counts = Object.entries(figures).map(([name, value]) => [
    name,
    typeof value === 'number' ? value : value.length,
  ])
  const shown = { ...Object.fromEntries(counts), ...(long && { moments }) }
  process.stdout.write(`crash campaign ${JSON.stringify(shown)}\n`)
}

test(
  'a process that is killed at any moment loses nothing that it answered for',
  async () => {
    const endsAt = systemClock.now() + lastsMs
    process.stdout.write(`crash campaign with SUITED_CRASH_SEED=${seed}\n`)
    const figures = await runCampaign({
      binary: await builtBinary(),
      seed,
      goesOn: () => systemClock.now() < endsAt,
      ...(long && { onProgress: show }),
    })
    show(figures)
    expect(figures.kills).toBeGreaterThan(3)
    expect(figures.eventsAcknowledged).toBeGreaterThan(10)
    expect(figures.installsExchanged).toBeGreaterThan(0)
    expect(figures.noticesCounted).toBeGreaterThan(0)
    expect(figures).toMatchObject({
      eventsLost: [],
      ticketsBackwards: [],
      codesLost: [],
      codesNotErased: [],
      appliedTwice: [],
      foldersNotOpened: [],
    })
  },
  lastsMs + 5 * minuteMs,
)
