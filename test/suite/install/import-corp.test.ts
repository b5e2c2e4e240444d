import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { authorize, endInstallation } from '../../../src/simulator/world/installations'
import type { ImportResult } from '../../../src/suite/transfer/import'
import { adminToken, createScene, type Scene, type SceneOptions } from '../../scene'

const authInfoPath = '/cgi-bin/service/v2/get_auth_info'

/** A suited with its ticket, and a company that installed the app when it was not there. */
const installedBefore = async (options: SceneOptions = {}) => {
  const scene = await createScene(options)
  await scene.simulator.pusher.pushTicket(scene.suiteId)
  await scene.settle()
  const corpid = scene.corpids[0]!
  const { installation } = authorize(scene.simulator.world, scene.suiteId, corpid)
  scene.simulator.calls.clear()
  return { scene, corpid, installation, permanentCode: installation.permanentCode }
}

/** What becomes of a list; time goes on as far as it takes. */
const importing = async (
  scene: Scene,
  list: readonly object[] | string,
): Promise<ImportResult[]> => {
  const body = typeof list === 'string' ? list : list.map((one) => JSON.stringify(one)).join('\n')
  const headers = { authorization: `Bearer ${adminToken}` }
  const response = await scene.request('/api/import', { method: 'POST', headers, body })
  expect(response.status).toBe(200)
  const text = response.text()
  await scene.clock.advance(60 * secondMs)
  const lines = (await text).split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line))
}

const codeOf = async ({ store, suiteId }: Scene, corpid: string) =>
  (await store.loadCorp(suiteId, corpid))?.permanentCode

describe('a company that installed the app before suited', () => {
  test('is imported with what WeCom tells of it, and signs at once', async () => {
    const { scene, corpid, permanentCode, installation } = await installedBefore()
    expect(await importing(scene, [{ corpid, permanentCode }])).toEqual([
      {
        line: 1,
        kind: 'company',
        corpid,
        suiteId: scene.suiteId,
        result: 'imported',
        status: 'authorized',
      },
    ])
    const { agentid } = installation
    const name = scene.simulator.world.companies.get(corpid)!.name
    expect(await scene.ask(`/api/corps/${corpid}`)).toMatchObject({
      status: 'authorized',
      agentid,
      name,
      authMode: 0,
      authInfo: { agentid },
    })
    for (const type of ['config', 'agent_config'] as const) {
      expect((await scene.sign(corpid, type)).status).toBe(200)
    }
    const [entry] = (await scene.ask(`/api/corps/${corpid}/timeline`)).items
    expect(entry.type).toBe('suited.corp_imported')
  })

  test('is already there the second time, and WeCom isn’t asked again', async () => {
    const { scene, corpid, permanentCode } = await installedBefore()
    await importing(scene, [{ corpid, permanentCode }])
    const before = await scene.store.loadCorp(scene.suiteId, corpid)
    scene.simulator.calls.clear()
    const [again] = await importing(scene, [{ corpid, permanentCode }])
    expect(again).toMatchObject({ result: 'already_there', status: 'authorized' })
    expect(scene.calls('/*')).toBe(0)
    expect(await scene.store.loadCorp(scene.suiteId, corpid)).toEqual(before)
  })

  test('that WeCom doesn’t know by this code is refused, with errcode, cause and cure', async () => {
    const { scene, corpid } = await installedBefore()
    const [result] = await importing(scene, [{ corpid, permanentCode: 'no-such-code' }])
    expect(result).toMatchObject({ result: 'refused', code: 'wecom_error', errcode: 40084 })
    expect(result?.cause).toBeString()
    expect(result?.cure).toBeString()
    expect(await scene.store.loadCorp(scene.suiteId, corpid)).toBeNull()
  })

  test('that has left is refused', async () => {
    const { scene, corpid, permanentCode, installation } = await installedBefore()
    endInstallation(scene.simulator.world, installation)
    const [result] = await importing(scene, [{ corpid, permanentCode }])
    expect(result).toMatchObject({ result: 'refused', code: 'wecom_error' })
    expect(await scene.store.loadCorp(scene.suiteId, corpid)).toBeNull()
  })

  test('keeps a newer code: an old one, which WeCom refuses, never replaces it', async () => {
    const { scene, corpid } = await installedBefore()
    await scene.installed(corpid)
    const stored = await codeOf(scene, corpid)
    const [result] = await importing(scene, [{ corpid, permanentCode: 'an-old-code' }])
    expect(result).toMatchObject({ result: 'newer_kept', status: 'authorized' })
    expect(await codeOf(scene, corpid)).toBe(stored!)
  })

  test('whose stored code is void too is refused, whatever the list says', async () => {
    const { scene, corpid, permanentCode } = await installedBefore()
    await importing(scene, [{ corpid, permanentCode }])
    const { suiteId } = scene
    await scene.store.changeCorp(suiteId, corpid, (record) => ({ ...record!, status: 'invalid' }))
    await scene.clock.advance(60 * secondMs)
    const [result] = await importing(scene, [{ corpid, permanentCode: 'an-old-code' }])
    expect(result).toMatchObject({ result: 'refused', errcode: 40084 })
    expect(await codeOf(scene, corpid)).toBe(permanentCode)
  })

  test('is not believed suspended on the word of another call', async () => {
    const { scene, corpid } = await installedBefore()
    scene.simulator.killTokens({ kind: 'suite_access_token' })
    scene.simulator.faults.add({ path: '/cgi-bin/service/get_suite_token', errcode: 50003 })
    const [result] = await importing(scene, [{ corpid, permanentCode: 'any-code' }])
    expect(result).toMatchObject({ result: 'refused', errcode: 50003 })
    expect(await scene.store.loadCorp(scene.suiteId, corpid)).toBeNull()
  })

  test('gets the code that WeCom takes in place of one that it gave up', async () => {
    const { scene, corpid, permanentCode, installation } = await installedBefore()
    await importing(scene, [{ corpid, permanentCode }])
    endInstallation(scene.simulator.world, installation)
    const again = authorize(scene.simulator.world, scene.suiteId, corpid).installation
    const [result] = await importing(scene, [{ corpid, permanentCode: again.permanentCode }])
    expect(result).toMatchObject({ result: 'imported' })
    expect(await codeOf(scene, corpid)).toBe(again.permanentCode)
    expect((await scene.sign(corpid)).status).toBe(200)
  })

  test('that is suspended is imported as suspended', async () => {
    const { scene, corpid, permanentCode } = await installedBefore()
    scene.simulator.faults.add({ path: authInfoPath, errcode: 50003 })
    const [result] = await importing(scene, [{ corpid, permanentCode }])
    expect(result).toMatchObject({ result: 'imported', status: 'suspended' })
    expect(await codeOf(scene, corpid)).toBe(permanentCode)
  })

  test('that was invalid and is served again is authorized again', async () => {
    const { scene, corpid, permanentCode } = await installedBefore()
    await importing(scene, [{ corpid, permanentCode }])
    const { suiteId } = scene
    await scene.store.changeCorp(suiteId, corpid, (record) => ({ ...record!, status: 'invalid' }))
    await scene.clock.advance(60 * secondMs)
    const [result] = await importing(scene, [{ corpid, permanentCode }])
    expect(result).toMatchObject({ result: 'imported', status: 'authorized' })
  })

  test('may be named with a suite, agentid and name; WeCom’s own words count more', async () => {
    const { scene, corpid, permanentCode, installation } = await installedBefore()
    const told = { corpid, permanentCode, suite: scene.suiteId, agentid: 7, name: 'Other' }
    await importing(scene, [told])
    const record = await scene.store.loadCorp(scene.suiteId, corpid)
    expect(record?.agentid).toBe(installation.agentid)
    expect(record?.name).not.toBe('Other')
  })

  test('of a customised app is proven by gettoken', async () => {
    const { scene, corpid, permanentCode, installation } = await installedBefore({
      simulator: { suites: [{ kind: 'customised' }] },
    })
    const [result] = await importing(scene, [{ corpid, permanentCode }])
    expect(result).toMatchObject({ result: 'imported', status: 'authorized' })
    expect(scene.calls('/cgi-bin/gettoken')).toBe(1)
    const [wrong] = await importing(scene, [{ corpid: scene.corpids[1], permanentCode }])
    expect(wrong).toMatchObject({ result: 'refused', code: 'wecom_error' })
    const record = await scene.store.loadCorp(scene.suiteId, corpid)
    expect(record?.agentid).toBe(installation.agentid)
  })

  test('of a customised app keeps what the list says where WeCom tells no details', async () => {
    const { scene, corpid, permanentCode } = await installedBefore({
      simulator: { suites: [{ kind: 'customised' }] },
    })
    scene.simulator.faults.add({ path: authInfoPath, errcode: 48002 })
    await importing(scene, [{ corpid, permanentCode, agentid: 7, name: '青松' }])
    expect(await scene.ask(`/api/corps/${corpid}`)).toMatchObject({ agentid: 7, name: '青松' })
  })
})

describe('a list of companies', () => {
  test('is worked off one after another, ten a second at most', async () => {
    const { scene, corpid, permanentCode } = await installedBefore()
    const list = Array.from({ length: 20 }, () => ({ corpid, permanentCode: 'wrong' }))
    const results = await importing(scene, [...list, { corpid, permanentCode }])
    expect(results.map(({ line }) => line)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1))
    expect(results.at(-1)?.result).toBe('imported')
    const times = scene.simulator.calls.list({ path: authInfoPath }).map(({ at }) => at)
    expect(times).toHaveLength(21)
    for (const [i, at] of times.entries()) {
      if (i > 0) expect(at - times[i - 1]!).toBeGreaterThanOrEqual(100)
    }
  })

  test('that comes twice at once is paced all the same', async () => {
    const { scene, corpid } = await installedBefore()
    const list = Array.from({ length: 5 }, () => ({ corpid, permanentCode: 'wrong' }))
    await Promise.all([importing(scene, list), importing(scene, list)])
    const times = scene.simulator.calls.list({ path: authInfoPath }).map(({ at }) => at)
    expect(new Set(times).size).toBe(10)
  })

  test('refuses what is wrong in it line by line, and repeats no code', async () => {
    const { scene, corpid, permanentCode } = await installedBefore()
    const results = await importing(scene, [
      { corpid: 'wp Corp', permanentCode: 'secret-code' },
      { corpid, permanentCode: 'secret code' },
      { corpid, permanentCode, suite: 'nobody' },
      { corpid, permanentCode },
    ])
    expect(results.map(({ result, code }) => code ?? result)).toEqual([
      'invalid_request',
      'invalid_request',
      'suite_not_found',
      'imported',
    ])
    expect(JSON.stringify([results, scene.logs])).not.toContain('secret')
    expect(JSON.stringify([results, scene.logs])).not.toContain(permanentCode)
  })

  test('may be CSV', async () => {
    const { scene, corpid, permanentCode } = await installedBefore()
    const text = `corpid,permanentCode\r\n${corpid},${permanentCode}\r\n${scene.corpids[1]},wrong\r\n`
    const results = await importing(scene, text)
    expect(results.map(({ line, result }) => [line, result])).toEqual([
      [2, 'imported'],
      [3, 'refused'],
    ])
  })

  test('waits for nothing before there is a ticket: it says so', async () => {
    const scene = await createScene()
    const [result] = await importing(scene, [{ corpid: scene.corpids[0], permanentCode: 'code' }])
    expect(result).toMatchObject({ result: 'refused', code: 'suite_ticket_missing' })
  })

  test('is broken off by a service that leaves: what is left is refused and may come again', async () => {
    const { scene, corpid, permanentCode } = await installedBefore()
    scene.service.leave()
    const [result] = await importing(scene, [{ corpid, permanentCode }])
    expect(result).toMatchObject({ result: 'refused', code: 'shutting_down' })
  })
})
