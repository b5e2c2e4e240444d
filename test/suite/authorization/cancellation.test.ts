import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs, secondMs } from '../../../src/clock'
import { createScene, jsonOf } from '../../scene'
import { eventsOf, installedScene, leave, secretsIn } from './departing-corp'
import { authInfoPath } from './refused-corp'

describe('cancel_auth', () => {
  test('erases the permanent code and every token of the company', async () => {
    const { scene, corpid } = await installedScene()
    expect(await secretsIn(scene, corpid)).toBe(4)
    expect((await leave(scene, corpid)).body).toBe('success')
    expect(await secretsIn(scene, corpid)).toBe(0)
  })

  test('leaves a tombstone that says when the company left and who it was', async () => {
    const { scene, corpid } = await installedScene()
    const { name, agentid } = await scene.ask(`/api/corps/${corpid}`)
    await leave(scene, corpid)
    expect(await scene.ask(`/api/corps/${corpid}`)).toMatchObject({
      corpid,
      name,
      agentid,
      status: 'cancelled',
      statusAt: scene.clock.now(),
      authInfo: null,
    })
    expect((await scene.ask('/api/corps?status=cancelled')).items).toHaveLength(1)
    expect((await scene.ask('/api/corps?status=authorized')).items).toHaveLength(0)
  })

  test('ends signatures and tokens at once, with the reason, and without a call', async () => {
    const { scene, corpid } = await installedScene()
    await leave(scene, corpid)
    const left = new Date(scene.clock.now()).toISOString()
    for (const type of ['config', 'agent_config'] as const) {
      const answer = await scene.sign(corpid, type)
      expect(answer.status).toBe(404)
      const problem = await jsonOf(answer)
      expect(problem.code).toBe('corp_not_authorized')
      expect(problem.reason).toContain(left)
    }
    const token = await scene.ask(`/api/corps/${corpid}/access-token`)
    expect(token.code).toBe('corp_not_authorized')
    expect(scene.calls('*')).toBe(0)
  })

  test('blanks the payloads that came before', async () => {
    const { scene, corpid } = await installedScene()
    await scene.simulator.pusher.message(scene.suiteId, corpid, { text: 'confidential' })
    expect((await eventsOf(scene, corpid, 'text'))[0].payload.Content).toBe('confidential')
    await leave(scene, corpid)
    expect((await eventsOf(scene, corpid, 'text'))[0].payload).toEqual({})
    expect((await eventsOf(scene, corpid, 'create_auth'))[0].payload).toEqual({})
  })

  test('touches no other company', async () => {
    const { scene, corpid } = await installedScene()
    const other = await scene.installed(scene.corpids[1])
    await scene.simulator.pusher.message(scene.suiteId, other, { text: 'kept' })
    await leave(scene, corpid)
    expect((await scene.sign(other)).status).toBe(200)
    expect((await eventsOf(scene, other, 'text'))[0].payload.Content).toBe('kept')
  })

  test('pushed three times over happens once', async () => {
    const { scene, corpid } = await installedScene()
    await leave(scene, corpid)
    const { statusAt } = await scene.ask(`/api/corps/${corpid}`)
    for (const _ of [1, 2]) {
      const again = await scene.simulator.pusher.pushEvent('cancel_auth', { corpid })
      expect(again.body).toBe('success')
      await scene.clock.advance(minuteMs)
    }
    expect((await scene.ask(`/api/corps/${corpid}`)).statusAt).toBe(statusAt)
  })

  test('of a company that nobody knows is done without a call', async () => {
    const { scene } = await installedScene()
    const corpid = scene.corpids[2]!
    await scene.simulator.pusher.pushEvent('cancel_auth', { corpid })
    await scene.settle()
    expect((await eventsOf(scene, corpid, 'cancel_auth'))[0].status).toBe('done')
    expect(scene.calls('*')).toBe(0)
  })

  test('is final for a token fetch that was under way', async () => {
    const { scene, corpid } = await installedScene()
    scene.simulator.killTokens({ kind: 'access_token' })
    scene.simulator.faults.add({
      path: '/cgi-bin/service/get_corp_token',
      delayMs: 3 * secondMs,
      afterEffect: true,
    })
    const { accessToken: dead } = await scene.ask(`/api/corps/${corpid}/access-token`)
    const waiting = scene.ask(`/api/corps/${corpid}/access-token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ dead }),
    })
    await scene.clock.advance(secondMs)
    await scene.simulator.pusher.pushEvent('cancel_auth', { corpid })
    await scene.clock.advance(5 * secondMs)
    expect((await waiting).code).toBe('corp_not_authorized')
    expect(await secretsIn(scene, corpid)).toBe(0)
    expect((await scene.sign(corpid)).status).toBe(404)
  })

  test('ends the install of a company whose details could not be read yet, without alarm', async () => {
    const scene = await createScene()
    scene.simulator.faults.add({ path: authInfoPath, errcode: -1 })
    const corpid = await scene.installed()
    await scene.clock.advance(10 * minuteMs)
    scene.simulator.faults.clear()
    await leave(scene, corpid)
    await scene.clock.advance(10 * minuteMs)
    expect((await eventsOf(scene, corpid, 'create_auth'))[0].status).toBe('done')
    expect(scene.logs.filter(({ level }) => level === 'error')).toEqual([])
    expect(scene.calls('/cgi-bin/service/v2/get_permanent_code')).toBe(1)
  })

  test('blanks what was still being worked on as soon as that has ended', async () => {
    const scene = await createScene()
    scene.simulator.faults.add({ path: authInfoPath, errcode: -1 })
    const corpid = await scene.installed()
    await scene.clock.advance(10 * minuteMs)
    await leave(scene, corpid)
    await scene.clock.advance(hourMs)
    expect((await eventsOf(scene, corpid, 'create_auth'))[0].payload).toEqual({})
  })

  describe('while an install that came before is exchanged', () => {
    const exchangePath = '/cgi-bin/service/v2/get_permanent_code'

    /** The company left before the answer to its exchange is here. */
    const leftScene = async (leaver: (corpids: readonly string[]) => string) => {
      const answer = Promise.withResolvers<void>()
      let held = false
      const scene = await createScene({
        between: (wecom) => async (input, init) => {
          const response = await wecom(input, init)
          if (held && String(input instanceof Request ? input.url : input).includes(exchangePath))
            await answer.promise
          return response
        },
      })
      const other = await scene.installed(scene.corpids[1])
      await scene.clock.advance(hourMs)
      held = true
      const corpid = await scene.installed()
      await scene.clock.advance(secondMs)
      await leave(scene, leaver(scene.corpids))
      return { scene, corpid, other, answer: answer.resolve }
    }

    test('is worked on when the company of that install is known', async () => {
      const { scene, corpid, answer } = await leftScene(([first]) => first!)
      answer()
      await scene.clock.advance(minuteMs)
      expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('cancelled')
      expect(await secretsIn(scene, corpid)).toBe(0)
      await scene.clock.advance(10 * minuteMs)
      expect((await scene.ask('/api/events?status=pending')).items).toEqual([])
      expect(await eventsOf(scene, corpid, 'suited.corp_invalid')).toEqual([])
      expect(await eventsOf(scene, corpid, 'suited.corp_cancelled')).toHaveLength(1)
    })

    test('erases the secrets of another company at once, and once', async () => {
      const { scene, corpid, other, answer } = await leftScene(([, second]) => second!)
      expect(await secretsIn(scene, other)).toBe(0)
      answer()
      await scene.clock.advance(10 * minuteMs)
      expect((await scene.ask('/api/events?status=pending')).items).toEqual([])
      expect(await eventsOf(scene, other, 'suited.corp_cancelled')).toHaveLength(1)
      expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('authorized')
    })
  })

  test('is remembered over a restart', async () => {
    const { scene, corpid } = await installedScene()
    await leave(scene, corpid)
    const again = await scene.restart()
    expect((await again.sign(corpid)).status).toBe(404)
    expect((await again.ask(`/api/corps/${corpid}`)).status).toBe('cancelled')
  })
})
