import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { createScene, jsonOf, type Scene } from '../../scene'
import { createFaultyDrivers, hanging, unavailable } from '../../suite/faulty-drivers'
import { command, nowSeconds, push } from './sealed-callback'

const brokenScene = async () => {
  const { drivers, instead } = createFaultyDrivers()
  const scene = await createScene({ drivers })
  instead.store.saveTicket = unavailable
  instead.eventLog.append = unavailable
  const mend = () => {
    instead.store = {}
    instead.eventLog = {}
  }
  return { scene, instead, mend }
}

const ticket = (scene: Scene) =>
  command(scene, {
    InfoType: 'suite_ticket',
    SuiteTicket: 'ticket-1',
    TimeStamp: nowSeconds(scene),
  })

const messages: [string, (scene: Scene) => string][] = [
  ['a ticket', ticket],
  ['an install', (scene) => command(scene, { InfoType: 'create_auth', AuthCode: 'code-1' })],
  ['an event', (scene) => command(scene)],
  ['what can’t be understood', () => 'not xml'],
]

describe.each(messages)('while the disk is full, %s', (_, messageOf) => {
  test('is answered 503, never success, so that WeCom pushes it again', async () => {
    const { scene } = await brokenScene()
    const answer = await push(scene, { message: messageOf(scene) })
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    const problem = await jsonOf(answer)
    expect(problem.code).toBe('store_unavailable')
    expect(JSON.stringify(problem)).not.toContain('success')
  })

  test('is told to the operator in the log, without what it said', async () => {
    const { scene } = await brokenScene()
    await push(scene, { message: messageOf(scene) })
    expect(scene.logs).toContainEqual(expect.objectContaining({ level: 'error' }))
    const log = JSON.stringify(scene.logs)
    for (const secret of ['ticket-1', 'code-1', 'not xml']) expect(log).not.toContain(secret)
  })

  test('is taken when it comes again after the disk has room', async () => {
    const { scene, mend } = await brokenScene()
    const message = messageOf(scene)
    await push(scene, { message })
    mend()
    const answer = await push(scene, { message })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('success')
    const kept = (await scene.ask('/api/events')).items.length
    const { ticketReceivedAt } = (await scene.ask('/api/status')).suites[0]
    expect(kept + (ticketReceivedAt === null ? 0 : 1)).toBe(1)
  })
})

describe('the answer to a callback', () => {
  test('waits until the event is on the disk', async () => {
    const { scene, instead, mend } = await brokenScene()
    instead.eventLog.append = hanging
    let answered = false
    const answering = push(scene).then(() => {
      answered = true
    })
    await scene.clock.advance(secondMs)
    expect(answered).toBe(false)
    mend()
    void answering
  })

  test('is a push problem for WeCom, which tries three times', async () => {
    const { scene, mend } = await brokenScene()
    const pushing = scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    mend()
    await scene.clock.advance(5 * secondMs)
    expect(await pushing).toMatchObject({ ok: true, attempts: 2, body: 'success' })
  })

  test('to a URL check needs no disk', async () => {
    const { scene } = await brokenScene()
    const checks = await scene.simulator.pusher.saveUrls(scene.suiteId, {
      commandUrl: 'http://localhost/callback/command',
    })
    expect(checks.commandUrl?.ok).toBe(true)
  })
})
