import { describe, expect, test } from 'bun:test'
import { createScene, jsonOf, type Scene } from '../../scene'
import { checkUrl, memberMessage, push, seal } from './sealed-callback'

const prefixes = ['', '/suites/default', '/suites/SUITE']

const at = (scene: Scene, prefix: string, path: string) =>
  prefix.replace('SUITE', scene.suiteId) + path

/** A member's message of the first company, to a URL of the article's with this in its query. */
const pushMessage = async (scene: Scene, path: string, more = '') => {
  const [corpid] = scene.corpids as [string]
  const { address, body } = seal(scene, {
    path,
    message: memberMessage(scene),
    receiveId: corpid,
  })
  return scene.request(address + more, { method: 'POST', body })
}

describe.each(prefixes)('the source article’s names below "%s"', (prefix) => {
  test('are checked like ours', async () => {
    const scene = await createScene()
    for (const path of [
      '/orderUrl',
      '/dataUrl',
      '/dataUrl/wpAnyCorp',
      '/dataUrl/$CORPID$',
      '/verify',
    ]) {
      const answer = await checkUrl(scene, { path: at(scene, prefix, path) })
      expect([path, answer.status, await answer.text()]).toEqual([path, 200, '4280377895'])
    }
  })

  test('take pushes', async () => {
    const scene = await createScene()
    const [corpid] = scene.corpids
    const command = await push(scene, { path: at(scene, prefix, '/orderUrl') })
    expect([command.status, await command.text()]).toEqual([200, 'success'])
    for (const path of ['/dataUrl', `/dataUrl/${corpid}`]) {
      const answer = await pushMessage(scene, at(scene, prefix, path))
      expect([path, answer.status, await answer.text()]).toEqual([path, 200, ''])
    }
  })

  test.each(['/dataUrl', '/orderUrl'])(
    'hold a message at %s to the company that the query names, as a path does',
    async (path) => {
      const scene = await createScene()
      const [own, other] = scene.corpids
      const url = at(scene, prefix, path)
      expect((await pushMessage(scene, url, `&corpid=${own}`)).status).toBe(200)
      const refused = await pushMessage(scene, url, `&corpid=${other}`)
      expect(await jsonOf(refused)).toMatchObject({ status: 403, code: 'wrong_receiver' })
      expect((await pushMessage(scene, url, '&corpid=')).status).toBe(200)
    },
  )

  test('hold it to the path where both name a company', async () => {
    const scene = await createScene()
    const [own, other] = scene.corpids
    const url = at(scene, prefix, `/dataUrl/${other}`)
    expect((await pushMessage(scene, url, `&corpid=${own}`)).status).toBe(403)
    expect((await pushMessage(scene, at(scene, prefix, `/dataUrl/${own}`))).status).toBe(200)
  })
})

test('our own names ignore what else stands in their query', async () => {
  const scene = await createScene()
  const [, other] = scene.corpids
  expect((await pushMessage(scene, '/callback/data', `&corpid=${other}`)).status).toBe(200)
})
