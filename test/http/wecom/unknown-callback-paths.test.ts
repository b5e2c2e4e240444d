import { describe, expect, test } from 'bun:test'
import { hourMs } from '../../../src/clock'
import { createUnknownPaths } from '../../../src/suite/callback/refused/unknown-paths'
import { createScene, type Scene, startAt } from '../../scene'
import { seal } from './sealed-callback'

const pushTo = async (scene: Scene, path: string) => {
  const { address, body } = seal(scene, { path })
  return (await scene.request(address, { method: 'POST', body })).status
}

const warningsOf = async (scene: Scene): Promise<string[]> =>
  (await scene.ask('/api/status')).warnings.filter((text: string) => text.includes('calls'))

const linesOf = ({ logs }: Scene) =>
  logs.filter(({ message }) => message.includes('where no callback is taken'))

describe('signed requests that meet nothing', () => {
  test.each([
    ['/callback/comand', 404],
    ['/', 405],
    ['/suites/old/callback/command', 404],
    ['/wecom/orderUrl', 404],
    ['/verify', 405],
    ['/callback/command/more', 404],
  ])('at %s are a warning with its cure', async (path, status) => {
    const scene = await createScene()
    expect(await pushTo(scene, path)).toBe(status)
    expect(await pushTo(scene, path)).toBe(status)
    expect(await warningsOf(scene)).toEqual([
      `WeCom, or somebody with its parameters, calls a path that isn’t here: ${path} (2 times). Paste the URLs that \`suited urls\` prints.`,
    ])
    expect(linesOf(scene)).toMatchObject([{ path }])
  })

  test('are shown without their query, and cut', async () => {
    const scene = await createScene()
    await pushTo(scene, `/${'x'.repeat(5000)}`)
    const [warning = ''] = await warningsOf(scene)
    expect(warning.length).toBeLessThan(300)
    expect(warning).not.toContain('msg_signature')
    expect(JSON.stringify(linesOf(scene))).not.toContain('msg_signature')
  })

  test('at more paths than are kept push nothing out, and fill neither log nor memory', async () => {
    const scene = await createScene()
    await pushTo(scene, '/pasted/wrongly')
    for (let at = 0; at < 50; at++) await pushTo(scene, `/guess/${at}`)
    const warnings = await warningsOf(scene)
    expect(warnings).toHaveLength(11)
    expect(warnings[0]).toContain('/pasted/wrongly')
    expect(warnings[10]).toContain('(41 times)')
    expect(linesOf(scene)).toHaveLength(10)
  })

  test('are forgotten a day after the last one', () => {
    let now = startAt
    const paths = createUnknownPaths({ now: () => now })
    for (let at = 0; at < 20; at++) paths.add(`/pasted/wrongly/${at}`)
    now += 24 * hourMs
    expect(paths.warnings()).toHaveLength(11)
    now += 1
    expect(paths.warnings()).toEqual([])
    paths.add('/pasted/anew')
    expect(paths.warnings()).toHaveLength(1)
  })
})

test.each([
  '/callback/comand',
  '/callback/comand?msg_signature=0&timestamp=1&nonce=2',
  '/callback/comand?timestamp=1700000000&nonce=2',
  `/callback/comand?msg_signature=${'a'.repeat(40)}&timestamp=now&nonce=2`,
])('what has not WeCom’s parameters is no warning: %s', async (path) => {
  const scene = await createScene()
  await scene.request(path, { method: 'POST', body: 'x' })
  expect(await warningsOf(scene)).toEqual([])
})
