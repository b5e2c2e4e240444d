import { describe, expect, test } from 'bun:test'
import { createProviderCalls } from '../../../../src/wecom/api/provider-calls'
import { createClientScene, says, startAt } from '../client-scene'

const permanentCode = (answer: object) => {
  const scene = createClientScene(says(answer))
  return scene.outcomeOf(scene.calls.fetchPermanentCode('t', 'c'))
}
const authInfo = (answer: object) => {
  const scene = createClientScene(says(answer))
  return scene.outcomeOf(scene.calls.fetchAuthInfo('t', 'wpE', 'P'))
}
const ticket = (answer: object) => {
  const scene = createClientScene(says(answer))
  return scene.outcomeOf(scene.calls.fetchJsapiTicket('t'))
}
const providerAnswering = (answer: object) => {
  const { client, clock, outcomeOf } = createClientScene(says(answer))
  return { calls: createProviderCalls(client, clock), outcomeOf }
}

describe('an errcode', () => {
  test.each([
    ['40014', 40014],
    [' 40014 ', 40014],
    ['-1', -1],
    ['48002', 48002],
  ])('that comes as the text %j is that errcode', async (errcode, number) => {
    const outcome = await ticket({ errcode, errmsg: 'no', ticket: 'T' })
    expect(outcome).toMatchObject({ error: { kind: 'errcode', errcode: number, errmsg: 'no' } })
  })

  test.each([['0'], [0], [''], [null], ['x'], [true], [1.5], [{}], [[]], ['NaN']])(
    'of %j refuses nothing where what was asked for came',
    async (errcode) => {
      expect(await ticket({ errcode, ticket: 'T' })).toMatchObject({ value: { value: 'T' } })
    },
  )

  test('has an errmsg of 500 characters at most, cut between characters', async () => {
    const scene = createClientScene(
      says({ errcode: 40014, errmsg: `${'x'.repeat(499)}😀${'y'.repeat(900_000)}` }),
    )
    const outcome = await scene.outcomeOf(scene.calls.fetchJsapiTicket('t'))
    const { errmsg } = (outcome as { error: { errmsg: string } }).error
    expect(errmsg).toBe(`${'x'.repeat(499)}\uFFFD`)
    for (const line of scene.lines) expect(line.length).toBeLessThan(1000)
  })
})

describe('a life', () => {
  test.each([
    ['7200', 7200],
    ['60', 60],
    [7199.7, 7199],
    [1.0005, 1],
    ['x', 7200],
    [null, 7200],
    [{}, 7200],
    [-5, 60],
    ['0', 60],
  ])('of %j is %d seconds', async (expires_in, seconds) => {
    expect(await ticket({ ticket: 'T', expires_in })).toEqual({
      value: { value: 'T', fetchedAt: startAt, expiresAt: startAt + seconds * 1000 },
    })
  })
})

describe('a token', () => {
  test('of 4 KiB is one, a longer one is not understood', async () => {
    expect(await ticket({ ticket: 'T'.repeat(4096) })).toHaveProperty('value')
    const outcome = await ticket({ ticket: 'T'.repeat(4097) })
    expect(outcome).toMatchObject({ error: { kind: 'not_understood' } })
  })

  test.each([[''], [null], [['T']], [{}]])('of %j is none', async (value) => {
    expect(await ticket({ ticket: value })).toMatchObject({ error: { kind: 'not_understood' } })
  })
})

describe('a permanent code', () => {
  test.each([
    ['a name that is none', { corp_name: 360 }, ''],
    ['a name that is an object', { corp_name: {} }, ''],
    ['no name', {}, ''],
    ['a name of 900 KB', { corp_name: '企'.repeat(300_000) }, '企'.repeat(256)],
    ['a name with a zero character', { corp_name: 'A\0B' }, 'A\uFFFDB'],
    ['half a character at its name’s end', { corp_name: 'A\ud83d' }, 'A\uFFFD'],
    [
      'a name that would be cut in a character',
      { corp_name: `${'x'.repeat(255)}😀` },
      `${'x'.repeat(255)}\uFFFD`,
    ],
  ])('comes with %s', async (_, company, name) => {
    const answer = { permanent_code: 'P', auth_corp_info: { corpid: 'wpE', ...company } }
    expect(await permanentCode(answer)).toEqual({
      value: { corpid: 'wpE', name, permanentCode: 'P', installer: null },
    })
  })
})

test('a permanent code of the old path is read as leniently', async () => {
  const old =
    '{"access_token":"T","expires_in":7200,"permanent_code":"P","auth_corp_info":{"corpid":"wpE","corp_name":"A\x1b\nB"},"auth_info":{"agent":[]}}'
  const scene = createClientScene(
    () => new Response('', { status: 404 }),
    () => new Response(old),
  )
  expect(await scene.outcomeOf(scene.calls.fetchPermanentCode('t', 'c'))).toEqual({
    value: { corpid: 'wpE', name: 'A\x1b\nB', permanentCode: 'P', installer: null },
  })
})

describe('what a company granted', () => {
  const read = (agent: object) =>
    authInfo({ auth_corp_info: { corp_name: 'A' }, auth_info: { agent: [agent] } })

  test.each([['1000002'], [1000002], [' 1000002']])('has the agentid %j', async (agentid) => {
    expect(await read({ agentid })).toMatchObject({ value: { agentid: 1000002, name: 'A' } })
  })

  test.each([[1.5], ['1.5'], ['x'], [-1], [null], [{}], [[]], [true], ['9'.repeat(30)], [1e300]])(
    'has no agentid if that is %j, and the rest of it all the same',
    async (agentid) => {
      const outcome = await read({ agentid, auth_mode: '1', name: 'app' })
      expect(outcome).toMatchObject({ value: { agentid: null, authMode: 1, name: 'A' } })
      expect(outcome).toMatchObject({ value: { agent: { name: 'app', auth_mode: 1 } } })
    },
  )

  test('is read although an item of a list is none', async () => {
    const outcome = await authInfo({ auth_info: { agent: [null, 'x', { agentid: 7 }] } })
    expect(outcome).toMatchObject({ value: { agentid: 7 } })
  })

  test('is asked for again if it is cut off: what was in the rest is not known', async () => {
    const scene = createClientScene(
      () => new Response('{"errcode":0,"auth_corp_info":{"corp_name":"A"},"auth_i'),
    )
    const outcome = await scene.outcomeOf(scene.calls.fetchAuthInfo('t', 'wpE', 'P'))
    expect(outcome).toMatchObject({ error: { kind: 'not_understood' } })
    expect(scene.asked).toHaveLength(3)
  })
})

describe('of the provider’s calls', () => {
  test('an administrator’s odd members are left out', async () => {
    const { calls, outcomeOf } = providerAnswering({
      admin: [
        { userid: 'a', auth_type: '1' },
        { userid: 7, open_userid: 'o', auth_type: 'x' },
        null,
      ],
    })
    expect(await outcomeOf(calls.fetchAdmins('t', 'wpE', 1))).toEqual({
      value: [
        { userid: 'a', openUserid: null, authType: 1 },
        { userid: 'o', openUserid: 'o', authType: null },
      ],
    })
  })

  test('a licence’s odd moments are left out', async () => {
    const { calls, outcomeOf } = providerAnswering({
      license_status: '1',
      license_check_time: 1e300,
      trail_info: { end_time: '1700000000' },
    })
    expect(await outcomeOf(calls.fetchLicense('t', 'wpE', 'ww1'))).toEqual({
      value: { status: 1, enforcedFrom: null, trialEndsAt: 1_700_000_000_000 },
    })
  })

  test('a licence without a status is none', async () => {
    const { calls, outcomeOf } = providerAnswering({ license_status: 1.5 })
    expect(await outcomeOf(calls.fetchLicense('t', 'wpE', 'ww1'))).toHaveProperty('error')
  })
})
