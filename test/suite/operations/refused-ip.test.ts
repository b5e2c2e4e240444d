import { describe, expect, test } from 'bun:test'
import { createRefusedAddress } from '../../../src/suite/operations/refused-ip'
import { WecomFailure } from '../../../src/wecom/api/failure'
import { createScene } from '../../scene'

const refused = new WecomFailure('errcode', '/cgi-bin/x', {
  errcode: 60020,
  errmsg: 'not allow to access from your ip, hint: [1], from ip: 203.0.113.9, more info at x',
})

describe('the address that WeCom refuses', () => {
  test('is the one that it named, until it takes a call again', () => {
    const address = createRefusedAddress({ now: () => 0 })
    expect(address.current()).toBeNull()
    address.note(refused)
    expect(address.current()).toBe('203.0.113.9')
    address.note(null)
    expect(address.current()).toBeNull()
  })

  test('stays known while WeCom does not answer at all, and goes with any other errcode', () => {
    const address = createRefusedAddress({ now: () => 0 })
    address.note(refused)
    address.note(new WecomFailure('timeout', '/cgi-bin/x'))
    expect(address.current()).toBe('203.0.113.9')
    address.note(new WecomFailure('errcode', '/cgi-bin/x', { errcode: 40078 }))
    expect(address.current()).toBeNull()
  })

  test('is awaited by whoever asks whether pages can be signed, also while a suite token is held', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    scene.simulator.faults.add({ path: '/cgi-bin/*', errcode: 60020 })
    await scene.simulator.pusher.install(scene.suiteId, scene.corpids[0]!)
    await scene.settle()
    const { waiting } = await scene.ask('/api/status')
    expect(waiting.map(({ code }: { code: string }) => code)).toEqual(['ip_not_allowed'])
    expect((await scene.request('/readyz?for=signing')).status).toBe(503)
    expect((await scene.request('/readyz')).status).toBe(200)
    const line = scene.logs.find(({ message }) => /could not be exchanged yet/.test(message))
    expect(String(line?.errmsg)).toContain('203.0.113.')
  })
})

describe('an install', () => {
  test('does not wait behind a crowd of events that hang', async () => {
    const scene = await createScene()
    const [first, second] = scene.corpids
    await scene.installed(first)
    scene.simulator.faults.add({ path: '/cgi-bin/service/v2/get_auth_info', hang: true })
    for (let n = 0; n < 200; n++) {
      const fields = { State: `crowd${n}` }
      await scene.simulator.pusher.pushEvent('change_auth', {
        suiteId: scene.suiteId,
        corpid: first!,
        fields,
      })
    }
    await scene.simulator.pusher.install(scene.suiteId, second!)
    await scene.clock.advance(60_000)
    expect((await scene.store.loadCorp(scene.suiteId, second!))?.permanentCode).toBeTruthy()
  })
})
