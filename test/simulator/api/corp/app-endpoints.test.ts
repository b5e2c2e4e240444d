import { describe, expect, test } from 'bun:test'
import { corpid, createBox, creator, type Json, suiteId, worker } from '../../box'

const setUp = async () => {
  const box = createBox()
  const query = { access_token: await box.corpToken() }
  return { ...box, query }
}

const jsapi = '/cgi-bin/get_jsapi_ticket'
const agentTicket = '/cgi-bin/ticket/get'

describe("a company's access_token", () => {
  test('is told apart: missing, unknown, of the wrong kind, expired', async () => {
    const { clock, get, query, suiteToken } = await setUp()
    expect((await get(jsapi)).errcode).toBe(41001)
    expect((await get(jsapi, { access_token: 'unknown' })).errcode).toBe(40014)
    expect((await get(jsapi, { access_token: await suiteToken() })).errcode).toBe(40014)
    expect((await get(jsapi, query)).errcode).toBe(0)
    await clock.advance(7_200_000)
    expect((await get(jsapi, query)).errcode).toBe(42001)
  })

  test('is void once the company has left', async () => {
    const { get, query, simulator } = await setUp()
    await simulator.pusher.uninstall(suiteId, corpid)
    expect((await get(jsapi, query)).errcode).toBe(40014)
  })

  test('of a disabled app opens nothing but the state of the app', async () => {
    const { get, query, simulator } = await setUp()
    await simulator.pusher.changeAuth(suiteId, corpid, { status: 'disabled' })
    expect((await get(jsapi, query)).errcode).toBe(50003)
    const agent = await get('/cgi-bin/agent/get', { ...query, agentid: '1000002' })
    expect(agent.close).toBe(1)
  })
})

describe('the jsapi tickets', () => {
  test('are two different ones, each the same while it lives', async () => {
    const { get, query } = await setUp()
    const agentConfig = { ...query, type: 'agent_config' }
    const config = await get(jsapi, query)
    const agent = await get(agentTicket, agentConfig)
    expect(config).toMatchObject({ errcode: 0, errmsg: 'ok', expires_in: 7200 })
    expect(agent.ticket).not.toBe(config.ticket)
    expect((await get(jsapi, query)).ticket).toBe(config.ticket)
    expect((await get(agentTicket, agentConfig)).ticket).toBe(agent.ticket)
  })

  test('come from ticket/get for agent_config alone', async () => {
    const { get, query } = await setUp()
    expect((await get(agentTicket, { ...query, type: 'jsapi' })).errcode).toBe(40058)
  })

  test('are refused beyond a hundred an hour for one app, each kind counted alone', async () => {
    const { clock, get, query } = await setUp()
    for (let fetched = 0; fetched < 100; fetched++) await get(jsapi, query)
    expect((await get(jsapi, query)).errcode).toBe(45009)
    expect((await get(agentTicket, { ...query, type: 'agent_config' })).errcode).toBe(0)
    await clock.advance(3_600_000)
    expect((await get(jsapi, query)).errcode).toBe(0)
  })

  test('are refused beyond the limit of the whole company, whichever app asks', async () => {
    const { get, query, simulator, post } = await setUp()
    simulator.world.rules.ticketFetchesPerHour = { perCompany: 1, perSuiteAndCompany: 100 }
    expect((await get(jsapi, query)).errcode).toBe(0)
    await post('/simulator/suites', {}, { suiteId: 'dksecond', kind: 'customised' })
    const { installation } = await simulator.pusher.install('dksecond', corpid)
    const secret = { corpid, corpsecret: installation.permanentCode }
    const { access_token } = await get('/cgi-bin/gettoken', secret)
    expect((await get(jsapi, { access_token: String(access_token) })).errcode).toBe(45009)
  })
})

describe('agent/get', () => {
  test("tells about the company's own app alone", async () => {
    const { get, post, query } = await setUp()
    const agent = await get('/cgi-bin/agent/get', { ...query, agentid: '1000002' })
    expect(agent).toMatchObject({ agentid: 1000002, close: 0, allow_partys: { partyid: [1] } })
    const other = await get('/cgi-bin/agent/get', { ...query, agentid: '1000003' })
    expect(other.errcode).toBe(40056)
    const permissions = await post('/cgi-bin/agent/get_permissions', query)
    expect(permissions.app_permissions).toBeArray()
  })
})

describe('message/send', () => {
  const message = {
    touser: `${worker}|woNobody`,
    msgtype: 'text',
    agentid: 1000002,
    text: { content: '你好' },
  }
  const send = async (change: Json = {}) => {
    const { post, query, simulator } = await setUp()
    const answer = await post('/cgi-bin/message/send', query, { ...message, ...change })
    return { answer, sent: simulator.world.sentMessages }
  }

  test('reaches whom it can and names whom it cannot', async () => {
    const { answer, sent } = await send()
    expect(answer).toMatchObject({ errcode: 0, invaliduser: 'woNobody', invalidparty: '' })
    expect(answer.msgid).toBeString()
    expect(sent).toMatchObject([{ corpid, suiteId, msgtype: 'text', receivers: [worker] }])
  })

  test('reaches everybody in the visible range with @all', async () => {
    const { sent } = await send({ touser: '@all' })
    expect(sent[0]?.receivers).toEqual([creator, worker])
  })

  test.each<[number, string, Json]>([
    [40056, "another app's agentid", { agentid: 1000001 }],
    [41011, 'no agentid', { agentid: undefined }],
    [40008, 'an unknown msgtype', { msgtype: 'fax' }],
    [40058, 'no content of its msgtype', { text: undefined }],
    [40063, 'no addressee', { touser: '' }],
    [81013, 'addressees that are all unknown', { touser: 'woNobody' }],
    [40058, 'too many addressees', { touser: Array(1001).fill(worker).join('|') }],
  ])('is refused with %i for %s', async (errcode, _, change) => {
    const { answer, sent } = await send(change)
    expect(answer.errcode).toBe(errcode)
    expect(sent).toEqual([])
  })
})

describe('members', () => {
  test('are seen as far as the visible range goes', async () => {
    const { get, query, simulator } = await setUp()
    const [installation] = simulator.world.installations.get(`${suiteId}/${corpid}`) ?? []
    const privilege = { ...installation!.privilege, allow_party: [2] }
    await simulator.pusher.changeAuth(suiteId, corpid, { privilege })
    const read = (userid: string) => get('/cgi-bin/user/get', { ...query, userid })
    expect(await read(worker)).toMatchObject({ userid: worker, name: worker, department: [2] })
    expect((await read(creator)).errcode).toBe(60011)
    expect((await read('woNobody')).errcode).toBe(60111)
    const list = await get('/cgi-bin/user/simplelist', { ...query, department_id: '1' })
    expect(list.userlist).toMatchObject([{ userid: worker }])
  })

  test('have an open_userid each', async () => {
    const { post, query } = await setUp()
    const path = '/cgi-bin/batch/userid_to_openuserid'
    expect(await post(path, query, { userid_list: [worker, 'woNobody'] })).toEqual({
      errcode: 0,
      errmsg: 'ok',
      open_userid_list: [{ userid: worker, open_userid: worker }],
      invalid_userid_list: ['woNobody'],
    })
    expect((await post(path, query, { userid_list: [] })).errcode).toBe(40058)
  })
})

test("the addresses of WeCom's callbacks are told, one with a wildcard", async () => {
  const { get, query } = await setUp()
  const { ip_list } = await get('/cgi-bin/getcallbackip', query)
  expect(ip_list).toContainEqual(expect.stringMatching(/\.\*$/))
})
