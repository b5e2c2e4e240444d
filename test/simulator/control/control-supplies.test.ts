import { expect, test } from 'bun:test'
import { corpid, createBox, type Json, suiteId, worker } from '../box'

const base = 'https://simulator.example/simulator'

const setUp = () => {
  const box = createBox()
  const ask = async (method: string, path: string, body?: Json) => {
    const init = { method, ...(body && { body: JSON.stringify(body) }) }
    const response = await box.simulator.fetch(base + path, init)
    return { status: response.status, body: (await response.json()) as Json }
  }
  return { ...box, ask }
}

test('what was uploaded or made up is listed without its content', async () => {
  const { ask } = setUp()
  const made = await ask('POST', '/media', { corpid, size: 3, filename: 'a.txt' })
  const { body } = await ask('GET', '/media')
  expect(body.items).toEqual([
    {
      mediaId: made.body.mediaId,
      corpid,
      type: 'file',
      filename: 'a.txt',
      size: 3,
      sha256: made.body.sha256,
      createdAt: 1_700_000_000_000,
      isKept: true,
    },
  ])
})

test('the limit of uploads is set and left to WeCom again', async () => {
  const { ask, simulator } = setUp()
  await ask('PUT', '/media-limit', { bytes: 2 ** 27 })
  expect(simulator.world.rules.largestMediaBytes).toBe(2 ** 27)
  await ask('PUT', '/media-limit', { bytes: null })
  expect(simulator.world.rules.largestMediaBytes).toBeNull()
})

test('codes of a client are for suites and companies that are', async () => {
  const { ask } = setUp()
  const wanted = { kind: 'js_code', suiteId, corpid, userid: worker }
  expect((await ask('POST', '/code', wanted)).body).toMatchObject({ expiresIn: 300 })
  expect((await ask('POST', '/code', { ...wanted, suiteId: 'wwnone' })).status).toBe(404)
  expect((await ask('POST', '/code', { ...wanted, corpid: 'wpnone' })).status).toBe(404)
  expect((await ask('POST', '/code', { ...wanted, kind: 'access_token' })).status).toBe(400)
})

test('a register_code that was never given leads to no company', async () => {
  const { ask } = setUp()
  expect((await ask('POST', '/registration', { registerCode: 'none', corpid })).status).toBe(404)
})

test('a body of over 1 MiB is refused', async () => {
  const { ask } = setUp()
  const answer = await ask('POST', '/code', { kind: 'x'.repeat(2 ** 20) })
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
})
