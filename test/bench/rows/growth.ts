/** How cost grows: with the companies that have the app, and with the connections. */
import { type Contender, lean, startFloor, startSuited } from '../contenders'
import { load } from '../loading'
import { memoryMbOf } from '../machine'
import { median, ratio } from '../medians'
import { alternate, figures } from '../rounds'
import type { Conditions, Report, Row } from '../row'
import { show, showMs } from '../table'
import { startWecom, type Wecom } from '../wecom'

const sizes = [1, 10, 100, 1000, 10_000, 100_000]
const mostActive = 1000
const connectionCounts = [1, 4, 16, 64, 256]

const start = async (conditions: Conditions, wecom: Wecom, companies: number) => {
  const { dir } = await conditions.folder({ companies, active: Math.min(companies, mostActive) })
  return startSuited({ dataDir: dir, wecom: wecom.origin, settings: lean })
}

export const companies: Row = async (conditions): Promise<Report> => {
  const { rounds, seconds, warmUpSeconds, tell } = conditions
  const wecom = startWecom()
  const running = new Map<string, Contender>()
  try {
    for (const size of sizes) running.set(String(size), await start(conditions, wecom, size))
    const results = await alternate([...running.keys()], rounds, async (name, round) => {
      const contender = running.get(name)!
      const active = Math.min(Number(name), mostActive)
      const plan = { what: 'sign', companies: active, connections: 64, rate: null } as const
      const result = await load(contender, { ...plan, seconds, warmUpSeconds })
      tell(`companies, round ${round + 1}, ${name}: ${show(result.perSecond)} a second`)
      return { ...result, memoryMb: memoryMbOf(contender.pid) }
    })
    const perSecond = (name: string) => figures(results, name, (one) => one.perSecond)
    const times = ratio(perSecond('100000'), perSecond('1'))
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
          rows: sizes.map((size) => {
            const name = String(size)
            return [
              show(size),
              show(Math.min(size, mostActive)),
              show(median(perSecond(name))),
              showMs(median(figures(results, name, (one) => one.p99Ms))),
              `${show(median(figures(results, name, (one) => one.memoryMb)))} MB`,
              show(ratio(perSecond(name), perSecond('1'))),
            ]
          }),
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
  const suited = await start(conditions, wecom, 1)
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
