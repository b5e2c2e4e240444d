/** Pushes to the command URL as fast as they are taken: every message new, suited's on the disk. */
import { type Contender, lean, nodePeers, nodeVersion, startPeer, startSuited } from '../contenders'
import { load } from '../loading'
import { median, ratio } from '../medians'
import { proveTakes } from '../proof'
import { alternate, figures } from '../rounds'
import type { Row } from '../row'
import { show, showMs } from '../table'
import { startWecom } from '../wecom'

const connections = 32

const ownDefaults = 'suited, all defaults'
const own = 'suited, log at `warn`, no rate limit'

const nameOfPeer = {
  express: 'Express 5, `@wecom/crypto`, `xml2js`',
  fastify: 'Fastify 5, `@wecom/crypto`, `fast-xml-parser`',
  easywechat: '`node-easywechat` 3.6.2',
} as const

export const commands: Row = async (conditions) => {
  const { rounds, seconds, warmUpSeconds, tell } = conditions
  const wecom = startWecom()
  const running = new Map<string, Contender>()
  const suited = async (settings: Record<string, string>) => {
    const { dir } = await conditions.folder({ companies: 10, active: 10 })
    return startSuited({ dataDir: dir, wecom: wecom.origin, settings })
  }
  const node = nodeVersion()
  try {
    running.set(ownDefaults, await suited({}))
    running.set(own, await suited(lean))
    if (node) for (const peer of nodePeers) running.set(nameOfPeer[peer], await startPeer(peer))

    for (const [name, { origin }] of running) await proveTakes(name, origin)
    const results = await alternate([...running.keys()], rounds, async (name, round) => {
      const plan = { what: 'command', companies: 10, connections, rate: null } as const
      const result = await load(running.get(name)!, { ...plan, seconds, warmUpSeconds })
      tell(`commands, round ${round + 1}, ${name}: ${show(result.perSecond)} a second`)
      return result
    })

    const perSecond = (name: string) => figures(results, name, (one) => one.perSecond)
    const times = ratio(perSecond(ownDefaults), perSecond(nameOfPeer.express))
    return {
      findings: [
        {
          what: '`POST /callback/command`, new and durable, 32 connections, against Express that stores nothing',
          measured: node ? show(times) : 'there is no Node here',
          target: '≥ 2',
          met: node ? times >= 2 : null,
        },
      ],
      tables: [
        {
          name: 'commands',
          head: [
            'Contender',
            'Runtime',
            'On disk',
            'Messages a second',
            'p50',
            'p99',
            'CPU each',
            'suited is',
          ],
          rows: [...running.keys()].map((name) => {
            const ours = name === own || name === ownDefaults
            return [
              name,
              ours ? `Bun ${Bun.version}` : `Node ${node}`,
              ours ? 'yes, fsync' : 'no',
              show(median(perSecond(name))),
              showMs(median(figures(results, name, (one) => one.p50Ms))),
              showMs(median(figures(results, name, (one) => one.p99Ms))),
              `${show(median(figures(results, name, (one) => one.cpuMicroseconds)))} µs`,
              `${show(ratio(perSecond(ownDefaults), perSecond(name)))} ×`,
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
