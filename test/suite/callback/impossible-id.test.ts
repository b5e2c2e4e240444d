import { describe, expect, test } from 'bun:test'
import { hourMs } from '../../../src/clock'
import { command, memberMessage, push } from '../../http/wecom/sealed-callback'
import { createScene, type Scene } from '../../scene'

/**
 * WeCom's pushes are signed, and yet an id in one may be none: too long, or with other characters.
 */
const noId = '../../wpCorpA'

const eventAfterAnHour = async (scene: Scene) => {
  await scene.clock.advance(hourMs)
  const { items } = await scene.ask(`/api/events?corpid=${encodeURIComponent(noId)}`)
  expect(items).toHaveLength(1)
  return items[0]
}

describe('an event about a company whose id is none', () => {
  test.each(['cancel_auth', 'change_auth'])('is dead after one try: %s', async (InfoType) => {
    const scene = await createScene()
    await scene.installed()
    await push(scene, { message: command(scene, { InfoType, AuthCorpId: noId }) })
    expect(await eventAfterAnHour(scene)).toMatchObject({ status: 'dead', attempts: 1 })
    expect(scene.logs.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('is dead after one try where a member brought it', async () => {
    const scene = await createScene()
    await scene.installed()
    const message = memberMessage(scene, {
      ToUserName: noId,
      MsgType: 'event',
      Event: 'unlicensed_notify',
    })
    await push(scene, { path: '/callback/data', receiveId: noId, message })
    expect(await eventAfterAnHour(scene)).toMatchObject({ status: 'dead', attempts: 1 })
    expect(scene.logs.filter(({ level }) => level === 'error')).toEqual([])
  })
})
