import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import type { Fault } from '../../../src/simulator/faults/faults'
import { createScene, jsonOf } from '../../scene'

const outages: [string, Omit<Fault, 'path'>, number, string][] = [
  ['answers that it is busy', { errcode: -1 }, 502, 'wecom_error'],
  ['answers with HTTP 503', { status: 503 }, 502, 'wecom_error'],
  ['cuts every connection', { reset: true }, 502, 'wecom_error'],
  ['never answers', { hang: true }, 504, 'wecom_timeout'],
]

/** A company whose tokens have all ended, while WeCom is down. */
const downScene = async (fault: Omit<Fault, 'path'>) => {
  const scene = await createScene()
  const corpid = await scene.installed()
  expect((await scene.sign(corpid)).status).toBe(200)
  scene.simulator.faults.add({ path: '/cgi-bin/*', ...fault })
  await scene.clock.stride(3 * hourMs)
  scene.simulator.calls.clear()
  return { scene, corpid }
}

/** The statuses of an hour's signatures, asked for every fifteen seconds. */
const askForAnHour = async ({ scene, corpid }: Awaited<ReturnType<typeof downScene>>) => {
  const answers: Promise<Response>[] = []
  for (let second = 0; second < 3600; second += 15) {
    answers.push(scene.sign(corpid))
    await scene.clock.advance(15 * secondMs)
  }
  await scene.clock.advance(minuteMs)
  return new Set((await Promise.all(answers)).map(({ status }) => status))
}

describe.each(outages)('while WeCom %s and no token is left', (_, fault, status, code) => {
  test('a caller is told so and when to come again', async () => {
    const { scene, corpid } = await downScene(fault)
    const signed = scene.sign(corpid)
    await scene.clock.advance(minuteMs)
    const answer = await signed
    expect(answer.status).toBe(status)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await jsonOf(answer)).toMatchObject({ status, code })
  })

  test('the very first caller is told when to come again', async () => {
    const { scene, corpid } = await downScene(fault)
    const again = await scene.restart()
    const signed = again.sign(corpid)
    await again.clock.advance(minuteMs)
    const answer = await signed
    expect(answer.status).toBe(status)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('a caller right behind a failure is answered without a call', async () => {
    const { scene, corpid } = await downScene(fault)
    for (let asked = 0; asked < 10; asked++) {
      const signed = scene.sign(corpid)
      await scene.clock.advance(20 * secondMs)
      await signed
    }
    scene.simulator.calls.clear()
    const held = await scene.sign(corpid)
    expect(held.status).toBe(status)
    expect(Number(held.headers.get('retry-after'))).toBeLessThanOrEqual(75)
    expect(scene.calls('*')).toBe(0)
  })

  test('an hour of steady demand costs a bounded number of calls, and service is back within two minutes after WeCom is', async () => {
    const down = await downScene(fault)
    const { scene, corpid } = down
    const { simulator, clock } = scene
    expect(await askForAnHour(down)).toEqual(new Set([status]))
    // Three tries each time; after the first minute or two the wait between two times is a minute,
    // a quarter more or less.
    expect(simulator.calls.count()).toBeGreaterThan(60)
    expect(simulator.calls.count()).toBeLessThan(3 * 2 * 90)
    simulator.faults.clear()
    await simulator.pusher.pushTicket(scene.suiteId)
    await clock.advance(2 * minuteMs)
    expect((await scene.sign(corpid)).status).toBe(200)
  })
})

describe('the trouble of one company', () => {
  test('is no other company’s', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    const other = await scene.installed(scene.corpids[1])
    scene.simulator.faults.add({ path: '/cgi-bin/*', corpid, hang: true })
    const waiting = scene.sign(corpid)
    expect((await scene.sign(other)).status).toBe(200)
    await scene.clock.advance(minuteMs)
    expect((await waiting).status).toBe(504)
  })

  test('that WeCom refuses costs few calls, however often it is asked for', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    scene.simulator.faults.add({ path: '/cgi-bin/get_jsapi_ticket', corpid, errcode: 48002 })
    for (let minute = 0; minute < 60; minute++) {
      expect((await scene.sign(corpid)).status).toBe(502)
      await scene.clock.advance(minuteMs)
    }
    expect(scene.calls('/cgi-bin/get_jsapi_ticket')).toBeLessThanOrEqual(12)
  })
})

describe('the hourly limits of JS-SDK tickets', () => {
  test('are kept even where WeCom’s tickets live for a minute', async () => {
    const scene = await createScene({
      simulator: { lifetimesSeconds: { jsapi_ticket: 60, agent_ticket: 60 } },
    })
    const corpid = await scene.installed()
    const answers: Response[] = []
    for (let half = 0; half < 180; half++) {
      answers.push(await scene.sign(corpid), await scene.sign(corpid, 'agent_config'))
      await scene.clock.advance(30 * secondMs)
    }
    const fetches = scene.simulator.calls
      .list()
      .filter(({ path }) => path === '/cgi-bin/get_jsapi_ticket' || path === '/cgi-bin/ticket/get')
    const inHourBefore = (at: number) =>
      fetches.filter((call) => call.at <= at && call.at > at - hourMs).length
    expect(Math.max(...fetches.map(({ at }) => inHourBefore(at)))).toBe(100)
    const refused = answers.find(({ status }) => status === 429)!
    expect((await jsonOf(refused)).code).toBe('too_many_requests')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(scene.simulator.calls.count({ errcode: 45009 })).toBe(0)
  })
})
