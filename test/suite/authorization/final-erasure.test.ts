import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs } from '../../../src/clock'
import { command, push } from '../../http/wecom/sealed-callback'
import { adminToken, createScene, type Scene } from '../../scene'
import { leave } from './departing-corp'
import { leaveWithoutNotice } from './refused-corp'

const remove = (scene: Scene, corpid: string): Promise<Response> =>
  scene.request(`/api/corps/${corpid}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${adminToken}` },
  })

const departedScene = async (env: Readonly<Record<string, string>> = {}) => {
  const scene = await createScene({ env })
  const corpid = await scene.installed()
  const leftAt = scene.clock.now()
  await leave(scene, corpid)
  return { scene, corpid, leftAt }
}

/**
 * All but the last hour at a stroke; a push says what time it is, and in that hour whatever is due
 * once an hour comes.
 */
const pass = async (scene: Scene, days: number) => {
  await scene.clock.leap(days * dayMs - hourMs)
  await push(scene, {
    message: command(scene, { InfoType: 'suite_ticket', SuiteTicket: 'a-ticket' }),
  })
  await scene.clock.advance(hourMs)
}

const eventTypes = async (scene: Scene, corpid: string): Promise<string[]> =>
  (await scene.ask(`/api/events?corpid=${corpid}`)).items.map(({ type }: { type: string }) => type)

describe('a company that left', () => {
  test('is erased by DELETE: its events, its history and its record go, and a receipt stays', async () => {
    const { scene, corpid, leftAt } = await departedScene()
    expect((await remove(scene, corpid)).status).toBe(204)
    expect(await scene.store.loadCorp(scene.suiteId, corpid)).toBeNull()
    expect((await scene.ask('/api/corps')).items).toEqual([])
    expect(await eventTypes(scene, corpid)).toEqual(['suited.corp_erased'])
    const { items } = await scene.ask(`/api/corps/${corpid}/timeline`)
    expect(items).toMatchObject([
      {
        type: 'suited.corp_erased',
        payload: {
          leftAt: new Date(leftAt).toISOString(),
          erasedAt: new Date(scene.clock.now()).toISOString(),
          events: expect.any(Number),
        },
      },
    ])
    expect((await scene.ask('/api/audit')).items[0]).toMatchObject({ action: 'corp.erase' })
  })

  test('is unknown once it is erased', async () => {
    const { scene, corpid } = await departedScene()
    await remove(scene, corpid)
    expect((await remove(scene, corpid)).status).toBe(404)
    expect(
      (
        await scene.request(`/api/corps/${corpid}`, {
          headers: { authorization: `Bearer ${adminToken}` },
        })
      ).status,
    ).toBe(404)
  })

  test('can install the app again, and is served as any other', async () => {
    const { scene, corpid } = await departedScene()
    await remove(scene, corpid)
    await scene.installed(corpid)
    expect((await scene.sign(corpid)).status).toBe(200)
  })

  test('is erased by itself after the days of the settings, not before', async () => {
    const { scene, corpid } = await departedScene({ SUITED_ERASE_AFTER_DAYS: '1' })
    await pass(scene, 0.5)
    expect(await scene.store.loadCorp(scene.suiteId, corpid)).not.toBeNull()
    await pass(scene, 2)
    expect(await scene.store.loadCorp(scene.suiteId, corpid)).toBeNull()
    expect(await eventTypes(scene, corpid)).toEqual(['suited.corp_erased'])
  })

  test('stays where the days are 0', async () => {
    const { scene, corpid } = await departedScene({ SUITED_ERASE_AFTER_DAYS: '0' })
    await pass(scene, 2)
    expect(await scene.store.loadCorp(scene.suiteId, corpid)).not.toBeNull()
  })

  test('stays if it came back in the meantime', async () => {
    const { scene, corpid } = await departedScene({ SUITED_ERASE_AFTER_DAYS: '1' })
    await pass(scene, 0.5)
    await scene.installed(corpid)
    await pass(scene, 2)
    expect((await scene.store.loadCorp(scene.suiteId, corpid))?.status).toBe('authorized')
    expect(await eventTypes(scene, corpid)).not.toContain('suited.corp_erased')
  })

  test('stays while nobody confirms the time', async () => {
    const { scene, corpid } = await departedScene({ SUITED_ERASE_AFTER_DAYS: '1' })
    await scene.clock.leap(3 * dayMs - hourMs)
    await scene.clock.advance(hourMs)
    expect(await scene.store.loadCorp(scene.suiteId, corpid)).not.toBeNull()
  })
})

describe('a company whose permanent code WeCom no longer takes', () => {
  const invalidScene = async () => {
    const scene = await createScene({ env: { SUITED_ERASE_AFTER_DAYS: '1' } })
    const corpid = await scene.installed()
    await leaveWithoutNotice(scene, corpid)
    const recheck = await scene.ask(`/api/corps/${corpid}/recheck`, { method: 'POST' })
    expect(recheck.status).toBe('invalid')
    return { scene, corpid }
  }

  test('is erased by DELETE, as one that left', async () => {
    const { scene, corpid } = await invalidScene()
    expect((await remove(scene, corpid)).status).toBe(204)
    expect(await scene.store.loadCorp(scene.suiteId, corpid)).toBeNull()
    expect(await eventTypes(scene, corpid)).toEqual(['suited.corp_erased'])
  })

  test('stays otherwise, since WeCom may take it again', async () => {
    const { scene, corpid } = await invalidScene()
    await pass(scene, 2)
    expect((await scene.store.loadCorp(scene.suiteId, corpid))?.status).toBe('invalid')
  })
})

describe('a company that comes back while it is erased', () => {
  test('keeps its record, and what came since', async () => {
    const { scene, corpid } = await departedScene()
    const { eventLog } = scene
    const erase = eventLog.eraseCorp
    let isBack = false
    eventLog.eraseCorp = async (...given) => {
      if (!isBack) {
        isBack = true
        await scene.clock.advance(1000)
        await scene.installed(corpid)
      }
      return erase(...given)
    }
    expect((await remove(scene, corpid)).status).toBe(204)
    expect((await scene.store.loadCorp(scene.suiteId, corpid))?.status).toBe('authorized')
    expect((await scene.sign(corpid)).status).toBe(200)
    const types = await eventTypes(scene, corpid)
    expect(types).toContain('create_auth')
    expect(types).not.toContain('cancel_auth')
  })
})

describe('a company that is still there', () => {
  test('is not erased: 409, and nothing changes', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    const before = await eventTypes(scene, corpid)
    const answer = await remove(scene, corpid)
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({ code: 'conflict' })
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(await eventTypes(scene, corpid)).toEqual(before)
  })
})
