/** Keys for one suite or one company: what they see, and that they see nothing else. */
import { beforeAll, describe, expect, test } from 'bun:test'
import { jsonOf } from '../../scene'
import { installedThrice, type ThreeSuites } from '../../suite/three-suites'
import { push } from '../wecom/sealed-callback'
import { createKey } from './create-key'

let three: ThreeSuites
let keyOf: Readonly<Record<'corp' | 'suite' | 'events' | 'admin', string>>
let eventOf: Readonly<Record<'own' | 'foreign' | 'unread', string>>

const ask = async (key: string, path: string, method = 'GET') => {
  const headers = { authorization: `Bearer ${key}` }
  const answer = await three.scene.request(path, { method, headers })
  return { status: answer.status, body: await jsonOf(answer) }
}

beforeAll(async () => {
  three = await installedThrice()
  const { scene, corpids } = three
  const [own, foreign] = corpids
  await push(scene, { message: '<xml><AuthCode>secret</AuthCode><State>open</B></xml>' })
  keyOf = {
    corp: await createKey(three.scene, 'corp', { scopes: ['read'], corps: [own] }),
    suite: await createKey(three.scene, 'suite', { scopes: ['read'], suites: ['crm'] }),
    events: await createKey(three.scene, 'events', { scopes: ['events'] }),
    admin: await createKey(three.scene, 'admin', { scopes: ['admin'] }),
  }
  const firstOf = async (query: string) =>
    (await scene.ask(`/api/events?limit=1&${query}`)).items[0].id
  eventOf = {
    own: await firstOf(`corpid=${own}&suite=crm`),
    foreign: await firstOf(`corpid=${foreign}&suite=hr`),
    unread: await firstOf('type=unparsed'),
  }
})

const refused = { status: 403, body: { code: 'forbidden' } }

describe('a key for one company', () => {
  test.each([
    ['the company', () => `/api/corps/${three.corpids[0]}?suite=hr`],
    ['its history', () => `/api/corps/${three.corpids[0]}/timeline?suite=crm`],
    ['its events', () => `/api/events?corpid=${three.corpids[0]}`],
    ['one of its events', () => `/api/events/${eventOf.own}`],
  ])('sees %s', async (_, path) => {
    expect((await ask(keyOf.corp, path())).status).toBe(200)
  })

  test.each([
    ['another company', () => `/api/corps/${three.corpids[1]}?suite=crm`],
    ['the events of all', () => '/api/events'],
    ['another company’s events', () => `/api/events?corpid=${three.corpids[1]}`],
    ['an event of another company', () => `/api/events/${eventOf.foreign}`],
    ['an event of no company', () => `/api/events/${eventOf.unread}`],
    ['all companies', () => '/api/corps'],
    ['the whole service', () => '/api/status'],
    ['other keys', () => '/api/keys'],
    ['who did what', () => '/api/audit'],
    ['an export', () => '/api/export'],
  ])('does not see %s', async (_, path) => {
    expect(await ask(keyOf.corp, path())).toMatchObject(refused)
  })

  test('is told to name the company where a list would be of all', async () => {
    const { body } = await ask(keyOf.corp, '/api/events')
    expect(body.detail).toContain('?corpid=')
  })
})

describe('a key for one suite', () => {
  test.each([
    ['a company in it', () => `/api/corps/${three.corpids[1]}?suite=crm`],
    ['the suite by its id', () => `/api/events?suite=${three.ids.crm}`],
    ['its companies', () => '/api/corps?suite=crm'],
    ['one of its events', () => `/api/events/${eventOf.own}`],
  ])('sees %s', async (_, path) => {
    expect((await ask(keyOf.suite, path())).status).toBe(200)
  })

  test.each([
    ['a company in another one', () => `/api/corps/${three.corpids[0]}?suite=hr`],
    ['a company in whatever suite it is', () => `/api/corps/${three.corpids[0]}`],
    ['the companies of all', () => '/api/corps'],
    ['another one’s events', () => '/api/events?suite=hr'],
    ['an event of another one', () => `/api/events/${eventOf.foreign}`],
    ['the whole service', () => '/api/status'],
  ])('does not see %s', async (_, path) => {
    expect(await ask(keyOf.suite, path())).toMatchObject(refused)
  })

  test('is told to name the suite where a list would be of all', async () => {
    const { body } = await ask(keyOf.suite, '/api/corps')
    expect(body.detail).toContain('?suite=')
  })
})

describe('an event', () => {
  test('is tried again by a key of scope events, and by no reader', async () => {
    const retry = `/api/events/${eventOf.own}/retry`
    expect((await ask(keyOf.events, retry, 'POST')).status).toBe(200)
    expect(await ask(keyOf.suite, retry, 'POST')).toMatchObject(refused)
  })

  test('beyond the limits of a key is not tried again by it', async () => {
    const limited = await createKey(three.scene, 'limited', {
      scopes: ['events'],
      corps: [three.corpids[0]],
    })
    expect((await ask(limited, `/api/events/${eventOf.own}/retry`, 'POST')).status).toBe(200)
    const other = await ask(limited, `/api/events/${eventOf.foreign}/retry`, 'POST')
    expect(other).toMatchObject(refused)
    expect((await ask(limited, '/api/events/none/retry', 'POST')).status).toBe(404)
  })

  test('that can’t be read shows its text to admins alone', async () => {
    const path = `/api/events/${eventOf.unread}`
    for (const method of ['GET', 'POST']) {
      const at = method === 'POST' ? `${path}/retry` : path
      expect((await ask(keyOf.events, at, method)).body.payload).toEqual({})
      expect((await ask(keyOf.admin, at, method)).body.payload.raw).toContain('open')
    }
    const list = await ask(keyOf.events, '/api/events?type=unparsed')
    expect(list.body.items.map(({ payload }: { payload: object }) => payload)).toEqual([{}])
  })
})
