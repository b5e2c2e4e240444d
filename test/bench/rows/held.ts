/** Ten thousand events wait for an endpoint that is away: what everybody else notices of it. */
import { type Contender, startSuited } from '../contenders'
import { adminToken } from '../fixture'
import type { LoadResult } from '../load-plan'
import { load } from '../loading'
import { median, percentile, ratio } from '../medians'
import { type Receiver, startReceiver, untilDelivered } from '../receiver'
import { alternate, figures } from '../rounds'
import type { Row } from '../row'
import { show, showMs } from '../table'
import { startWecom } from '../wecom'

const heldEvents = 10_000
const companies = 100
const connections = 32
const signsPerSecond = 500
const commandsPerSecond = 100
/** What is pushed at once while the events come about. */
const portion = 500
const most = 1.25

const without = 'nothing waits'
const withHeld = '10,000 events wait'

const ask = async ({ origin }: Contender, path: string, body?: object) => {
  const answer = await fetch(`${origin}${path}`, {
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
  return answer.json()
}

/** Nobody listens at port 9 of this machine. */
const away = { name: 'away', url: 'http://127.0.0.1:9/hook', private: true }

interface Measured {
  readonly signs: LoadResult
  readonly commands: LoadResult
  /** From an event's receipt to its arrival at the endpoint that is well. */
  readonly deliveredMs: readonly number[]
}

export const held: Row = async (conditions) => {
  const { rounds, seconds, warmUpSeconds, tell } = conditions
  const wecom = startWecom()
  const running = new Map<string, { suited: Contender; receiver: Receiver }>()
  const start = async (name: string) => {
    const { dir } = await conditions.folder({ companies, active: companies })
    const receiver = startReceiver()
    const { settings } = receiver
    const suited = await startSuited({ dataDir: dir, wecom: wecom.origin, settings })
    running.set(name, { suited, receiver })
    if (name === withHeld) await ask(suited, '/api/endpoints', away)
    for (let pushed = 0; pushed < heldEvents; ) {
      const plan = { what: 'command', companies, connections, rate: portion } as const
      pushed += (await load(suited, { ...plan, seconds: 1, warmUpSeconds: 0 })).answers
      await untilDelivered(receiver, pushed)
    }
    const { items } = (await ask(suited, '/api/endpoints')) as { items: { pending: number }[] }
    tell(`held, ${name}: ${items.map(({ pending }) => pending).join(', ')} wait`)
  }
  const measure = async (name: string): Promise<Measured> => {
    const { suited, receiver } = running.get(name)!
    const plan = { companies, connections, seconds, warmUpSeconds }
    receiver.takeTimesMs()
    const [signs, commands] = await Promise.all([
      load(suited, { ...plan, what: 'sign', rate: signsPerSecond }),
      load(suited, { ...plan, what: 'command', rate: commandsPerSecond }),
    ])
    return { signs, commands, deliveredMs: receiver.takeTimesMs() }
  }
  let results: ReadonlyMap<string, readonly Measured[]>
  try {
    await start(without)
    await start(withHeld)
    results = await alternate([without, withHeld], rounds, async (name, round) => {
      const one = await measure(name)
      tell(
        `held, round ${round + 1}, ${name}: p99 ${showMs(one.signs.p99Ms)}, ${showMs(one.commands.p99Ms)}, ${showMs(percentile(one.deliveredMs, 0.99))}`,
      )
      return one
    })
  } finally {
    for (const { suited, receiver } of running.values()) {
      await suited.stop()
      await receiver.stop()
    }
    await wecom.stop()
  }

  const kinds: readonly [string, (one: Measured) => { p50Ms: number; p99Ms: number }][] = [
    [`/sign, ${signsPerSecond} a second`, ({ signs }) => signs],
    [`callbacks, ${commandsPerSecond} a second`, ({ commands }) => commands],
    [
      'from receipt to the endpoint that is well',
      ({ deliveredMs }) => ({ p50Ms: median(deliveredMs), p99Ms: percentile(deliveredMs, 0.99) }),
    ],
  ]
  const rows = kinds.map(([what, of]) => {
    const p50 = (name: string) => figures(results, name, (one) => of(one).p50Ms)
    const p99 = (name: string) => figures(results, name, (one) => of(one).p99Ms)
    return { what, p50, p99, times: ratio(p50(withHeld), p50(without)) }
  })
  return {
    findings: rows.map(({ what, times }) => ({
      what: `${what}, p50 while 10,000 events wait for a dead endpoint, against none`,
      measured: show(times),
      target: `≤ ${most}`,
      met: times <= most,
    })),
    tables: [
      {
        name: 'held',
        head: [
          'Of',
          'p50, nothing waits',
          '10,000 wait',
          'p99, nothing waits',
          '10,000 wait',
          'p50 to p50',
        ],
        rows: rows.map(({ what, p50, p99, times }) => [
          what,
          showMs(median(p50(without))),
          showMs(median(p50(withHeld))),
          showMs(median(p99(without))),
          showMs(median(p99(withHeld))),
          show(times),
        ]),
      },
    ],
  }
}
