/** `/sign` with the ticket at hand: suited, the floor and the peers by turns. */
import {
  type Contender,
  lean,
  nodePeers,
  nodeVersion,
  startFloor,
  startPeer,
  startSuited,
} from '../contenders'
import { load } from '../loading'
import { median, ratio } from '../medians'
import { proveSigns } from '../proof'
import { alternate, figures } from '../rounds'
import type { Finding, Row } from '../row'
import { show, showMs } from '../table'
import { startWecom } from '../wecom'

const connections = 64

const own = 'suited, log at `warn`, no rate limit'
const ownDefaults = 'suited, all defaults'
const ownPlanted = 'suited, a document written for each signature'
const floor = 'floor: `Bun.serve` and the hash'

const nameOfPeer = {
  express: 'Express 5, `@wecom/crypto`',
  fastify: 'Fastify 5, `@wecom/crypto`',
  easywechat: '`node-easywechat` 3.6.2',
} as const

export const sign: Row = async (conditions) => {
  const { rounds, seconds, warmUpSeconds, planted, tell } = conditions
  const wecom = startWecom()
  const running = new Map<string, Contender>()
  const suited = async (settings: Record<string, string>, withMistake = false) => {
    const { dir } = await conditions.folder({ companies: 1, active: 1 })
    return startSuited({ dataDir: dir, wecom: wecom.origin, settings, planted: withMistake })
  }
  const node = nodeVersion()
  try {
    running.set(floor, await startFloor())
    running.set(own, await suited(lean))
    running.set(ownDefaults, await suited({}))
    if (planted) running.set(ownPlanted, await suited(lean, true))
    if (node) for (const peer of nodePeers) running.set(nameOfPeer[peer], await startPeer(peer))

    for (const [name, { origin }] of running) await proveSigns(name, origin)
    const results = await alternate([...running.keys()], rounds, async (name, round) => {
      const plan = { what: 'sign', companies: 1, connections, rate: null } as const
      const result = await load(running.get(name)!, { ...plan, seconds, warmUpSeconds })
      tell(`sign, round ${round + 1}, ${name}: ${show(result.perSecond)} a second`)
      return result
    })

    const perSecond = (name: string) => figures(results, name, (one) => one.perSecond)
    const against = (what: string, one: string, other: string, least: number): Finding => {
      if (!running.has(other)) {
        return { what, measured: 'there is no Node here', target: `≥ ${least}`, met: null }
      }
      const times = ratio(perSecond(one), perSecond(other))
      return { what, measured: show(times), target: `≥ ${least}`, met: times >= least }
    }
    const mistake = ratio(perSecond(ownPlanted), perSecond(own))
    return {
      findings: [
        against('`/sign` against the floor, log at `warn` and no rate limit', own, floor, 0.85),
        against('`/sign` against the floor, all defaults', ownDefaults, floor, 0.65),
        against('`/sign` against Express', own, nameOfPeer.express, 8),
        against('`/sign` against Fastify', own, nameOfPeer.fastify, 1.4),
        ...(planted
          ? [
              {
                what: 'a planted slowness against suited without it',
                measured: show(mistake),
                target: '< 0.85: seen',
                met: mistake < 0.85,
              },
            ]
          : []),
      ],
      tables: [
        {
          name: 'sign',
          head: [
            'Contender',
            'Runtime',
            'Signatures a second',
            'p50',
            'p99',
            'CPU each',
            'suited is',
          ],
          rows: [...running.keys()].map((name) => [
            name,
            Object.values(nameOfPeer).includes(name as never)
              ? `Node ${node}`
              : `Bun ${Bun.version}`,
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
