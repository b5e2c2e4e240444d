/** What a stranger without any Token of ours can make suited write and say. */
import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import { createScene, type Scene, type SceneOptions } from '../../scene'
import { installedThrice } from '../../suite/three-suites'
import { memberMessage, push, seal } from '../wecom/sealed-callback'

const create = async (options: SceneOptions = {}) => {
  const scene = await createScene({ remoteAddressOf: () => '101.89.1.7', ...options })
  await scene.installed()
  return scene
}

/** One request in WeCom's form, signed with a guess. */
const forge = (scene: Scene, path: string) => push(scene, { path, token: 'Guessed' })

const waitingIn = async (scene: Scene) =>
  (await scene.ask('/api/status')).waiting.filter(
    ({ code }: { code: string }) => code === 'callbacks_refused',
  )
const linesOf = (scene: Scene) => scene.logs.filter(({ level }) => level === 'warn')

describe('a stranger’s thousand requests from one address', () => {
  test.each<[string, (n: number) => string]>([
    ['to suites that aren’t there', (n) => `/suites/x${n}/callback/command`],
    ['to companies that aren’t there', (n) => `/suites/default/corps/wp${n}/callback`],
    ['to data URLs that name companies', (n) => `/callback/data/wp${n}`],
    ['to paths that aren’t there', (n) => `/guess/${n}`],
  ])('%s write a few lines and say nothing false', async (_, path) => {
    const scene = await create()
    const before = linesOf(scene).length
    for (let n = 0; n < 1000; n++) await forge(scene, path(n))
    await scene.clock.advance(minuteMs)
    expect(linesOf(scene).length - before).toBeLessThanOrEqual(10)
    expect(await waitingIn(scene)).toEqual([])
    const { items, next } = await scene.ask('/api/refused-callbacks')
    expect(items.length).toBeLessThanOrEqual(1)
    expect(next).toBeNull()
    await scene.stop()
  })
})

test('strangers of very many networks write no more than a thousand lines a minute', async () => {
  let from = 0
  const scene = await create({ remoteAddressOf: () => `${100 + (from >> 8)}.${from & 255}.0.1` })
  const before = linesOf(scene).length
  for (from = 0; from < 1500; from++) await forge(scene, '/callback/command')
  await scene.clock.advance(minuteMs)
  const lines = linesOf(scene).slice(before)
  expect(lines.length).toBeLessThanOrEqual(1000)
  expect(lines.at(-1)).toMatchObject({ kind: 'wrong_token', address: 'others', more: 1295 })
  await scene.stop()
})

describe('what looks like WeCom’s is not believed', () => {
  test('at the system-event URL for which there is no pair', async () => {
    const scene = await create()
    await forge(scene, '/callback/system')
    expect(await waitingIn(scene)).toEqual([])
    await scene.stop()
  })

  test('at the system-event URL where pushes are accepted', async () => {
    const pair = { token: 'SystemToken', encodingAesKey: 'D'.repeat(43) }
    const scene = await create({
      env: { WECOM_SYSTEM_TOKEN: pair.token, WECOM_SYSTEM_ENCODING_AES_KEY: pair.encodingAesKey },
    })
    await forge(scene, '/callback/system')
    expect(await waitingIn(scene)).toHaveLength(1)
    const message = memberMessage(scene)
    await push(scene, { ...pair, path: '/callback/system', message, receiveId: scene.corpids[0]! })
    await forge(scene, '/callback/system')
    expect(await waitingIn(scene)).toEqual([])
    await scene.stop()
  })

  test('at the URL of a company that has no pair of its own', async () => {
    const scene = await create()
    await forge(scene, `/suites/default/corps/${scene.corpids[0]}/callback`)
    expect(await waitingIn(scene)).toEqual([])
    await scene.stop()
  })

  test('at the URL of a company with a pair of its own, while its pushes are accepted', async () => {
    const { scene, corpids } = await installedThrice({ remoteAddressOf: () => '101.89.1.7' })
    const [corpid = '', other = ''] = corpids
    const own = { token: 'OfTheCompany', encodingAesKey: 'C'.repeat(43) }
    const pathOf = (id: string) => `/suites/template/corps/${id}/callback`
    for (const id of [corpid, other]) {
      await scene.ask(`/api/corps/${id}/callback?suite=template`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(own),
      })
    }
    for (const id of [other, corpid]) await forge(scene, pathOf(id))
    const [told, ...more] = await waitingIn(scene)
    expect(more).toEqual([])
    expect(told.detail).toContain(
      `${corpid}/callback and those of 1 more company and are refused: 2`,
    )
    for (const id of [corpid, other]) {
      const message = memberMessage(scene, { ToUserName: id })
      await push(scene, { ...own, path: pathOf(id), message, receiveId: id })
      await forge(scene, pathOf(id))
    }
    expect(await waitingIn(scene)).toEqual([])
    await scene.stop()
  })
})

test('ids that a holder of the Token makes up are cut in what is remembered of them', async () => {
  const scene = await create()
  await push(scene, { receiveId: `ww${'x'.repeat(50_000)}` })
  const told = JSON.stringify([await scene.ask('/api/refused-callbacks'), await waitingIn(scene)])
  expect(told).toContain('sealed for wwxxx')
  expect(told.length).toBeLessThan(3000)
  await scene.stop()
})

describe('of an address over its limit', () => {
  test('a callback that another pair of ours signed gets its own mistake and cure', async () => {
    const scene = await create({ env: { SUITED_RATE_LIMIT: '5' } })
    const reloaded = await scene.reload({ WECOM_TOKEN: 'ANewToken' })
    for (let n = 0; n < 20; n++) await forge(reloaded, '/callback/command')
    const former = await push(reloaded)
    expect(former.status).toBe(429)
    const { items } = await reloaded.ask('/api/refused-callbacks')
    expect(items).toMatchObject([
      { mistake: 'former_pair', standing: 'signed', count: 1 },
      { mistake: 'wrong_token', standing: 'like_wecom', count: 20 },
    ])
    expect(linesOf(reloaded).map(({ mistake }) => mistake)).toContain('former_pair')
    await reloaded.stop()
  })

  test('a gateway that turns pluses into blanks is known', async () => {
    const scene = await create({ env: { SUITED_RATE_LIMIT: '5' } })
    for (let n = 0; n < 20; n++) await forge(scene, '/callback/command')
    let sealed = seal(scene)
    for (let n = 0; !sealed.ciphertext.includes('+'); n++) {
      sealed = seal(scene, { nonce: String(1_000_000_000 + n), receiveId: `${scene.suiteId}` })
      if (n > 50) sealed = seal(scene, { message: memberMessage(scene, { MsgId: n }) })
    }
    await scene.request(sealed.address, {
      method: 'POST',
      body: sealed.body.replaceAll('+', ' '),
    })
    expect((await scene.ask('/api/refused-callbacks')).items[0]).toMatchObject({
      mistake: 'plus_lost',
      standing: 'signed',
    })
    await scene.stop()
  })
})

test('what is counted outlives new settings', async () => {
  const scene = await create()
  await forge(scene, '/callback/comand')
  const warnings = async (of: Scene) =>
    (await of.ask('/api/status')).warnings.filter((text: string) => text.includes('comand'))
  const before = await warnings(scene)
  expect(before).toHaveLength(1)
  const reloaded = await scene.reload()
  expect(await warnings(reloaded)).toEqual(before)
  await reloaded.clock.leap(25 * hourMs)
  expect(await warnings(reloaded)).toEqual([])
  await reloaded.stop()
})
