/** Events on their way out: how many a second, and what one costs beside its callback. */
import { type Contender, startSuited } from '../contenders'
import { adminToken } from '../fixture'
import { load } from '../loading'
import { cpuSecondsOf } from '../machine'
import { median, ratio } from '../medians'
import { startReceiver, untilDelivered } from '../receiver'
import type { Row } from '../row'
import { show } from '../table'
import { startWecom } from '../wecom'

const connections = 32
const companies = 10
const least = 2000
/** The most that an endpoint may have under way at one time; a replay gets half of it. */
const concurrency = 64

const names = {
  alone: 'callbacks that nobody wants to hear of',
  both: 'callbacks, each delivered',
  replay: 'a replay of the same events, no callbacks',
} as const
type Name = keyof typeof names

interface Measured {
  readonly perSecond: number
  /** Of suited, for each event. */
  readonly cpuMicroseconds: number
}

/** What `work` costs for each of the events that it says there were. */
const measured = async ({ pid }: Contender, work: () => Promise<number>): Promise<Measured> => {
  const cpuBefore = cpuSecondsOf(pid)
  const began = performance.now()
  const events = await work()
  return {
    perSecond: (events * 1000) / (performance.now() - began),
    cpuMicroseconds: ((cpuSecondsOf(pid) - cpuBefore) * 1e6) / events,
  }
}

const post = async ({ origin }: Contender, path: string, body: object): Promise<void> => {
  const answer = await fetch(`${origin}/api/endpoints${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
}

export const deliveries: Row = async (conditions) => {
  const { rounds, seconds, warmUpSeconds, tell } = conditions
  const wecom = startWecom()
  const receiver = startReceiver()
  const running: Contender[] = []
  const suited = async () => {
    const { dir } = await conditions.folder({ companies, active: companies })
    const contender = await startSuited({ dataDir: dir, wecom: wecom.origin })
    running.push(contender)
    return contender
  }
  const push = async (contender: Contender) => {
    const plan = { what: 'command', companies, connections, rate: null } as const
    return (await load(contender, { ...plan, seconds, warmUpSeconds })).answers
  }
  const results: Record<Name, Measured[]> = { alone: [], both: [], replay: [] }
  try {
    const alone = await suited()
    const forwarding = await suited()
    await post(forwarding, '', { name: 'app', url: receiver.url, private: true, concurrency })
    for (let round = 0; round < rounds; round++) {
      const since = Date.now()
      let events = 0
      const delivered = async (work: () => Promise<number>) => {
        const before = receiver.count()
        events = await work()
        await untilDelivered(receiver, before + events)
        return events
      }
      const measure: Record<Name, () => Promise<Measured>> = {
        alone: () => measured(alone, () => push(alone)),
        both: () => measured(forwarding, () => delivered(() => push(forwarding))),
        replay: () =>
          measured(forwarding, () =>
            delivered(async () => {
              await post(forwarding, '/app/replay', { all: true, since })
              return events
            }),
          ),
      }
      for (const name of ['alone', 'both', 'replay'] as const) {
        const one = await measure[name]()
        results[name].push(one)
        const { perSecond, cpuMicroseconds: cpu } = one
        tell(
          `deliveries, round ${round + 1}, ${names[name]}: ${show(perSecond)} a second, ${show(cpu)} µs each`,
        )
      }
    }
  } finally {
    for (const contender of running) await contender.stop()
    await receiver.stop()
    await wecom.stop()
  }

  const perSecond = (name: Name) => results[name].map((one) => one.perSecond)
  const cpu = (name: Name) => results[name].map((one) => one.cpuMicroseconds)
  const replayed = median(perSecond('replay'))
  return {
    findings: [
      {
        what: 'deliveries to a fast endpoint, each outcome durable',
        measured: `${show(replayed)} a second`,
        target: `≥ ${least.toLocaleString('en-US')} a second`,
        met: replayed >= least,
      },
    ],
    tables: [
      {
        name: 'deliveries',
        head: ['What', 'Events a second', 'CPU each', 'CPU to callbacks alone'],
        rows: (['alone', 'both', 'replay'] as const).map((name) => [
          names[name],
          show(median(perSecond(name))),
          `${show(median(cpu(name)))} µs`,
          `${show(ratio(cpu(name), cpu('alone')))} ×`,
        ]),
      },
    ],
  }
}
