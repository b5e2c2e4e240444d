import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import { push } from '../../http/wecom/sealed-callback'
import { createScene, type Scene, startAt } from '../../scene'
import { eventsOf } from '../authorization/refused-corp'

const pairOf = ({ simulator, suiteId }: Scene) => {
  const { token, encodingAesKey } = simulator.world.suites.get(suiteId)!
  return { token, encodingAesKey }
}

const newPair = { token: 'AnotherToken', encodingAesKey: 'B'.repeat(43) }
const newest = { token: 'TheNewestToken', encodingAesKey: 'C'.repeat(43) }

type Pair = typeof newPair

const rotation = (from: Pair, to: Pair) => ({
  WECOM_TOKEN: to.token,
  WECOM_ENCODING_AES_KEY: to.encodingAesKey,
  WECOM_PREVIOUS_TOKEN: from.token,
  WECOM_PREVIOUS_ENCODING_AES_KEY: from.encodingAesKey,
})

/** A suite whose pair was just changed. */
const rotated = async () => {
  const scene = await createScene()
  const oldPair = pairOf(scene)
  return { scene: await scene.reload(rotation(oldPair, newPair)), oldPair }
}

const lastUse = async (scene: Scene): Promise<number | null> =>
  (await scene.ask('/api/status')).suites[0].previousPairUsedAt

const said = ({ logs }: Scene) =>
  logs.filter(({ message }) => message === 'WeCom still uses the previous Token of a suite')

describe('the last use of the pair of before a rotation', () => {
  test('is null until WeCom uses it, and not moved by the new one', async () => {
    const { scene, oldPair } = await rotated()
    expect(await lastUse(scene)).toBeNull()
    await push(scene, newPair)
    expect(await lastUse(scene)).toBeNull()
    await scene.clock.advance(minuteMs)
    await push(scene, oldPair)
    await scene.clock.advance(minuteMs)
    await push(scene, newPair)
    expect(await lastUse(scene)).toBe(startAt + minuteMs)
  })

  test('is known to the minute after a reload, and to the hour after a restart', async () => {
    const { scene, oldPair } = await rotated()
    await push(scene, oldPair)
    await scene.clock.advance(50 * minuteMs)
    await push(scene, oldPair)
    const reloaded = await scene.reload()
    expect(await lastUse(reloaded)).toBe(startAt + 50 * minuteMs)
    await reloaded.settle()
    expect(await lastUse(await reloaded.restart())).toBe(startAt)
  })

  test('is the later of what this process saw and what another one noted', async () => {
    const { scene, oldPair } = await rotated()
    const other = await scene.beside()
    await push(other, oldPair)
    await scene.clock.stride(3 * hourMs)
    await push(scene, oldPair)
    await scene.settle()
    expect(await lastUse(scene)).toBe(startAt + 3 * hourMs)
    expect(await lastUse(other)).toBe(startAt + 3 * hourMs)
    await scene.clock.advance(minuteMs)
    await push(other, oldPair)
    await scene.settle()
    expect(await lastUse(scene)).toBe(startAt + 3 * hourMs + minuteMs)
  })

  test('is said and noted once for every hour of use', async () => {
    const { scene, oldPair } = await rotated()
    for (let tenMinutes = 0; tenMinutes < 18; tenMinutes++) {
      await push(scene, oldPair)
      await scene.clock.advance(hourMs / 6)
    }
    expect(said(scene)).toHaveLength(3)
    expect(said(scene)[0]).toMatchObject({ suite: 'default' })
    expect(await eventsOf(scene, 'suited.previous_pair_used')).toHaveLength(3)
    const next = await scene.restart()
    expect(await lastUse(next)).toBe(startAt + 2 * hourMs)
  })

  test('is that of this rotation, not of the one before', async () => {
    const { scene, oldPair } = await rotated()
    await push(scene, oldPair)
    const again = await scene.reload(rotation(newPair, newest))
    expect(await lastUse(again)).toBeNull()
    await again.settle()
    expect(await lastUse(await again.restart())).toBeNull()
  })

  test('is null once there is no previous pair any more', async () => {
    const { scene, oldPair } = await rotated()
    await push(scene, oldPair)
    const gone = { WECOM_PREVIOUS_TOKEN: '', WECOM_PREVIOUS_ENCODING_AES_KEY: '' }
    expect(await lastUse(await scene.reload(gone))).toBeNull()
  })

  test('is noted without a word about the pair itself', async () => {
    const { scene, oldPair } = await rotated()
    await push(scene, oldPair)
    await scene.settle()
    const text = JSON.stringify(await eventsOf(scene, 'suited.previous_pair_used'))
    expect(text).toContain('default')
    expect(text).not.toContain(oldPair.token)
    expect(text).not.toContain(oldPair.encodingAesKey)
  })
})
