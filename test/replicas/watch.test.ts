import { expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs } from '../../src/clock'
import { describeWithTool } from '../optional-tool'
import { findPostgres } from '../postgres/server'
import type { Scene } from '../scene'
import {
  callsAbout,
  counted,
  crowd,
  eventsOf,
  needToken,
  refuse,
  statusOf,
} from '../suite/authorization/refused-corp'
import { licensePath, providerSecret } from '../suite/provider-scene'
import { onDatabase } from './scenes'

const long = Bun.env.SUITED_LONG_TESTS === '1'
const [companies, gone] = long ? [100, 9] : [10, 6]

/** Three replicas on one database with so many companies, and WeCom's tickets as usual. */
const three = async (count: number): Promise<[Scene, Scene, Scene]> => {
  const first = await crowd(count, {
    ...(await onDatabase()),
    env: { WECOM_PROVIDER_SECRET: providerSecret },
    simulator: { provider: { secret: providerSecret } },
  })
  first.simulator.pusher.startTickets()
  await first.clock.leap(11 * minuteMs)
  return [first, await first.beside(), await first.beside()]
}

const stopAll = (scenes: readonly Scene[]) => Promise.all(scenes.map((scene) => scene.stop()))

describeWithTool('PostgreSQL', findPostgres, 'three replicas on one database', () => {
  test(`of ${companies} companies give up none of ${gone} that WeCom refuses at once, spread over them`, async () => {
    const scenes = await three(companies)
    const [first] = scenes
    for (const [n, corpid] of first.corpids.slice(0, gone).entries()) {
      refuse(first, corpid)
      await needToken(scenes[n % 3]!, corpid)
    }
    for (const ms of [minuteMs, minuteMs, 10 * minuteMs]) {
      await first.clock.leap(ms - minuteMs / 2)
      await first.clock.advance(minuteMs / 2)
      expect(await counted(first)).toMatchObject({ authorized: companies, invalid: 0 })
    }
    expect(await eventsOf(first, 'suited.mass_refusal')).toMatchObject([
      { payload: { refused: gone } },
    ])
    for (const scene of scenes) {
      const { warnings } = await scene.ask('/api/status')
      expect(warnings).toContainEqual(expect.stringContaining(`${gone} companies of`))
    }
    await stopAll(scenes)
  }, 120_000)

  test('recheck a suspended company once an hour, and read each licence once a day', async () => {
    const scenes = await three(4)
    const [first, second] = scenes
    const [suspended] = first.corpids
    refuse(first, suspended!, 50003)
    await needToken(second, suspended!)
    await first.clock.advance(minuteMs)
    expect(await statusOf(first, suspended!)).toBe('suspended')
    first.simulator.calls.clear()
    await first.clock.leap(hourMs - 2 * minuteMs)
    await first.clock.advance(2 * minuteMs)
    expect(callsAbout(first, suspended!)).toBe(1)
    first.simulator.calls.clear()
    await first.clock.leap(dayMs)
    await first.clock.advance(3 * minuteMs)
    for (const corpid of first.corpids.slice(1)) {
      expect(first.simulator.calls.count({ path: licensePath, corpid })).toBe(1)
    }
    await stopAll(scenes)
  }, 120_000)
})
