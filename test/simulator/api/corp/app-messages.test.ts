import { describe, expect, test } from 'bun:test'
import { dayMs } from '../../../../src/clock'
import { corpid, createBox, otherCorpid, suiteId } from '../../box'

const message = { touser: '@all', msgtype: 'template_card', agentid: 1000002, template_card: {} }

const setUp = async () => {
  const box = createBox()
  const ask = async (path: string, body = {}, corp = corpid) =>
    box.post(`/cgi-bin/message/${path}`, { access_token: await box.corpToken(corp) }, body)
  return { ...box, ask, sent: await ask('send', message) }
}

describe('a message that was sent', () => {
  test('can be taken back by the app that sent it, for a day', async () => {
    const { ask, sent, simulator, clock } = await setUp()
    const { msgid } = sent
    expect((await ask('recall', { msgid }, otherCorpid)).errcode).toBe(40058)
    expect((await ask('recall', { msgid })).errcode).toBe(0)
    expect(simulator.world.sentMessages[0]?.recalledAt).toBe(clock.now())
    await clock.advance(dayMs + 1)
    expect((await ask('recall', { msgid })).errcode).toBe(40058)
  })

  test('as a card can be changed once', async () => {
    const { ask, sent } = await setUp()
    const change = { agentid: 1000002, response_code: sent.response_code }
    expect((await ask('update_template_card', { ...change, agentid: 1 })).errcode).toBe(40056)
    expect((await ask('update_template_card', change)).errcode).toBe(0)
    expect((await ask('update_template_card', change)).errcode).toBe(40058)
  })
})

test("a mini program's code opens one session, of the suite that it was made for", async () => {
  const { get, post, suiteToken } = await setUp()
  const wanted = { kind: 'js_code', suiteId, corpid, userid: 'woWorkerA' }
  const { code } = await post('/simulator/code', {}, wanted)
  const query = {
    suite_access_token: await suiteToken(),
    js_code: String(code),
    grant_type: 'authorization_code',
  }
  const path = '/cgi-bin/service/miniprogram/jscode2session'
  expect(await get(path, query)).toMatchObject({ corpid, userid: 'woWorkerA' })
  expect((await get(path, query)).errcode).toBe(42022)
})
