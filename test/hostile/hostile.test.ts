/**
 * Strangers at the door of the binary. `bun run test:long` sends SUITED_HOSTILE_REQUESTS of their
 * requests (100,000 unless given) with SUITED_HOSTILE_IDLE idle and dripping connections beside
 * them (2,000); SUITED_HOSTILE_SEED takes the choices of a former run.
 */
import { expect, test } from 'bun:test'
import { hourMs, minuteMs, systemClock } from '../../src/clock'
import { until } from '../binary/until'
import { useWorkshop } from '../binary/workshop'
import { createSeries } from '../scene'
import { goOnHonestly } from './honest'
import { lurk } from './lurkers'
import { createHostility } from './requests'
import { storm, together } from './storm'
import { vitalsAtRest, vitalsOf } from './vitals'

const long = Bun.env.SUITED_LONG_TESTS === '1'
const count = long ? Number(Bun.env.SUITED_HOSTILE_REQUESTS ?? 100_000) : 300
const idle = long ? Number(Bun.env.SUITED_HOSTILE_IDLE ?? 2000) : 100
const seed = Number(Bun.env.SUITED_HOSTILE_SEED ?? Date.now() % 1_000_000)

/** After each the process is left in peace and looked at. */
const rounds = long ? 8 : 1

/**
 * What memory may grow by from the second rest to the last, in KiB: two hundred bytes kept of each
 * of 75,000 requests would be more.
 */
const mostGrowthKib = 14 * 1024
/** Files that SQLite opens and closes, and connections of honest people. */
const mostMoreDescriptors = 8

const workshop = useWorkshop()

const show = (what: string, figures: object): void => {
  process.stdout.write(`hostile requests ${what} ${JSON.stringify(figures)}\n`)
}

test(
  'hostile requests are answered or cut off, harm nobody else, and leave nothing behind',
  async () => {
    show('begin', { SUITED_HOSTILE_SEED: seed, count, idle })
    const wecom = workshop.wecom()
    const suited = await workshop.serviceFor(wecom, await workshop.folder())
    const [corpid] = wecom.corpids
    await wecom.giveTicket(suited)
    await wecom.install(suited, corpid)
    const { pid } = suited.process
    const before = await vitalsOf(pid)

    const honest = goOnHonestly(suited, wecom, corpid)
    const hostility = createHostility({
      simulator: wecom.simulator,
      suite: wecom.suite,
      random: createSeries(seed),
      now: systemClock.now,
    })
    const oneRound = async () => {
      const lurkers = lurk(suited.url, idle)
      const figures = await storm({
        url: suited.url,
        pid,
        count: count / rounds,
        next: hostility.next,
      })
      const lurking = { opened: lurkers.opened, open: lurkers.open() }
      lurkers.leave()
      return { figures, lurking, rest: long ? await vitalsAtRest(pid) : null }
    }
    const done = [await oneRound()]
    while (done.length < rounds) {
      show('go on', { round: done.length, ...done.at(-1)!.lurking, ...done.at(-1)!.rest })
      done.push(await oneRound())
    }
    const { refused, ...served } = await honest.stop()
    const { vitals, gotThrough, broken, ...told } = done
      .map(({ figures }) => figures)
      .reduce(together)
    const after =
      before &&
      (await until('the last stranger is gone', async () => {
        const now = await vitalsOf(pid)
        return now && now.descriptors <= before.descriptors + mostMoreDescriptors ? now : null
      }))
    const rests = done.flatMap(({ rest }) => rest?.rssKib ?? [])
    const growthKib = (rests.at(-1) ?? 0) - (rests[1] ?? 0)
    const measured = after && {
      before,
      after,
      rests,
      growthKib,
      highestKib: Math.max(...vitals.map(({ rssKib }) => rssKib)),
      mostDescriptors: Math.max(...vitals.map(({ descriptors }) => descriptors)),
    }
    show('end', {
      ...told,
      honest: { ...served, refused: refused.length },
      lurking: done.map(({ lurking }) => lurking),
      memoryAndDescriptors: measured ?? 'not measured: there is no /proc',
    })

    expect(broken).toEqual([])
    expect(gotThrough).toEqual([])
    expect(suited.process.exitCode).toBeNull()
    expect(refused).toEqual([])
    expect(served.signatures).toBeGreaterThan(2)
    expect(served.callbacks).toBeGreaterThan(2)
    const mistakes = suited.logs().filter(({ message }) => message.includes('unexpectedly'))
    expect(mistakes).toEqual([])
    if (rests.length > 2) expect(growthKib).toBeLessThan(mostGrowthKib)
  },
  long ? 2 * hourMs : 2 * minuteMs,
)
