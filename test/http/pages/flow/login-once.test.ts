/** One answer to one return: webviews ask twice, and WeCom's code works once. */
import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../../src/clock'
import { factRule } from '../../../../src/events/fact-rule'
import { createMemoryEventLogData } from '../../../../src/store/memory/event-log-data'
import { createMemoryEventLog } from '../../../../src/store/memory/memory-event-log'
import { createMemoryStore, createMemoryStoreData } from '../../../../src/store/memory/memory-store'
import { freshBytes } from '../../../fresh-bytes'
import { createScene, type SceneOptions } from '../../../scene'
import {
  askedWho,
  begin,
  link,
  locationOf,
  memberOf,
  oneApp,
  open,
  pageOf,
  publicUrl,
} from './login-scene'

describe('the same return', () => {
  test('at once and again within a minute has the same answer, and WeCom is asked once', async () => {
    const scene = await oneApp()
    const { back, cookie } = await begin(scene, link())
    const answers = await Promise.all([1, 2, 3].map(() => open(scene, back, { cookie })))
    await scene.clock.advance(minuteMs - 1)
    answers.push(await open(scene, back, { cookie }))

    expect(new Set(answers.map((answer) => locationOf(answer).href)).size).toBe(1)
    expect(askedWho(scene)).toBe(1)
  })

  test('keeps its cookie for the minute in which it may be asked again', async () => {
    const scene = await oneApp()
    const { back, cookie } = await begin(scene, link())
    const [set = ''] = (await open(scene, back, { cookie })).headers.getSetCookie()

    expect(set).toStartWith(cookie)
    expect(set).toContain('Max-Age=60;')
  })

  test('has the same answer where the first one left before it came', async () => {
    const scene = await oneApp()
    const { back, cookie } = await begin(scene, link())
    const gone = new AbortController()
    const first = scene.request(back, { headers: { cookie }, signal: gone.signal })
    gone.abort()
    const second = await open(scene, back, { cookie })
    await first.catch(() => null)

    expect(await memberOf(scene, second)).toMatchObject({ way: 'client' })
    expect(askedWho(scene)).toBe(1)
  })

  test('has the same failure, by the same support code', async () => {
    const scene = await oneApp()
    scene.simulator.faults.add({ path: '/cgi-bin/service/auth/getuserinfo3rd', errcode: 48002 })
    const { back, cookie } = await begin(scene, link())
    const one = await pageOf(await open(scene, back, { cookie }))
    const other = await pageOf(await open(scene, back, { cookie }))

    expect(other).toEqual(one)
    expect(askedWho(scene)).toBe(1)
  })

  test('after a minute is a code that is spent: nothing is played again', async () => {
    const scene = await oneApp()
    const { back, cookie } = await begin(scene, link())
    await open(scene, back, { cookie })
    await scene.clock.advance(minuteMs)
    const page = await pageOf(await open(scene, back, { cookie }))

    expect(page.status).toBe(400)
    expect(page.html).toContain('code_spent')
  })

  test('after a minute, in a browser whose cookie went with it, is a login of its own', async () => {
    const scene = await oneApp()
    const { back, cookie } = await begin(scene, link())
    await open(scene, back, { cookie })
    await scene.clock.advance(minuteMs)

    expect(locationOf(await open(scene, back)).hostname).toBe('open.weixin.qq.com')
  })
})

/** Two processes on the same stores, before the same WeCom. */
const twoReplicas = async () => {
  const storeData = createMemoryStoreData()
  const logData = createMemoryEventLogData()
  const drivers: SceneOptions['drivers'] = (clock) => ({
    store: createMemoryStore({ clock, freshBytes, data: storeData }),
    eventLog: createMemoryEventLog(factRule, logData, clock),
  })
  const one = await oneApp({ drivers })
  const other = await createScene({
    drivers,
    env: { SUITED_PUBLIC_URL: publicUrl },
    between: () => one.simulator.fetch,
  })
  return { one, other }
}

describe('the same return to two processes', () => {
  test('at once has the same answer, and WeCom is asked once', async () => {
    const { one, other } = await twoReplicas()
    const { back, cookie } = await begin(one, link())
    const [first, second] = [open(one, back, { cookie }), open(other, back, { cookie })]
    const answered = await first
    await other.clock.advance(100)

    expect(locationOf(await second).href).toBe(locationOf(answered).href)
    expect(askedWho(one)).toBe(1)
  })

  test('of which one dies at work ends on a page that begins anew', async () => {
    const { one, other } = await twoReplicas()
    const { back, cookie } = await begin(one, link())
    one.simulator.faults.add({ path: '/cgi-bin/service/auth/getuserinfo3rd', hang: true })
    void open(one, back, { cookie })
    await one.settle()
    await one.restart()
    const second = open(other, back, { cookie })
    await other.clock.advance(10_000)
    const page = await pageOf(await second)

    expect(page.status).toBe(503)
    expect(page.html).toContain('overloaded')
    expect(page.again).toContain('/login?redirect=')
    expect(askedWho(one)).toBe(1)
  })

  test('may begin at one and end at the other', async () => {
    const { one, other } = await twoReplicas()
    const { back, cookie } = await begin(one, link())
    const done = await open(other, back, { cookie })

    expect(await memberOf(one, done)).toMatchObject({ way: 'client' })
  })
})
