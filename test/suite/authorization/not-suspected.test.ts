import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import {
  authInfoPath,
  callsAbout,
  leaveWithoutNotice,
  needToken,
  refuse,
  statusOf,
  suiteTokenPath,
  suspicionsOf,
  usedScene,
} from './refused-corp'

describe('what says nothing of the authorisation', () => {
  test.each([
    ['the list of admins', '/cgi-bin/service/get_admin_list', '/admins'],
    ['the suite’s token', suiteTokenPath, '/recheck'],
  ])('is a refusal of %s', async (_, path, route) => {
    const { scene, corpid } = await usedScene()
    scene.simulator.killTokens({ kind: 'suite_access_token' })
    scene.simulator.faults.add({ path, errcode: 48004 })
    const method = route === '/recheck' ? 'POST' : 'GET'
    expect((await scene.ask(`/api/corps/${corpid}${route}`, { method })).code).toBe('wecom_error')
    await scene.clock.advance(2 * minuteMs)
    expect(suspicionsOf(scene)).toBe(0)
    expect(await statusOf(scene, corpid)).toBe('authorized')
  })

  test('is a report of a dead token that WeCom replaces', async () => {
    const { scene, corpid } = await usedScene()
    for (let n = 0; n < 5; n++) await needToken(scene, corpid)
    await scene.clock.advance(5 * minuteMs)
    expect(suspicionsOf(scene)).toBe(0)
    expect((await scene.sign(corpid)).status).toBe(200)
  })

  test('is trouble with other numbers', async () => {
    const { scene, corpid } = await usedScene()
    for (const errcode of [40013, 40082, 48002, 60020]) {
      refuse(scene, corpid, errcode)
      await needToken(scene, corpid)
      await scene.clock.advance(5 * minuteMs)
      scene.simulator.faults.clear()
    }
    expect(suspicionsOf(scene)).toBe(0)
    expect(await statusOf(scene, corpid)).toBe('authorized')
  })
})

describe('a customised app whose secret WeCom calls wrong', () => {
  const customised = () => usedScene({ simulator: { suites: [{ kind: 'customised' }] } })

  test('is invalid once WeCom calls the permanent code void as well', async () => {
    const { scene, corpid } = await customised()
    await leaveWithoutNotice(scene, corpid)
    await needToken(scene, corpid)
    await scene.clock.advance(2 * minuteMs)
    expect(await statusOf(scene, corpid)).toBe('invalid')
    expect(callsAbout(scene, corpid)).toBeLessThanOrEqual(3)
  })

  test('stays authorised while WeCom knows the permanent code', async () => {
    const { scene, corpid } = await customised()
    scene.simulator.faults.add({ path: '/cgi-bin/gettoken', errcode: 40001 })
    await needToken(scene, corpid)
    await scene.clock.advance(5 * minuteMs)
    expect(scene.calls(authInfoPath)).toBeGreaterThan(0)
    expect(await statusOf(scene, corpid)).toBe('authorized')
  })
})
