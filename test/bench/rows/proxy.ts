/** WeCom's API through suited, against a bare hand-through on the same Bun. */
import { type Contender, lean, startHandThrough, startSuited } from '../contenders'
import { load } from '../loading'
import { median, ratio } from '../medians'
import { provePassesOn } from '../proof'
import { alternate, figures } from '../rounds'
import type { Row } from '../row'
import { show, showMs } from '../table'
import { startWecom } from '../wecom'

const connections = 32

const bare = 'bare hand-through: `Bun.serve` and `fetch`'
const own = 'suited, log at `warn`'
const least = 0.7

export const proxy: Row = async (conditions) => {
  const { rounds, seconds, warmUpSeconds, tell } = conditions
  const wecom = startWecom()
  const running = new Map<string, Contender>()
  try {
    const { dir } = await conditions.folder({ companies: 1, active: 1 })
    running.set(bare, await startHandThrough(wecom.origin))
    running.set(own, await startSuited({ dataDir: dir, wecom: wecom.origin, settings: lean }))
    for (const [name, { origin }] of running) await provePassesOn(name, origin)

    const results = await alternate([...running.keys()], rounds, async (name, round) => {
      const plan = { what: 'proxy', companies: 1, connections, rate: null } as const
      const result = await load(running.get(name)!, { ...plan, seconds, warmUpSeconds })
      tell(`proxy, round ${round + 1}, ${name}: ${show(result.perSecond)} a second`)
      return result
    })

    const perSecond = (name: string) => figures(results, name, (one) => one.perSecond)
    const times = ratio(perSecond(own), perSecond(bare))
    return {
      findings: [
        {
          what: 'the proxy against a bare hand-through',
          measured: show(times),
          target: `≥ ${least}`,
          met: times >= least,
        },
      ],
      tables: [
        {
          name: 'proxy',
          head: ['Contender', 'Calls a second', 'p50', 'p99', 'CPU each', 'suited is'],
          rows: [...running.keys()].map((name) => [
            name,
            show(median(perSecond(name))),
            showMs(median(figures(results, name, (one) => one.p50Ms))),
            showMs(median(figures(results, name, (one) => one.p99Ms))),
            `${show(median(figures(results, name, (one) => one.cpuMicroseconds)))} µs`,
            `${show(ratio(perSecond(own), perSecond(name)))} ×`,
          ]),
        },
      ],
    }
  } finally {
    for (const contender of running.values()) await contender.stop()
    await wecom.stop()
  }
}
