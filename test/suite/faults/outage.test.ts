import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import type { Fault } from '../../../src/simulator/faults/faults'
import type { Scene } from '../../scene'
import { crowd } from '../authorization/refused-corp'

const long = Bun.env.SUITED_LONG_TESTS === '1'

type Outage = readonly [string, Omit<Fault, 'path'>, number]

const cuts: Outage = ['cuts every connection', { reset: true }, 502]
const hangs: Outage = ['never answers', { hang: true }, 504]

/** So many companies whose tokens have all ended, at the moment in which WeCom goes down. */
const worstMoment = async (companies: number, strike: Omit<Fault, 'path'>): Promise<Scene> => {
  const scene = await crowd(companies)
  const stopTickets = scene.simulator.pusher.startTickets()
  await scene.clock.advance(3 * hourMs)
  stopTickets()
  scene.simulator.calls.clear()
  scene.simulator.faults.add({ path: '/cgi-bin/*', ...strike })
  return scene
}

/** Every company's page asks once a minute, for an hour; the statuses, each once. */
const anHour = async ({ clock, corpids, sign }: Scene): Promise<number[]> => {
  const statuses = new Set<number>()
  for (let minute = 0; minute < 60; minute++) {
    for (const corpid of corpids) void sign(corpid).then(({ status }) => statuses.add(status))
    await clock.advance(minuteMs)
  }
  return [...statuses]
}

/** What an hour of it costs in all: one company, a hundred, a thousand. */
const sums: [Outage, number, number, number][] = [
  [cuts, 1, 120, 200],
  [hangs, 1, 120, 200],
  ...(long
    ? ([
        [cuts, 100, 300, 600],
        [hangs, 100, 300, 600],
        [cuts, 1000, 300, 600],
        [hangs, 1000, 300, 600],
      ] as [Outage, number, number, number][])
    : ([[cuts, 10, 200, 600]] as [Outage, number, number, number][])),
]

describe('an hour in which WeCom', () => {
  test.each(sums.map(([outage, ...rest]) => [outage[0], ...rest, outage] as const))(
    '%s costs %i companies between %i and %i calls in all, and is over soon after',
    async (_, companies, least, most, [, strike, status]) => {
      const scene = await worstMoment(companies, strike)
      const { simulator, clock, corpids, suiteId } = scene
      expect(await anHour(scene)).toEqual([status])
      const count = simulator.calls.count()
      if (Bun.env.PRINT_FAULTS) process.stdout.write(`| ${_} | ${companies} | ${count} |\n`)
      expect(count).toBeGreaterThanOrEqual(least)
      expect(count).toBeLessThanOrEqual(most)
      const { warnings, waiting } = await scene.ask('/api/status')
      // One company's trouble is its own; that of many is WeCom's.
      expect(warnings.length).toBe(companies > 1 ? 1 : 0)
      expect(waiting.map(({ code }: { code: string }) => code)).toContain('suite_ticket_old')

      simulator.faults.clear()
      await simulator.pusher.pushTicket(suiteId)
      await clock.advance(2 * minuteMs)
      await Promise.all(corpids.map((corpid) => scene.sign(corpid)))
      await clock.advance(2 * secondMs)
      const answers = await Promise.all(corpids.map((corpid) => scene.sign(corpid)))
      expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
      expect((await scene.ask('/api/status')).warnings).toEqual([])
      await scene.stop()
    },
    300_000,
  )
})
