/**
 * `kill -9`, again and again, with an encryption key and without one at the same time. The short
 * campaigns are one of the ordinary tests; `bun run test:long` runs for as long as
 * SUITED_CRASH_MINUTES says. SUITED_CRASH_SEED takes the choices of a former run.
 */
import { expect, test } from 'bun:test'
import { minuteMs, secondMs, systemClock } from '../../src/clock'
import { builtBinary } from '../binary/build'
import { runCampaign } from './campaign'
import { type Figures, together } from './figures'

const long = Bun.env.SUITED_LONG_TESTS === '1'
const lastsMs = long ? Number(Bun.env.SUITED_CRASH_MINUTES ?? 60) * minuteMs : 5 * secondMs
const seed = Number(Bun.env.SUITED_CRASH_SEED ?? Date.now() % 1_000_000)
/** A folder that grew longer only makes each judgement slower. */
const mostKillsInOneFolder = 200
/** However slow the machine is: a folder that lived through none says nothing. */
const fewestKillsInOneFolder = 4

const encryptionKey = Buffer.alloc(32, 7).toString('base64')

/**
 * The figures in one line, lists as their lengths; in the long run with how often each moment came.
 */
const show = (campaign: string, { moments, ...figures }: Figures): void => {
  const counts = Object.entries(figures).map(([name, value]) => [
    name,
    typeof value === 'number' ? value : value.length,
  ])
  const shown = { ...Object.fromEntries(counts), ...(long && { moments }) }
  process.stdout.write(`crash campaign ${campaign} ${JSON.stringify(shown)}\n`)
}

/** On a machine that is busy with other things few kills fit into the time: then it goes on. */
const patienceMs = minuteMs

const saysEnough = (figures: Figures): boolean =>
  figures.kills > 3 &&
  figures.eventsAcknowledged > 10 &&
  figures.installsExchanged > 0 &&
  figures.noticesCounted > 0 &&
  figures.secretsGiven > 20

/**
 * One campaign after the other until the time is over and enough was seen, each in a folder
 * and a world of its own.
 */
const campaignsUntil = async (endsAt: number, firstSeed: number, key: string | null) => {
  const name = key === null ? 'without a key' : 'with a key'
  const binary = await builtBinary()
  let figures: Figures | null = null
  for (let n = 0, stopAt = endsAt; ; n++) {
    const one = await runCampaign({
      binary,
      seed: firstSeed + n,
      encryptionKey: key,
      goesOn: (kills) =>
        kills < fewestKillsInOneFolder ||
        (systemClock.now() < stopAt && kills < mostKillsInOneFolder),
    })
    figures = figures === null ? one : together(figures, one)
    show(name, figures)
    const now = systemClock.now()
    if (now < stopAt) continue
    if (saysEnough(figures) || now > endsAt + patienceMs) return figures
    stopAt = now + 10 * secondMs
  }
}

test(
  'a process that is killed at any moment loses nothing that it answered for, and tells no secret',
  async () => {
    process.stdout.write(`crash campaigns with SUITED_CRASH_SEED=${seed}\n`)
    // Making the binary is no part of the campaigns.
    await builtBinary()
    const endsAt = systemClock.now() + lastsMs
    const [clear, sealed] = await Promise.all([
      campaignsUntil(endsAt, seed, null),
      campaignsUntil(endsAt, seed + 1_000_000, encryptionKey),
    ])
    for (const figures of [clear, sealed]) {
      expect([figures, saysEnough(figures)]).toEqual([figures, true])
      expect(figures).toMatchObject({
        eventsLost: [],
        ticketsBackwards: [],
        codesLost: [],
        notErased: [],
        appliedTwice: [],
        foldersNotOpened: [],
        secretsTold: [],
      })
    }
    // Without a key the search finds what it looks for.
    expect(clear.secretsInFolder.length).toBeGreaterThan(5)
    expect(sealed.secretsInFolder).toEqual([])
  },
  lastsMs + 5 * minuteMs,
)
