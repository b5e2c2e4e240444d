import { describe, expect, test } from 'bun:test'
import { encrypt, getSignature } from '@wecom/crypto'
import { type Answer, encodingAesKey, createBackend as setUp, success, token } from '../backend'
import { corpid, provider, suiteId, worker } from '../box'

describe('a push', () => {
  test('to the command URL is sealed for the suite', async () => {
    const { pusher, received } = setUp(success)
    expect(await pusher.pushTicket(suiteId)).toMatchObject({ ok: true, attempts: 1, status: 200 })
    const [push] = received
    expect(push?.receiveId).toBe(suiteId)
    expect(push?.body).toContain(`<ToUserName><![CDATA[${suiteId}]]></ToUserName>`)
    expect(push?.url.searchParams.get('keep')).toBe('a b')
  })

  test('to the data URL is sealed for the company, which stands in its path', async () => {
    const { pusher, received } = setUp(success)
    await pusher.message(suiteId, corpid, { text: '你好', from: worker })
    const [push] = received
    expect(push?.receiveId).toBe(corpid)
    expect(push?.url.pathname).toBe(`/callback/data/${corpid}`)
    expect(push?.message).toContain('<Content><![CDATA[你好]]></Content>')
    expect(push?.message).toContain(`<FromUserName><![CDATA[${worker}]]></FromUserName>`)
  })

  test("to the system URL is sealed for the provider, with the provider's key", async () => {
    const { pusher, received } = setUp(success)
    await pusher.pushEvent('license_pay_success', { corpid })
    expect(received[0]?.receiveId).toBe(provider.corpid)
  })

  test('has an empty receive id for the apps of individuals', async () => {
    const { pusher, received, simulator } = setUp(success)
    const suite = simulator.world.suites.get(suiteId)
    if (suite) suite.receiveIdEmpty = true
    await pusher.pushTicket(suiteId)
    await pusher.message(suiteId, corpid, { text: 'hi' })
    expect(received.map(({ receiveId }) => receiveId)).toEqual(['', ''])
  })

  test('can be any text for any receiver', async () => {
    const { pusher, received } = setUp(success)
    const url = 'https://backend.example/verify'
    await pusher.push(suiteId, 'no xml at all', { url, receiveId: 'wwother' })
    expect(received[0]).toMatchObject({ message: 'no xml at all', receiveId: 'wwother' })
    expect(received[0]?.url.pathname).toBe('/verify')
  })

  test('goes nowhere while no URL is saved', async () => {
    const { pusher, simulator } = setUp(success)
    simulator.world.provider.systemUrl = null
    const result = await pusher.pushEvent('license_pay_success')
    expect(result).toMatchObject({ ok: false, attempts: 0, problem: 'no_url' })
  })

  test('is made of what the catalogue has', async () => {
    const { pusher } = setUp(success)
    await expect(pusher.pushEvent('nothing')).rejects.toMatchObject({ code: 'not_found' })
    await expect(pusher.pushTicket('wwother')).rejects.toMatchObject({ code: 'suite_not_found' })
  })
})

describe('an answer', () => {
  test('other than 200 is asked for again, three times in all, sealed anew', async () => {
    const { clock, pusher, received } = setUp(() => new Response('', { status: 503 }))
    const pushed = pusher.pushTicket(suiteId)
    await clock.advance(2000)
    expect(await pushed).toMatchObject({ ok: false, problem: 'status', status: 503, attempts: 3 })
    expect(new Set(received.map(({ body }) => body)).size).toBe(3)
    expect(new Set(received.map(({ message }) => message)).size).toBe(1)
  })

  test('that comes at the second try is good', async () => {
    const answer: Answer = (_, count) =>
      count === 1 ? new Response('', { status: 500 }) : new Response('success')
    const { clock, pusher } = setUp(answer)
    const pushed = pusher.pushTicket(suiteId)
    await clock.advance(1000)
    expect(await pushed).toMatchObject({ ok: true, attempts: 2, ms: 1000 })
  })

  test('is waited for five seconds each time', async () => {
    const { clock, pusher } = setUp(() => new Promise(() => {}))
    const pushed = pusher.pushTicket(suiteId)
    await clock.advance(17_000)
    expect(await pushed).toMatchObject({ problem: 'timeout', attempts: 3, ms: 17_000 })
  })

  test('that never comes because there is no connection is asked for again', async () => {
    const { clock, pusher } = setUp(() => Promise.reject(new Error('refused')))
    const pushed = pusher.pushTicket(suiteId)
    await clock.advance(2000)
    expect(await pushed).toMatchObject({ problem: 'unreachable', attempts: 3, detail: 'refused' })
  })

  test('that redirects is no answer', async () => {
    const { clock, pusher } = setUp(() => Response.redirect('https://elsewhere.example/'))
    const pushed = pusher.pushTicket(suiteId)
    await clock.advance(2000)
    expect(await pushed).toMatchObject({ problem: 'status', attempts: 3 })
  })

  test.each(['', 'SUCCESS', 'success\n', '"success"'])(
    'of %p to a command message is recorded as an error and not asked for again',
    async (body) => {
      const { pusher } = setUp(() => new Response(body))
      const result = await pusher.pushTicket(suiteId)
      expect(result).toMatchObject({ ok: false, problem: 'wrong_answer', attempts: 1 })
      expect(pusher.log()).toMatchObject([{ type: 'suite_ticket', problem: 'wrong_answer' }])
    },
  )

  test('to an authorisation is wanted within a second', async () => {
    const { clock, pusher, simulator } = setUp(async () => {
      await simulator.world.clock.sleep(1001)
      return new Response('success')
    })
    const installed = pusher.install(suiteId, corpid)
    await clock.advance(1001)
    expect((await installed).push).toMatchObject({ ok: false, problem: 'late', attempts: 1 })
    const ticket = pusher.pushTicket(suiteId)
    await clock.advance(1001)
    expect(await ticket).toMatchObject({ ok: true })
  })

  test("to a member's message is empty or a sealed reply", async () => {
    let reply = 'success'
    const { pusher } = setUp(() => new Response(reply))
    const write = () => pusher.message(suiteId, corpid, { text: 'hi' })
    expect(await write()).toMatchObject({ ok: false, problem: 'wrong_answer', reply: null })
    const sealed = (id: string) => {
      const encrypted = encrypt(encodingAesKey, '<xml><Content>你好</Content></xml>', id)
      const signature = getSignature(token, '1700000000', 'n0nce', encrypted)
      return `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>1700000000</TimeStamp><Nonce><![CDATA[n0nce]]></Nonce></xml>`
    }
    reply = sealed(corpid)
    expect(await write()).toMatchObject({ ok: true, reply: '<xml><Content>你好</Content></xml>' })
    reply = sealed(suiteId)
    expect(await write()).toMatchObject({ problem: 'wrong_answer', reply: null })
    reply = sealed(corpid).replace('1700000000', '1700000001')
    expect(await write()).toMatchObject({ problem: 'wrong_answer' })
  })

  test('to an authorisation event on the data URL may be success too', async () => {
    const { pusher, received } = setUp(() => new Response('success'))
    expect(await pusher.pushEvent('device_data_auth_change')).toMatchObject({ ok: true })
    expect(received[0]?.url.pathname).toBe(`/callback/data/${corpid}`)
  })
})
