import { beforeAll, describe, expect, test } from 'bun:test'
import { adminToken, createScene, jsonOf, type Scene } from '../../scene'

let scene: Scene

beforeAll(async () => {
  scene = await createScene()
})

const authorization = `Bearer ${adminToken}`

describe('an escape in a path that stands for no character', () => {
  test.each([
    '/api/corps/%',
    '/api/corps/%zz/access-token',
    '/api/events/%e4%bd',
    '/api/suites/%c0%ae%c0%ae/access-token',
    '/callback/data/%ed%a0%80?msg_signature=0&timestamp=1&nonce=2',
    '/suites/%ff/sign',
  ])('is refused as what it is: %s', async (path) => {
    const answer = await scene.request(path, { headers: { authorization } })
    expect(answer.status).toBe(400)
    expect(await jsonOf(answer)).toMatchObject({ code: 'invalid_request' })
  })

  test('is refused whoever asks: nothing is looked up for it', async () => {
    expect((await scene.request('/api/corps/%')).status).toBe(400)
  })
})

test('an escape that stands for a character is read', async () => {
  const answer = await scene.request('/api/events/%e4%bd%a0', { headers: { authorization } })
  expect(await jsonOf(answer)).toMatchObject({ code: 'event_not_found' })
})
