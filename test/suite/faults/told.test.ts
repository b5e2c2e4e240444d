import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import type { Scene } from '../../scene'
import { jsonOf } from '../../scene'
import { crowd } from '../authorization/refused-corp'
import { createProviderScene } from '../provider-scene'

const ourIp = '203.0.113.7'

/** WeCom takes calls from another address than ours, and a page needs a ticket. */
const refusedAddressScene = async () => {
  const scene = await createProviderScene()
  const corpid = await scene.installed()
  scene.simulator.world.provider.allowedIps = ['198.51.100.*']
  const linesBefore = scene.logs.length
  const signed: Promise<Response>[] = []
  for (let n = 0; n < 60; n++) {
    signed.push(scene.sign(corpid))
    await scene.clock.advance(10 * secondMs)
  }
  const told = () => scene.logs.slice(linesBefore).filter(({ code }) => code === 'ip_not_allowed')
  return { scene, corpid, signed, told }
}

describe('calls from an address that is not on WeCom’s list (60020)', () => {
  test('are told in the log once, with the address and the place to enter it', async () => {
    const { scene, told } = await refusedAddressScene()
    expect(told()).toHaveLength(1)
    const [line] = told()
    expect(line).toMatchObject({ level: 'error', ip: ourIp })
    expect(line?.cure).toInclude(ourIp)
    expect(line?.cure).toInclude('IP白名单')
    expect((await scene.ask('/api/status')).waiting).toMatchObject([{ code: 'ip_not_allowed' }])
  })

  test('tell pages no more than the code', async () => {
    const { signed } = await refusedAddressScene()
    for (const answer of await Promise.all(signed)) {
      expect(answer.status).toBe(502)
      const problem = await jsonOf(answer)
      expect(problem).toMatchObject({ code: 'wecom_error', errcode: 60020 })
      expect(JSON.stringify(problem)).not.toInclude(ourIp)
    }
  })

  test('are taken within two minutes after the address was entered', async () => {
    const { scene, corpid } = await refusedAddressScene()
    scene.simulator.world.provider.allowedIps = [ourIp]
    for (let n = 0; n < 12; n++) {
      await scene.sign(corpid)
      await scene.clock.advance(10 * secondMs)
    }
    expect((await scene.sign(corpid)).status).toBe(200)
    expect((await scene.ask('/api/status')).waiting).toEqual([])
  })
})

describe('an outage', () => {
  const downScene = async (): Promise<Scene> => {
    const scene = await crowd(40)
    scene.simulator.faults.add({ path: '/cgi-bin/get_jsapi_ticket', status: 503 })
    for (let minute = 0; minute < 10; minute++) {
      for (const corpid of scene.corpids) void scene.sign(corpid)
      await scene.clock.advance(minuteMs)
    }
    return scene
  }

  test('is told in the log once, not for each company, and stands in the status until it is over', async () => {
    const scene = await downScene()
    const told = () => scene.logs.filter(({ message }) => message.startsWith('WeCom is down'))
    expect(told()).toMatchObject([{ level: 'error', path: '/cgi-bin/get_jsapi_ticket' }])
    expect((await scene.ask('/api/status')).warnings).toHaveLength(1)
    const complaints = scene.logs.filter(({ level }) => level === 'warn')
    expect(complaints.length).toBeLessThan(2 * 40)
    scene.simulator.faults.clear()
    await scene.clock.advance(minuteMs)
    expect((await scene.sign(scene.corpids[0]!)).status).toBe(200)
    expect((await scene.ask('/api/status')).warnings).toEqual([])
  })
})
