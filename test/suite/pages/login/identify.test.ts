import { describe, expect, test } from 'bun:test'
import type { TokenKey } from '../../../../src/store/token-record'
import { createIdentify } from '../../../../src/suite/pages/login/identify'
import { WecomFailure } from '../../../../src/wecom/api/failure'
import type { MemberCalls, Person } from '../../../../src/wecom/api/member-calls'
import { suitesOf, suiteWith } from '../login-fixtures'

const app = suiteWith()
const loginSuite = suiteWith({ key: 'login', kind: 'login', suiteId: 'wwLogin' })
const customised = suiteWith({ key: 'template', kind: 'customised', suiteId: 'dk1' })

const person: Person = {
  corpid: 'wp1',
  userid: 'wo1',
  openUserid: 'wo1',
  openid: null,
  externalUserid: null,
  userTicket: null,
  userType: null,
}
const detail = { name: 'wo1', gender: '0', avatar: null, qrCode: null }
const refusal = (errcode: number) => new WecomFailure('errcode', '/cgi-bin/x', { errcode })

/** What is asked, with whose token; each call answers as it is told. */
const createStage = (
  suites: ReturnType<typeof suitesOf>,
  answers: Partial<Record<keyof MemberCalls, () => unknown>> = {},
) => {
  const asked: string[] = []
  const answer =
    (name: keyof MemberCalls, usual: unknown) =>
    async (token: string, secret: string): Promise<never> => {
      asked.push(`${name} ${token} ${secret}`)
      const own = answers[name]
      return (own ? own() : usual) as never
    }
  const identify = createIdentify({
    suites,
    tokens: {
      withToken: (key: TokenKey, use) => use([key.suiteId, key.corpid, key.kind].join('/')),
    },
    calls: {
      identify: answer('identify', person),
      detail: answer('detail', detail),
      identifyInCorp: answer('identifyInCorp', { ...person, corpid: null }),
      detailInCorp: answer('detailInCorp', detail),
      identifyForProvider: answer('identifyForProvider', { ...person, userType: 1 }),
    },
  })
  return { identify, asked }
}

describe('the code of a login', () => {
  test('in the client is asked with the app’s own token', async () => {
    const { identify, asked } = createStage(suitesOf([app, loginSuite]))

    expect(await identify.ofLogin(app, 'client', 'C', null)).toEqual({ person, detail: null })
    expect(asked).toEqual([expect.stringMatching(/^identify wwCrm\/.*suite_access_token C$/)])
  })

  test('on the web is asked with the login suite’s', async () => {
    const { identify, asked } = createStage(suitesOf([app, loginSuite]))
    await identify.ofLogin(app, 'web', 'C', null)

    expect(asked).toEqual([expect.stringMatching(/^identify wwLogin\//)])
  })

  test('of the older web login is asked with the provider’s', async () => {
    const { identify, asked } = createStage(suitesOf([app], { hasOwnLogin: true }))
    await identify.ofLogin(app, 'web', 'C', null)

    expect(asked).toEqual([expect.stringMatching(/^identifyForProvider .*C$/)])
  })

  test.each(['client', 'web'] as const)(
    'of a customised app, %s, is asked with its company’s, whose member it is',
    async (way) => {
      const { identify, asked } = createStage(suitesOf([customised, loginSuite]))
      const identified = await identify.ofLogin(customised, way, 'C', 'wp7')

      expect(identified.person.corpid).toBe('wp7')
      expect(asked).toEqual(['identifyInCorp dk1/wp7/access_token C'])
    },
  )

  test('whose ticket opens details gives them, and a failure of these is none of the code', async () => {
    const withTicket = { ...person, userTicket: 'T' }
    const suites = suitesOf([app])
    const good = createStage(suites, { identify: () => withTicket })
    expect(await good.identify.ofLogin(app, 'client', 'C', null)).toEqual({
      person: withTicket,
      detail,
    })
    expect(good.asked).toHaveLength(2)

    const bad = createStage(suites, {
      identify: () => withTicket,
      detail: () => Promise.reject(refusal(48002)),
    })
    await expect(bad.identify.ofLogin(app, 'client', 'C', null)).rejects.toMatchObject({
      errcode: 48002,
    })
    expect(bad.asked).toHaveLength(2)
  })
})

describe('the code of WeCom’s console', () => {
  test('is asked of the login suite, where there is one', async () => {
    const { identify, asked } = createStage(suitesOf([app, loginSuite]))
    await identify.ofConsole(app, 'C')

    expect(asked).toEqual([expect.stringMatching(/^identify wwLogin\//)])
  })

  test('is asked the older way where there is none, of customised apps too', async () => {
    for (const suite of [app, customised]) {
      const { identify, asked } = createStage(suitesOf([suite]))

      expect((await identify.ofConsole(suite, 'C')).person.userType).toBe(1)
      expect(asked).toEqual([expect.stringMatching(/^identifyForProvider /)])
    }
  })

  const unknown = { identify: () => Promise.reject(refusal(40029)) }

  test('that the login suite doesn’t know is asked the older way', async () => {
    const { identify, asked } = createStage(suitesOf([app, loginSuite]), unknown)
    await identify.ofConsole(app, 'C')

    expect(asked).toHaveLength(2)
  })

  test('stays unknown where the provider’s secret isn’t set', async () => {
    const suites = suitesOf([app, loginSuite], { secret: null })

    await expect(createStage(suites, unknown).identify.ofConsole(app, 'C')).rejects.toMatchObject({
      errcode: 40029,
    })
  })

  test.each([60020, 48002, -1])('is not asked again after errcode %i', async (errcode) => {
    const refused = { identify: () => Promise.reject(refusal(errcode)) }
    const { identify, asked } = createStage(suitesOf([app, loginSuite]), refused)

    await expect(identify.ofConsole(app, 'C')).rejects.toMatchObject({ errcode })
    expect(asked).toHaveLength(1)
  })
})

test('without the provider’s corpid nobody comes from the console', async () => {
  const { identify } = createStage(suitesOf([app], { corpid: null }))

  await expect(identify.ofConsole(app, 'C')).rejects.toMatchObject({ code: 'suite_not_configured' })
})
