import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { authorize } from '../../../src/simulator/world/installations'
import { adminToken, type Scene } from '../../scene'
import { threeSuites } from '../three-suites'

const pair = { callbackToken: 'TokenOfOneCompany', callbackEncodingAesKey: 'k'.repeat(43) }
const stored = { token: pair.callbackToken, encodingAesKey: pair.callbackEncodingAesKey }
const site = {
  publicUrl: 'https://wecom.customer.example',
  trustedDomains: ['a.example', 'b.example'],
}

/** A suited with its tickets, and a company that has the template and `crm` from before. */
const installedBefore = async () => {
  const { scene, ids, corpids } = await threeSuites()
  for (const suiteId of Object.values(ids)) await scene.simulator.pusher.pushTicket(suiteId)
  await scene.settle()
  const corpid = corpids[0]!
  const codeIn = (suiteId: string) =>
    authorize(scene.simulator.world, suiteId, corpid).installation.permanentCode
  const listed = { corpid, permanentCode: codeIn(ids.template), suite: 'template' }
  const inCrm = { corpid, permanentCode: codeIn(ids.crm), suite: 'crm' }
  const record = () => scene.store.loadCorp(ids.template, corpid)
  return { scene, ids, corpid, listed, inCrm, record }
}

const importing = async (scene: Scene, list: object | string) => {
  const body = typeof list === 'string' ? list : JSON.stringify(list)
  const headers = { authorization: `Bearer ${adminToken}` }
  const text = (await scene.request('/api/import', { method: 'POST', headers, body })).text()
  await scene.clock.advance(60 * secondMs)
  const lines = (await text).split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line))
}

describe('a company that is imported', () => {
  test('has its callback pair and its site from then on', async () => {
    const { scene, listed, record } = await installedBefore()
    const [result] = await importing(scene, { ...listed, ...pair, ...site })
    expect(result).toMatchObject({ result: 'imported', status: 'authorized' })
    expect(result).not.toHaveProperty('kept')
    expect(await record()).toMatchObject({ callbackPair: stored, site })
  })

  test('has them out of CSV as well, the hosts in one cell', async () => {
    const { scene, listed, record } = await installedBefore()
    const csv = [
      'corpid,permanent_code,suite,callback_token,callback_encoding_aes_key,public_url,trusted_domains',
      `${listed.corpid},${listed.permanentCode},template,${stored.token},${stored.encodingAesKey},${site.publicUrl}/,"A.example, b.example"`,
    ]
    const [result] = await importing(scene, csv.join('\r\n'))
    expect(result).toMatchObject({ line: 2, result: 'imported' })
    expect(await record()).toMatchObject({ callbackPair: stored, site })
  })

  test('gets them by a second list that has them, without a call to WeCom', async () => {
    const { scene, listed, record } = await installedBefore()
    await importing(scene, listed)
    scene.simulator.calls.clear()
    const whole = { ...listed, ...pair, ...site }
    expect(await importing(scene, whole)).toMatchObject([{ result: 'imported' }])
    expect(await record()).toMatchObject({ callbackPair: stored, site })
    expect(await importing(scene, whole)).toMatchObject([{ result: 'already_there' }])
    expect(scene.calls('/*')).toBe(0)
  })

  test('keeps those that were entered here since, and the result says so', async () => {
    const { scene, listed, record } = await installedBefore()
    await importing(scene, { ...listed, ...pair, ...site })
    const later = { callbackToken: 'AnotherToken', publicUrl: 'https://other.example' }
    const [result] = await importing(scene, { ...listed, ...pair, ...site, ...later })
    expect(result).toMatchObject({ result: 'already_there', kept: ['callbackPair', 'site'] })
    expect(await record()).toMatchObject({ callbackPair: stored, site })
  })

  test('has no callback pair in a suite of another kind: the line is refused by the suite’s name', async () => {
    const { scene, ids, corpid, inCrm } = await installedBefore()
    const [result] = await importing(scene, { ...inCrm, ...pair })
    expect(result).toMatchObject({ corpid, result: 'refused', code: 'forbidden' })
    expect(result.detail).toContain('"crm"')
    expect(await scene.store.loadCorp(ids.crm, corpid)).toBeNull()
    expect(await importing(scene, { ...inCrm, ...site })).toMatchObject([{ result: 'imported' }])
  })

  test.each([
    ['callbackToken', { ...pair, callbackToken: 'no token!' }],
    ['callbackToken', { ...pair, callbackToken: '' }],
    ['callbackEncodingAesKey', { ...pair, callbackEncodingAesKey: 'short' }],
    ['callbackEncodingAesKey', { callbackToken: pair.callbackToken }],
    ['publicUrl', { publicUrl: 'wecom.customer.example' }],
    ['trustedDomains', { trustedDomains: ['a.example', 'https://b.example'] }],
    ['trustedDomains', { trustedDomains: 'a.example,*.b.example' }],
  ])('is refused with a wrong %s, which is not repeated: %j', async (field, wrong) => {
    const { scene, listed, record } = await installedBefore()
    const [result] = await importing(scene, { ...listed, ...wrong })
    expect(result).toMatchObject({ result: 'refused', code: 'invalid_request' })
    expect(result.detail).toStartWith(field)
    expect(result.detail).not.toContain('b.example')
    expect(await record()).toBeNull()
  })
})
