import { describe, expect, test } from 'bun:test'
import { adminToken, createScene, jsonOf, pageUrl, type Scene } from '../../../scene'

const site = {
  publicUrl: 'https://wecom.customer.example/w',
  trustedDomains: ['crm.customer.example', 'test.customer.example:8443'],
}
const ownPage = 'https://crm.customer.example/orders?id=7'

const put = (scene: Scene, corpid: string, body: unknown) =>
  scene.request(`/api/corps/${corpid}/site`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Two companies with the app, the first of which has a site of its own. */
const siteScene = async () => {
  const scene = await createScene()
  const [own = '', other = ''] = scene.corpids
  for (const corpid of [own, other]) await scene.installed(corpid)
  expect((await put(scene, own, site)).status).toBe(200)
  return { scene, own, other }
}

const signed = (scene: Scene, corpid: string, url: string, origin?: string) =>
  scene.request(`/sign?${new URLSearchParams({ corpid, url })}`, {
    headers: origin === undefined ? {} : { origin },
  })

const answerOf = async (answer: Response) => [answer.status, (await jsonOf(answer)).code]

describe('the site of one company', () => {
  test('is none at first, and what was put afterwards', async () => {
    const { scene, own, other } = await siteScene()
    expect(await scene.ask(`/api/corps/${own}/site`)).toEqual(site)
    expect((await scene.ask(`/api/corps/${own}`)).site).toEqual(site)
    expect(await scene.ask(`/api/corps/${other}/site`)).toEqual({
      publicUrl: null,
      trustedDomains: [],
    })
  })

  test('is written as browsers show it, and taken away by one that is empty', async () => {
    const { scene, own } = await siteScene()
    const written = await put(scene, own, {
      publicUrl: 'https://wecom.customer.example/',
      trustedDomains: ['CRM.Customer.example', '客户.example'],
    })
    expect(await jsonOf(written)).toEqual({
      publicUrl: 'https://wecom.customer.example',
      trustedDomains: ['crm.customer.example', 'xn--ubt06m.example'],
    })
    expect((await put(scene, own, {})).status).toBe(200)
    expect(await scene.store.loadCorp(scene.suiteId, own)).not.toHaveProperty('site')
  })

  test.each([
    ['publicUrl', { publicUrl: 'wecom.customer.example' }],
    ['publicUrl', { publicUrl: 'https://u:p@wecom.customer.example' }],
    ['trustedDomains', { trustedDomains: ['https://crm.customer.example'] }],
    ['trustedDomains', { trustedDomains: ['*.customer.example'] }],
    ['trustedDomains', { trustedDomains: 'crm.customer.example' }],
  ])('is refused for its %s, as %j, and the one before stays', async (field, body) => {
    const { scene, own } = await siteScene()
    const refused = await put(scene, own, body)
    expect(refused.status).toBe(400)
    expect((await jsonOf(refused)).errors).toMatchObject([{ field }])
    expect(await scene.ask(`/api/corps/${own}/site`)).toEqual(site)
  })

  test('is for companies alone that have the app', async () => {
    const { scene } = await siteScene()
    expect(await answerOf(await put(scene, 'wpNobody', site))).toEqual([404, 'corp_not_authorized'])
  })

  test('goes with the company', async () => {
    const { scene, own } = await siteScene()
    await scene.simulator.pusher.uninstall(scene.suiteId, own)
    await scene.settle()
    expect((await scene.store.loadCorp(scene.suiteId, own))?.status).toBe('cancelled')
    expect(await scene.store.loadCorp(scene.suiteId, own)).not.toHaveProperty('site')
  })
})

describe('a page on a trusted domain of one company', () => {
  test('gets signatures for that company, and can read them', async () => {
    const { scene, own } = await siteScene()
    for (const [url, origin] of [
      [ownPage, 'https://crm.customer.example'],
      ['https://test.customer.example:8443/', 'https://test.customer.example:8443'],
    ] as const) {
      const answer = await signed(scene, own, url, origin)
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([
        200,
        origin,
      ])
    }
    expect((await signed(scene, own, pageUrl)).status).toBe(200)
  })

  test('gets them also where nothing of the company is in memory yet', async () => {
    const { scene, own } = await siteScene()
    const restarted = await scene.restart()
    expect((await signed(restarted, own, ownPage)).status).toBe(200)
  })

  test('gets none for any other company, and may read why', async () => {
    const { scene, other } = await siteScene()
    for (const corpid of [other, 'wpNobody', '$CORPID$', 'no id!']) {
      const answer = await signed(scene, corpid, ownPage, 'https://crm.customer.example')
      expect(answer.headers.get('access-control-allow-origin')).toBe('*')
      expect(await answerOf(answer)).toEqual([403, 'url_not_trusted'])
    }
  })

  test('can read other refusals as well', async () => {
    const { scene, own } = await siteScene()
    const origin = 'https://crm.customer.example'
    const answer = await signed(scene, own, `${ownPage} `, origin)
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([
      400,
      origin,
    ])
  })

  test('is a stranger’s on another port than the one that is trusted', async () => {
    const { scene, own } = await siteScene()
    expect(await answerOf(await signed(scene, own, 'https://test.customer.example/'))).toEqual([
      403,
      'url_not_trusted',
    ])
  })
})
