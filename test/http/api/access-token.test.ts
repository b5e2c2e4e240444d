import { describe, expect, test } from 'bun:test'
import { hourMs } from '../../../src/clock'
import { createScene, type Scene } from '../../scene'

const report = (scene: Scene, path: string, body: unknown, type = 'application/json') =>
  scene.ask(path, {
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const installedScene = async () => {
  const scene = await createScene()
  const corpid = await scene.installed()
  const path = `/api/corps/${corpid}/access-token`
  return { scene, corpid, path }
}

describe('a company’s access token', () => {
  test('is good and says until when', async () => {
    const { scene, corpid, path } = await installedScene()
    const { accessToken, expiresAt } = await scene.ask(path)
    expect(expiresAt).toBe(scene.clock.now() + 2 * hourMs)
    const credential = scene.simulator.world.credentials.byValue.get(accessToken)
    expect(credential).toMatchObject({ kind: 'access_token', corpid, suiteId: scene.suiteId })
  })

  test('is the same for all who ask', async () => {
    const { scene, path } = await installedScene()
    const answers = await Promise.all(Array.from({ length: 20 }, () => scene.ask(path)))
    expect(new Set(answers.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(scene.calls('/cgi-bin/service/get_corp_token')).toBe(1)
  })

  test('is kept by nobody on the way', async () => {
    const { scene, path } = await installedScene()
    const headers = { authorization: 'Bearer an-admin-token-for-the-tests' }
    for (const method of ['GET', 'POST']) {
      const answer = await scene.request(path, { method, headers })
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })

  test('reported dead is replaced, and the answer is the good one', async () => {
    const { scene, path } = await installedScene()
    const { accessToken: dead } = await scene.ask(path)
    scene.simulator.killTokens({ kind: 'access_token' })
    const replaced = await report(scene, path, { dead })
    expect(replaced.accessToken).not.toBe(dead)
    expect(replaced.expiresAt).toBe(scene.clock.now() + 2 * hourMs)
    expect(await scene.ask(path)).toEqual(replaced)
  })

  test.each([
    ['nothing', '', 400],
    ['no token', {}, 400],
    ['an empty token', { dead: '' }, 400],
    ['a token that is no text', { dead: 7 }, 400],
    ['null', 'null', 400],
    ['a list', [], 400],
    ['broken JSON', '{"dead"', 400],
  ])('is not replaced for a report of %s', async (_, body, status) => {
    const { scene, path } = await installedScene()
    scene.simulator.calls.clear()
    expect(await report(scene, path, body)).toMatchObject({ status, code: 'invalid_request' })
    expect(scene.calls('*')).toBe(0)
  })

  test('is not replaced for a report that is no JSON by its type', async () => {
    const { scene, path } = await installedScene()
    const answer = await report(scene, path, '{"dead":"x"}', 'text/plain')
    expect(answer).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  })

  test('is not replaced for a report that is too large', async () => {
    const { scene, path } = await installedScene()
    const answer = await report(scene, path, { dead: 'x'.repeat(65_536) })
    expect(answer).toMatchObject({ status: 413, code: 'body_too_large' })
  })
})

describe('a suite’s access token', () => {
  test.each(['default', '{suiteId}'])('is handed out for %s', async (name) => {
    const { scene } = await installedScene()
    const path = `/api/suites/${name.replace('{suiteId}', scene.suiteId)}/access-token`
    const { accessToken } = await scene.ask(path)
    const credential = scene.simulator.world.credentials.byValue.get(accessToken)
    expect(credential).toMatchObject({ kind: 'suite_access_token', suiteId: scene.suiteId })
  })

  test('reported dead by fifty is replaced once', async () => {
    const { scene } = await installedScene()
    const path = '/api/suites/default/access-token'
    const { accessToken: dead } = await scene.ask(path)
    scene.simulator.killTokens({ kind: 'suite_access_token' })
    scene.simulator.calls.clear()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => report(scene, path, { dead })),
    )
    const { accessToken: good } = await scene.ask(path)
    expect(good).not.toBe(dead)
    expect(answers.every(({ accessToken }) => accessToken === good)).toBe(true)
    expect(scene.calls('*')).toBe(1)
  })

  test('of a suite that is not ours is not found', async () => {
    const { scene } = await installedScene()
    expect(await scene.ask('/api/suites/wwother/access-token')).toMatchObject({
      status: 404,
      code: 'suite_not_found',
    })
  })
})

describe('what WeCom refuses', () => {
  const refusedWith = async (errcode: number) => {
    const { scene, corpid, path } = await installedScene()
    scene.simulator.killTokens({ kind: 'access_token' })
    const { accessToken: dead } = await scene.ask(path)
    for (const refused of ['/cgi-bin/service/get_corp_token', '/cgi-bin/get_jsapi_ticket']) {
      scene.simulator.faults.add({ path: refused, errcode })
    }
    return { scene, corpid, path, dead }
  }

  test('is told to callers with a key by number, words, cause and cure', async () => {
    const { scene, path, dead } = await refusedWith(60020)
    const problem = await report(scene, path, { dead })
    expect(problem).toMatchObject({ status: 502, code: 'wecom_error', errcode: 60020 })
    expect(problem.errmsg).toContain('not allow to access from your ip')
    expect(problem.cause.length).toBeGreaterThan(20)
    expect(problem.cure).toContain('IP白名单')
  })

  test('is told to pages by number alone', async () => {
    const { scene, corpid } = await refusedWith(60020)
    const answer = await scene.sign(corpid)
    expect(answer.status).toBe(502)
    const text = await answer.text()
    const problem = JSON.parse(text)
    expect(problem).toMatchObject({ code: 'wecom_error', errcode: 60020 })
    for (const field of ['errmsg', 'cause', 'cure']) expect(problem).not.toHaveProperty(field)
    expect(text).not.toContain('203.0.113.7')
  })

  test('with a number that nobody knows is told without cause and cure', async () => {
    const { scene, path, dead } = await refusedWith(999999)
    const problem = await report(scene, path, { dead })
    expect(problem).toMatchObject({
      code: 'wecom_error',
      errcode: 999999,
      errmsg: expect.any(String),
    })
    expect(problem).not.toHaveProperty('cause')
  })
})
