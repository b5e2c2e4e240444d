/** The time to an answer at a steady 2,000 a second: quiet, among renewals, on a slow disk. */
import { type Contender, startFloor, startSuited } from '../contenders'
import type { LoadPlan, LoadResult } from '../load-plan'
import { load } from '../loading'
import { median } from '../medians'
import { agedFolder, beginRenewing } from '../renewing'
import type { Conditions, Finding, Row } from '../row'
import { fsyncMs, slowDisk } from '../slow-disk'
import { show, showMs } from '../table'
import { callsOf, startWecom, type Wecom } from '../wecom'

const rate = 2000
const connections = 128
const companies = 1000
/** At this rate the engine takes longer to have compiled what is called often. */
const warmUpSeconds = 8

interface Measured {
  readonly commands: LoadResult | null
  readonly signs: LoadResult | null
  /** Calls to WeCom meanwhile. */
  readonly calls: number
}

interface Case {
  readonly name: string
  readonly contender: 'suited' | 'floor'
  readonly loads: readonly LoadPlan['what'][]
  readonly renewing: boolean
  readonly under: readonly string[]
}

const quiet: Case = {
  name: 'commands alone',
  contender: 'suited',
  loads: ['command'],
  renewing: false,
  under: [],
}
const floor: Case = { ...quiet, name: 'the floor alone', contender: 'floor', loads: ['sign'] }
const renewing: Case = { ...quiet, name: 'commands, 10,000 companies renew', renewing: true }
const everything: Case = {
  ...renewing,
  name: 'commands and signatures, 10,000 companies renew',
  loads: ['command', 'sign'],
}

const atRate = (contender: Contender, what: LoadPlan['what'], seconds: number) =>
  load(contender, { what, companies, connections, rate, seconds, warmUpSeconds })

/** What machine and generator take for themselves. */
const measureFloor = async ({ seconds }: Conditions): Promise<Measured> => {
  const contender = await startFloor()
  try {
    const signs = await atRate(contender, 'sign', seconds)
    return { commands: null, signs, calls: 0 }
  } finally {
    await contender.stop()
  }
}

const measureCase = async (
  conditions: Conditions,
  wecom: Wecom,
  { loads, renewing, under }: Case,
): Promise<Measured> => {
  const { seconds } = conditions
  const options = renewing ? agedFolder : { companies, active: companies }
  const folder = await conditions.folder(options)
  let suited: Contender | null = null
  try {
    suited = await startSuited({ dataDir: folder.dir, wecom: wecom.origin, under })
    const contender = suited
    if (renewing) await beginRenewing(contender, wecom)
    const before = callsOf(wecom)
    const results = await Promise.all(loads.map((what) => atRate(contender, what, seconds)))
    return {
      commands: results[loads.indexOf('command')] ?? null,
      signs: results[loads.indexOf('sign')] ?? null,
      calls: callsOf(wecom) - before,
    }
  } finally {
    await suited?.stop()
    folder.remove()
  }
}

export const paced: Row = async (conditions) => {
  const { rounds, tell } = conditions
  const disk = slowDisk()
  const slow: Case = {
    ...quiet,
    name: `commands, each fsync takes ${fsyncMs} ms more`,
    under: disk.under ?? [],
  }
  const cases = [floor, quiet, renewing, everything, ...(disk.under ? [slow] : [])]
  const wecom = startWecom()
  const results = new Map<string, Measured[]>(cases.map(({ name }) => [name, []]))
  try {
    for (let round = 0; round < rounds; round++) {
      for (const one of cases) {
        const measured =
          one.contender === 'floor'
            ? await measureFloor(conditions)
            : await measureCase(conditions, wecom, one)
        results.get(one.name)?.push(measured)
        const { commands, signs, calls } = measured
        tell(
          `paced, round ${round + 1}, ${one.name}: p99 ${show(commands?.p99Ms ?? Number.NaN)} / ${show(signs?.p99Ms ?? Number.NaN)} ms, ${calls} calls to WeCom`,
        )
      }
    }
  } finally {
    await wecom.stop()
  }

  const middle = ({ name }: Case, figure: (one: Measured) => number | undefined) =>
    median((results.get(name) ?? []).map((one) => figure(one) ?? Number.NaN))
  const finding = (what: string, p99Ms: number, mostMs: number): Finding => ({
    what,
    measured: showMs(p99Ms),
    target: `< ${mostMs} ms`,
    met: p99Ms < mostMs,
  })
  const p99 = (one: Case) => middle(one, ({ commands }) => commands?.p99Ms)
  const onSlowDisk = 'the same on a disk whose fsync takes 20 ms'
  return {
    findings: [
      finding('commands at 2,000 a second, p99, quiet', p99(quiet), 10),
      finding('the same while 10,000 companies renew', p99(renewing), 50),
      disk.under
        ? finding(onSlowDisk, p99(slow), 200)
        : { what: onSlowDisk, measured: disk.missing, target: '< 200 ms', met: null },
      finding(
        '`/sign` at 2,000 a second, p99, while 10,000 companies renew and as many commands come',
        middle(everything, ({ signs }) => signs?.p99Ms),
        10,
      ),
    ],
    tables: [
      {
        name: 'paced',
        head: ['At 2,000 a second each', 'Of', 'p50', 'p99', 'Slowest', 'Calls to WeCom meanwhile'],
        rows: cases.flatMap((one) =>
          one.loads.map((what) => {
            const of = (figure: 'p50Ms' | 'p99Ms' | 'maxMs') =>
              showMs(
                middle(
                  one,
                  ({ commands, signs }) => (what === 'sign' ? signs : commands)?.[figure],
                ),
              )
            const calls = show(middle(one, (measured) => measured.calls))
            return [one.name, what, of('p50Ms'), of('p99Ms'), of('maxMs'), calls]
          }),
        ),
      },
    ],
  }
}
