/** One table of refusals, held against every door that a key may be shown at. */
import { beforeAll, describe, expect, test } from 'bun:test'
import { answerOfSdks } from '../../../src/app'
import { minuteMs } from '../../../src/clock'
import type { KeyScope } from '../../../src/store/api-keys'
import { adminToken, jsonOf, pageUrl, type Scene } from '../../scene'
import { installedThrice, type ThreeSuites } from '../../suite/three-suites'
import { createKey } from './create-key'

/** What is asked at a door. */
interface Asked {
  readonly token: string | null
  readonly suite: 'crm' | 'hr'
  readonly corpid: string
}

interface Door {
  readonly name: string
  /** What opens it. */
  readonly scope: KeyScope
  /** Whether those come in who show nothing, or no key. */
  readonly isOpen: boolean
  /** Whether what is there is of all suites and companies: then no limited key is let in. */
  readonly isOfAll?: true
  /** How many requests it takes to come through; one, unless another number stands here. */
  readonly requests?: number
  /** The status of its answer, where it speaks HTTP; what stands for it, where it doesn't. */
  ask(scene: Scene, asked: Asked): Promise<number>
}

const overHttp =
  (addressOf: (asked: Asked) => string) =>
  async (scene: Scene, asked: Asked): Promise<number> => {
    const headers: Record<string, string> = asked.token
      ? { authorization: `Bearer ${asked.token}` }
      : {}
    return (await scene.request(addressOf(asked), { headers })).status
  }

/** What an errcode of the listener for SDKs, where all is HTTP 200, stands for elsewhere. */
const statusOfErrcode: Readonly<Record<number, number>> = {
  0: 200,
  40001: 401,
  48002: 403,
  45009: 429,
}

/** A program that fetches a token with its key, and calls WeCom with that. */
const askAsSdk: Door['ask'] = async (scene, { token, suite, corpid }) => {
  const listener = answerOfSdks(scene.service.appParts, false)
  const call = async (path: string, query: Record<string, string>) => {
    const address = `http://localhost/suites/${suite}/cgi-bin/${path}?${new URLSearchParams(query)}`
    return jsonOf(await listener(new Request(address)))
  }
  const given = await call('gettoken', { corpid, corpsecret: token ?? '' })
  const { errcode } =
    given.errcode === 0
      ? await call('user/simplelist', { access_token: given.access_token, department_id: '1' })
      : given
  return statusOfErrcode[errcode] ?? errcode
}

const doors: readonly Door[] = [
  {
    name: '/api',
    scope: 'read',
    isOpen: false,
    ask: overHttp(({ suite, corpid }) => `/api/corps/${corpid}?suite=${suite}`),
  },
  {
    name: '/proxy',
    scope: 'proxy',
    isOpen: false,
    ask: overHttp(
      ({ suite, corpid }) => `/suites/${suite}/proxy/corps/${corpid}/cgi-bin/user/simplelist`,
    ),
  },
  {
    name: '/sign',
    scope: 'sign',
    isOpen: true,
    ask: overHttp(
      ({ suite, corpid }) =>
        `/suites/${suite}/sign?${new URLSearchParams({ corpid, url: pageUrl })}`,
    ),
  },
  {
    name: '/metrics',
    scope: 'metrics',
    isOpen: false,
    isOfAll: true,
    ask: overHttp(() => '/metrics'),
  },
  {
    name: 'the listener for SDKs',
    scope: 'proxy',
    isOpen: false,
    // For a handle, then with it.
    requests: 2,
    ask: askAsSdk,
  },
]

let three: ThreeSuites
let own: Omit<Asked, 'token'>
let names = 0

beforeAll(async () => {
  three = await installedThrice()
  own = { suite: 'crm', corpid: three.corpids[0]! }
})

const keyWith = (rights: Readonly<Record<string, unknown>>): Promise<string> =>
  createKey(three.scene, `key-${++names}`, rights)

const asAdmin = (path: string, method: string) =>
  three.scene.request(path, { method, headers: { authorization: `Bearer ${adminToken}` } })

const idOf = (key: string): string => key.split('_')[2]!

describe.each(doors)('at $name', ({ scope, isOpen, isOfAll, requests = 1, ask }) => {
  const status = (token: string | null, more: Partial<Asked> = {}): Promise<number> =>
    ask(three.scene, { ...own, ...more, token })
  const stranger = isOpen ? 200 : 401
  const itsOwn = isOfAll ? 403 : 200

  test('a key of its scope is let in, and so is one of scope admin', async () => {
    expect(await status(await keyWith({ scopes: [scope] }))).toBe(200)
    expect(await status(await keyWith({ scopes: ['admin'] }))).toBe(200)
  })

  test('whoever shows nothing, or what is no key, is nobody', async () => {
    expect(await status(null)).toBe(stranger)
    expect(await status('a-wrong-token')).toBe(stranger)
    expect(await status(`${adminToken}x`)).toBe(stranger)
  })

  test('a key that nobody knows is refused, and so is a right id with a wrong secret', async () => {
    const key = await keyWith({ scopes: [scope] })
    expect(await status(`sk_suited_${'A'.repeat(16)}_${'A'.repeat(43)}`)).toBe(401)
    expect(await status(key.slice(0, -43) + 'A'.repeat(43))).toBe(401)
    expect(await status(key.slice(0, -1))).toBe(401)
  })

  test('a key that was revoked is refused', async () => {
    const key = await keyWith({ scopes: [scope] })
    expect(await status(key)).toBe(200)
    expect((await asAdmin(`/api/keys/${idOf(key)}`, 'DELETE')).status).toBe(204)
    expect(await status(key)).toBe(401)
  })

  test('a key that has ended is refused', async () => {
    const expiresAt = three.scene.clock.now() + minuteMs
    const key = await keyWith({ scopes: [scope], expiresAt })
    expect(await status(key)).toBe(200)
    await three.scene.clock.advance(minuteMs)
    expect(await status(key)).toBe(401)
  })

  test('a key of every other scope is refused', async () => {
    const others = ['sign', 'login', 'events', 'proxy', 'ticket', 'metrics', 'read'].filter(
      (one) => one !== scope,
    )
    expect(await status(await keyWith({ scopes: others }))).toBe(403)
  })

  test('a key over its limit is refused until its minute is over, and no other one with it', async () => {
    const key = await keyWith({ scopes: [scope], perMinute: 2 * requests })
    expect([await status(key), await status(key), await status(key)]).toEqual([200, 200, 429])
    expect(await status(await keyWith({ scopes: [scope] }))).toBe(200)
    await three.scene.clock.advance(minuteMs)
    expect(await status(key)).toBe(200)
  })

  test('a key for one company is let in for that one alone', async () => {
    const key = await keyWith({ scopes: [scope], corps: [own.corpid] })
    expect(await status(key)).toBe(itsOwn)
    expect(await status(key, { corpid: three.corpids[1]! })).toBe(403)
  })

  test('a key for one suite is let in for that one alone', async () => {
    const key = await keyWith({ scopes: [scope], suites: ['crm'] })
    expect(await status(key)).toBe(itsOwn)
    expect(await status(key, { suite: 'hr' })).toBe(403)
  })

  test('a rotated key is let in with both of its secrets, counted as one', async () => {
    const key = await keyWith({ scopes: [scope], perMinute: 2 * requests })
    expect(await status(key)).toBe(200)
    const answer = await asAdmin(`/api/keys/${idOf(key)}/rotate`, 'POST')
    const { key: fresh } = (await answer.json()) as { key: string }
    expect([await status(fresh), await status(key), await status(fresh)]).toEqual([200, 429, 429])
  })
})

test('no key that is shown at a door, be it right or wrong, is in a line of the log', async () => {
  for (const { scope, ask } of doors) {
    const key = await keyWith({ scopes: [scope] })
    expect(await ask(three.scene, { ...own, token: key })).toBe(200)
    expect(await ask(three.scene, { ...own, token: `${key.slice(0, -1)}-` })).toBe(401)
  }
  expect(JSON.stringify(three.scene.logs)).not.toContain('sk_suited_')
})
