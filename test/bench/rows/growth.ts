/** How cost grows: with the companies that have the app, and with the connections. */
import { type Contender, lean, startFloor, startSuited } from '../contenders'
import { load } from '../loading'
import { memoryMbOf } from '../machine'
import { median, ratio } from '../medians'
import { alternate, figures } from '../rounds'
import type { Conditions, Report, Row } from '../row'
import { show, showMs } from '../table'
import { startWecom, type Wecom } from '../wecom'

const mostActive = 1000
const fewActive = 1

interface Size {
  readonly name: string
  /** That have the app. */
  readonly companies: number
  /** For whose pages signatures are asked for, by turns. */
  readonly active: number
}

const sizeOf = (companies: number, most = mostActive): Size => {
  const active = Math.min(companies, most)
  return { name: `${companies}, ${active} asked for`, companies, active }
}

const one = sizeOf(1)
const all = sizeOf(100_000)
const sizes = [one, ...[10, 100, 1000, 10_000].map((companies) => sizeOf(companies)), all]
/** As many companies, but of as few: tells what is due to the one and what to the other. */
const quiet = sizeOf(100_000, fewActive)
const connectionCounts = [1, 4, 16, 64, 256]

const start = async (conditions: Conditions, wecom: Wecom, { companies }: Size) => {
  const { dir } = await conditions.folder({ companies, active: Math.min(companies, mostActive) })
  return startSuited({ dataDir: dir, wecom: wecom.origin, settings: lean })
}

export const companies: Row = async (conditions): Promise<Report> => {
  const { rounds, seconds, warmUpSeconds, tell } = conditions
  const wecom = startWecom()
  const running = new Map<Size, Contender>()
  const shown = [...sizes, quiet]
  try {
    for (const size of sizes) running.set(size, await start(conditions, wecom, size))
    running.set(quiet, running.get(all)!)
    const named = new Map(shown.map((size) => [size.name, size]))
    const results = await alternate([...named.keys()], rounds, async (name, round) => {
      const size = named.get(name)!
      const contender = running.get(size)!
      const plan = { what: 'sign', companies: size.active, connections: 64, rate: null } as const
      const result = await load(contender, { ...plan, seconds, warmUpSeconds })
      tell(`companies, round ${round + 1}, ${name}: ${show(result.perSecond)} a second`)
      return { ...result, memoryMb: memoryMbOf(contender.pid) }
    })
    const perSecond = ({ name }: Size) => figures(results, name, (result) => result.perSecond)
    const times = ratio(perSecond(all), perSecond(one))
    return {
      findings: [
        {
          what: '`/sign` throughput with 100,000 companies against 1',
          measured: show(times),
          target: '≥ 0.9',
          met: times >= 0.9,
        },
      ],
      tables: [
        {
          name: 'companies',
          head: ['Companies', 'Of them asked for', 'Signatures a second', 'p99', 'Memory', 'To 1'],
          rows: shown.map((size) => [
            size.companies.toLocaleString('en-US'),
            size.active.toLocaleString('en-US'),
            show(median(perSecond(size))),
            showMs(median(figures(results, size.name, (result) => result.p99Ms))),
            `${show(median(figures(results, size.name, (result) => result.memoryMb)))} MB`,
            show(ratio(perSecond(size), perSecond(one))),
          ]),
        },
      ],
    }
  } finally {
    for (const contender of running.values()) await contender.stop()
    await wecom.stop()
  }
}

export const connections: Row = async (conditions): Promise<Report> => {
  const { rounds, seconds, warmUpSeconds, tell } = conditions
  const wecom = startWecom()
  const suited = await start(conditions, wecom, one)
  const floor = await startFloor()
  try {
    const names = connectionCounts.flatMap((count) => [`floor ${count}`, `suited ${count}`])
    const results = await alternate(names, rounds, async (name, round) => {
      const [who, count] = name.split(' ')
      const contender = who === 'floor' ? floor : suited
      const plan = { what: 'sign', companies: 1, rate: null } as const
      const result = await load(contender, {
        ...plan,
        connections: Number(count),
        seconds,
        warmUpSeconds,
      })
      tell(`connections, round ${round + 1}, ${name}: ${show(result.perSecond)} a second`)
      return result
    })
    const perSecond = (name: string) => figures(results, name, (one) => one.perSecond)
    return {
      findings: [],
      tables: [
        {
          name: 'connections',
          head: ['Connections', 'Floor a second', 'suited a second', 'suited p99', 'To the floor'],
          rows: connectionCounts.map((count) => {
            const [own, other] = [`suited ${count}`, `floor ${count}`]
            return [
              String(count),
              show(median(perSecond(other))),
              show(median(perSecond(own))),
              showMs(median(figures(results, own, (one) => one.p99Ms))),
              show(ratio(perSecond(own), perSecond(other))),
            ]
          }),
        },
      ],
    }
  } finally {
    await suited.stop()
    await floor.stop()
    await wecom.stop()
  }
}
