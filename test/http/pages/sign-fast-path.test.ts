/**
 * The short way past the routes gives what the route gives, or nothing, and then nothing happened.
 */
import { afterAll, describe, expect, test } from 'bun:test'
import { headersOfListener } from '../../../src/http/answer/headers'
import { createSignFastPath } from '../../../src/http/pages/sign-fast-path'
import { createSignatureAnswer } from '../../../src/http/pages/signature'
import { createScene, jsonOf, pageUrl, type Scene } from '../../scene'

const shortWay = ({ service: { appParts } }: Scene) => {
  const fastPath = createSignFastPath(
    appParts.sign,
    createSignatureAnswer(headersOfListener(false)),
  )
  return (path: string, init?: RequestInit) =>
    fastPath(new Request(`http://localhost${path}`, init))
}

const byRoute = ({ service: { app } }: Scene, path: string, init?: RequestInit) =>
  app.handle(new Request(`http://localhost${path}`, init))

const scene = await createScene()
const corpid = await scene.installed()
await scene.sign(corpid, 'config')
await scene.sign(corpid, 'agent_config')
afterAll(() => scene.stop())
const fastPath = shortWay(scene)

const query = (fields: Record<string, string> = {}) =>
  String(new URLSearchParams({ corpid, url: pageUrl, ...fields }))

/** All of an answer but what is new in each. */
const lasting = async (answer: Response) => {
  const { nonceStr: _, noncestr: __, signature: ___, sign: ____, ...same } = await jsonOf(answer)
  return { status: answer.status, headers: Object.fromEntries(answer.headers), ...same }
}

describe('a signature whose ticket is at hand is the same on both ways', () => {
  test.each([
    ['config', `/sign?${query()}`],
    ['agent_config', `/sign?${query({ type: 'agent_config' })}`],
    ['of a suite by its key', `/suites/default/sign?${query()}`],
    ['of a suite by its id', `/suites/${scene.suiteId}/sign?${query()}`],
    ['with fields in another order, one of them twice', `/sign?url=x&type=config&${query()}`],
    ['of a page with Chinese in its fragment', `/sign?${query({ url: `${pageUrl}#/客户 b` })}`],
    ['of a page with escapes', `/sign?${query({ url: `${pageUrl}&next=%2Forders&x=100%25` })}`],
    ['of a page that was written by hand', `/sign?url=${pageUrl}&corpid=${corpid}`],
    ['of a page that was put through encodeURI', `/sign?url=${pageUrl}%2520b&corpid=${corpid}`],
    ['with a broken escape elsewhere', `/sign?${query()}&note=100%`],
  ])('%s', async (_, path) => {
    const short = fastPath(path)
    if (short === null) throw new Error('There is none.')
    expect(await lasting(short)).toEqual(await lasting(await byRoute(scene, path)))
  })

  test.each([
    'https://app.example.com',
    'https://app.example.com:8443',
    'https://evil.example',
    'null',
    'no origin',
  ])('for a page of the origin %s, whoever came before', async (origin) => {
    for (const headers of [{}, { origin }, { origin: 'https://app.example.com' }, { origin }]) {
      const short = fastPath(`/sign?${query()}`, { headers })
      if (short === null) throw new Error('There is none.')
      const route = await byRoute(scene, `/sign?${query()}`, { headers })
      expect(await lasting(short)).toEqual(await lasting(route))
    }
  })

  test('and accepted by WeCom’s client', async () => {
    const short = fastPath(`/sign?${query()}`)
    const { suiteId, simulator } = scene
    const signed = { suiteId, type: 'config' as const, url: pageUrl, ...(await jsonOf(short!)) }
    expect(simulator.acceptsSignature(signed)).toEqual({ ok: true })
  })
})

describe('the short way gives nothing', () => {
  test.each([
    ['where it is asked with POST', '/sign', { method: 'POST', body: '{}' }],
    ['where it is asked with HEAD', `/sign?${query()}`, { method: 'HEAD' }],
    ['on a path with a slash at its end', `/sign/?${query()}`, {}],
    ['on another path', `/healthz?${query()}`, {}],
    ['on a path that ends likewise', `/api/sign?${query()}`, {}],
    ['for a suite that is none of ours', `/suites/none/sign?${query()}`, {}],
    ['for a suite whose name is escaped', `/suites/%64efault/sign?${query()}`, {}],
    ['for a company that is unknown', `/sign?${query({ corpid: 'wpNobody' })}`, {}],
    ['for a page on another domain', `/sign?${query({ url: 'https://evil.example' })}`, {}],
    ['for a page whose address was not encoded', `/sign?corpid=${corpid}&url=${pageUrl}&x=1`, {}],
    ['for a page whose own escapes are lost', `/sign?corpid=${corpid}&url=${pageUrl}%2F7`, {}],
    [
      'for a page with a broken escape',
      `/sign?corpid=${corpid}&url=${encodeURIComponent(pageUrl)}%`,
      {},
    ],
    [
      'for a page that was encoded twice',
      `/sign?${query({ url: encodeURIComponent(pageUrl) })}`,
      {},
    ],
    ['for a page from a template', `/sign?${query({ url: `${pageUrl}&amp;x=1` })}`, {}],
    ['for a page with the placeholder', `/sign?${query({ url: `${pageUrl}&c=$CORPID$` })}`, {}],
    ['for the placeholder', `/sign?${query({ corpid: '$CORPID$' })}`, {}],
    ['with a query that was escaped', `/sign?${query()}&amp;type=agent_config`, {}],
    ['for an unknown type', `/sign?${query({ type: 'agent' })}`, {}],
    ['without any field', '/sign', {}],
  ])('%s', (_, path, init) => {
    expect(fastPath(path, init)).toBeNull()
  })

  test('for a ticket that must be fetched', async () => {
    const fresh = await createScene()
    const installed = await fresh.installed()
    const path = `/sign?${new URLSearchParams({ corpid: installed, url: pageUrl })}`
    expect(shortWay(fresh)(path)).toBeNull()
    expect((await byRoute(fresh, path)).status).toBe(200)
    expect(shortWay(fresh)(path)).not.toBeNull()
    await fresh.stop()
  })
})

describe('the limit of an address', () => {
  const limited = async () => {
    const own = await createScene({
      env: { SUITED_RATE_LIMIT: '2' },
      remoteAddressOf: () => '192.0.2.1',
    })
    const installed = await own.installed()
    const path = `/sign?${new URLSearchParams({ corpid: installed, url: pageUrl })}`
    await own.service.appParts.sign.signing.sign({
      suite: own.service.suites.find(),
      corpid: installed,
      url: pageUrl,
      type: 'config',
    })
    return { own, path, short: shortWay(own) }
  }

  test('counts each signature once, and ends the short way too', async () => {
    const { own, path, short } = await limited()
    expect([short(path), short(path), short(path)].map((answer) => answer?.status)).toEqual([
      200,
      200,
      undefined,
    ])
    expect((await own.request(path)).status).toBe(429)
    await own.stop()
  })

  test('does not count what the short way leaves to the route', async () => {
    const { own, path, short } = await limited()
    for (let i = 0; i < 5; i++) expect(short(`${path}&type=none`)).toBeNull()
    expect((await own.request(path)).status).toBe(200)
    await own.stop()
  })
})
