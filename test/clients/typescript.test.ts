/** The TypeScript client against the app itself. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createSuitedClient, everyItem, SuitedProblem } from '../../clients/typescript/src/client'
import { routes } from '../../clients/typescript/src/generated/routes'
import { adminToken, createScene, pageUrl, type Scene } from '../scene'

let scene: Scene
beforeAll(async () => {
  scene = await createScene()
})
afterAll(() => scene.stop())

/** Brings a request into the app. */
const through =
  ({ request }: Scene) =>
  async (sent: Request): Promise<Response> => {
    const { method, headers } = sent
    const body = method === 'GET' ? null : await sent.text()
    return request(sent.url.replace('http://suited', ''), { method, headers, body })
  }

const clientOf = (into: Scene, key?: string) =>
  createSuitedClient({ url: 'http://suited', fetch: through(into), ...(key && { key }) })

const thrownBy = async (call: Promise<unknown>): Promise<SuitedProblem> => {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof SuitedProblem)) throw new Error(`threw ${error}`)
  return error
}

describe('the client', () => {
  test('lists companies page by page, item by item', async () => {
    const [first, second] = scene.corpids
    await scene.installed(first)
    await scene.installed(second)
    const suited = clientOf(scene, adminToken)
    const { items, next } = await suited.listCorps({ limit: 1 })
    expect(items.length).toBe(1)
    expect(next).not.toBeNull()

    const corpids: string[] = []
    for await (const { corpid } of everyItem(suited.listCorps, { limit: 1 })) corpids.push(corpid)
    expect(corpids.toSorted()).toEqual([first!, second!].toSorted())
  })

  test('signs a page without a key', async () => {
    const corpid = await scene.installed()
    const suited = clientOf(scene)
    const { timestamp, nonceStr, signature } = await suited.signPage({ corpid, url: pageUrl })
    const signed = { timestamp, nonceStr, signature, corpid, suiteId: scene.suiteId, url: pageUrl }
    expect(scene.simulator.acceptsSignature({ ...signed, type: 'config' })).toEqual({ ok: true })
  })

  test('reads events, each and in full', async () => {
    const corpid = await scene.installed()
    const suited = clientOf(scene, adminToken)
    const [event] = await Array.fromAsync(everyItem(suited.listEvents, { type: 'create_auth' }))
    expect(event).toMatchObject({ type: 'create_auth', source: 'command', status: 'done' })
    expect(await suited.getEvent({ id: event!.id })).toEqual(event!)
    expect((await suited.getCorp({ corpid })).status).toBe('authorized')
  })

  test('sends a body', async () => {
    const corpid = await scene.installed()
    const suited = clientOf(scene, adminToken)
    const { accessToken } = await suited.getCorpAccessToken({ corpid })
    const asked = scene.calls('/cgi-bin/service/get_corp_token')
    await suited.reportCorpAccessToken({ corpid, body: { dead: accessToken } })
    expect(scene.calls('/cgi-bin/service/get_corp_token')).toBe(asked + 1)
  })

  test('calls WeCom for a company, with a path of several segments and a query of WeCom’s', async () => {
    const corpid = await scene.installed()
    const suited = clientOf(scene, adminToken)
    const query = { department_id: 1 }
    const answer = await suited.readWecomAsCorp({ corpid, path: 'user/simplelist' }, { query })
    expect(answer).toMatchObject({ errcode: 0, userlist: expect.any(Array) })
  })

  test('makes a key, and is refused by it what it does not open', async () => {
    const { key } = await clientOf(scene, adminToken).createKey({
      body: { name: 'reader', scopes: ['read'] },
    })
    const reader = clientOf(scene, key)
    expect((await reader.getStatus()).suites.length).toBe(1)
    const writing = reader.createKey({ body: { name: 'another', scopes: ['admin'] } })
    expect(await thrownBy(writing)).toMatchObject({ code: 'forbidden', status: 403 })
  })

  test('throws what suited says is wrong', async () => {
    const problem = await thrownBy(clientOf(scene, adminToken).getCorp({ corpid: 'wpNobody' }))
    expect(problem).toMatchObject({ code: 'corp_not_authorized', status: 404 })
    expect(problem.detail).toContain('has not authorised the app')
    expect(problem.message).toBe(`corp_not_authorized: ${problem.detail}`)
    expect(problem.problem?.reason).toBeString()
    expect(problem.retryAfterSeconds).toBeNull()
  })

  test('says when to ask again', async () => {
    const fresh = await createScene()
    const problem = await thrownBy(
      clientOf(fresh, adminToken).getSuiteAccessToken({ suite: fresh.suiteId }),
    )
    expect(problem).toMatchObject({ code: 'suite_ticket_missing', status: 503 })
    expect(problem.retryAfterSeconds).toBeGreaterThan(0)
    await fresh.stop()
  })

  test('says that it needs a key', async () => {
    expect(await thrownBy(clientOf(scene).listCorps())).toMatchObject({
      code: 'unauthorized',
      status: 401,
    })
  })

  test('has a function for each operation that answers JSON, and none for streams', () => {
    expect(Object.keys(clientOf(scene))).toEqual(Object.keys(routes))
    expect(Object.keys(routes)).toEqual(expect.arrayContaining(['retryEvent', 'getReadiness']))
    expect(Object.keys(routes)).not.toEqual(expect.arrayContaining(['exportState']))
  })

  test.each(['', '.', '..'])('makes no other address of the company "%s"', (corpid) => {
    expect(clientOf(scene, adminToken).getCorp({ corpid })).rejects.toThrow(TypeError)
  })
})

describe('where suited does not answer, the client', () => {
  const answeredBy = (fetch: (request: Request) => Promise<Response>) =>
    createSuitedClient({ url: 'http://suited', fetch })

  test('says so, with the cause', async () => {
    const cause = new TypeError('Unable to connect')
    const suited = answeredBy(() => Promise.reject(cause))
    const problem = await thrownBy(suited.getHealth())
    expect(problem).toMatchObject({ code: 'no_answer', status: 0, cause })
    expect(problem.detail).toContain('Unable to connect')
  })

  test.each([502, 200])('says that the %d of a proxy is not its word', async (status) => {
    const suited = answeredBy(async () => new Response('<html>', { status }))
    expect(await thrownBy(suited.getHealth())).toMatchObject({ code: 'not_from_suited', status })
  })

  test('throws what the caller aborted with', async () => {
    const suited = answeredBy(async (request) => {
      request.signal.throwIfAborted()
      return new Response('{}')
    })
    const reason = new Error('too late')
    const call = suited.getHealth({}, { signal: AbortSignal.abort(reason) })
    expect(call).rejects.toBe(reason)
  })
})
