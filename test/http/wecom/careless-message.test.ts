import { describe, expect, test } from 'bun:test'
import { createScene, jsonOf, type Scene } from '../../scene'
import { command, memberMessage, push } from './sealed-callback'

/** What members and channels put into a text, as WeCom's wrapper lets it through. */
const careless: [string, string, string][] = [
  ['U+0010', '<![CDATA[a\u0010b]]>', 'a\u0010b'],
  ['U+0000', '<![CDATA[a\0b]]>', 'a\0b'],
  ['U+0008', '<![CDATA[a\bb]]>', 'a\bb'],
  ['U+000B', '<![CDATA[a\vb]]>', 'a\vb'],
  ['U+001B', '<![CDATA[a\u001Bb]]>', 'a\u001Bb'],
  ['U+001D', '<![CDATA[a\u001Db]]>', 'a\u001Db'],
  ['U+FFFE', '<![CDATA[a\uFFFEb]]>', 'a\uFFFEb'],
  ['U+FFFF', '<![CDATA[a\uFFFFb]]>', 'a\uFFFFb'],
  ['a bare ampersand', 'a&b', 'a&b'],
  ['a query', '?a=1&b=2', '?a=1&b=2'],
  ['an entity of HTML', 'a&nbsp;b', 'a&nbsp;b'],
  ['the end of a section', 'a]]>b', 'a]]>b'],
  ['the end of a section in a section', '<![CDATA[a]]>b]]>', 'a]]>b'],
  ['a pair of halves', '&#xD83D;&#xDE00;', '😀'],
]

/**
 * One of each kind: a character that XML forbids, bare markup, half a section, half a character.
 */
const oneOfEachKind = careless.filter(([name]) =>
  ['U+0000', 'a query', 'the end of a section', 'a pair of halves'].includes(name),
)

describe('a careless text', () => {
  test.each(careless)(
    'in a member’s message empties nothing of it: %s',
    async (_, written, text) => {
      const scene = await createScene()
      const [corpid = '', other = ''] = scene.corpids
      const message = memberMessage(scene, { Content: written })
      const to = { path: `/callback/data/${corpid}`, message }
      expect((await push(scene, { ...to, receiveId: corpid })).status).toBe(200)
      const { items } = await scene.ask('/api/events')
      expect(items).toMatchObject([{ type: 'text', corpid, status: 'done' }])
      expect(items[0].payload).toMatchObject({ Content: text, MsgId: '1234567890123456789' })
      const wrong = await push(scene, { ...to, receiveId: other })
      expect([wrong.status, (await jsonOf(wrong)).code]).toEqual([403, 'wrong_receiver'])
    },
  )

  test.each(oneOfEachKind)(
    'in the State of an install leaves the install: %s',
    async (_, written) => {
      const scene = await createScene()
      await scene.simulator.pusher.pushTicket(scene.suiteId)
      const corpid = scene.corpids[0]!
      const { authCode } = await scene.simulator.pusher.install(scene.suiteId, corpid, {
        from: 'provider',
      })
      const elements = {
        InfoType: 'create_auth',
        AuthCorpId: '',
        AuthCode: authCode,
        State: written,
      }
      expect(await (await push(scene, { message: command(scene, elements) })).text()).toBe(
        'success',
      )
      await scene.settle()
      expect((await scene.sign(corpid)).status).toBe(200)
    },
  )

  test.each(oneOfEachKind)('in a departure leaves the departure: %s', async (_, written) => {
    const scene = await createScene()
    const corpid = await scene.installed()
    await scene.clock.advance(20 * 60_000)
    const elements = { InfoType: 'cancel_auth', AuthCorpId: corpid, Remark: written }
    await push(scene, { message: command(scene, elements) })
    await scene.settle()
    expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('cancelled')
  })

  test.each(oneOfEachKind)('beside a ticket leaves the ticket: %s', async (_, written) => {
    const scene = await createScene()
    const elements = { InfoType: 'suite_ticket', SuiteTicket: 'ticket-1', Remark: written }
    await push(scene, { message: command(scene, elements) })
    expect((await scene.store.loadSuite(scene.suiteId))?.ticket?.value).toBe('ticket-1')
  })
})

describe('NULs behind a message', () => {
  test.each(['\0', '\0\0\0\0', ' \0\n'])('are no part of it: %j', async (tail) => {
    const scene = await createScene()
    await push(scene, { message: command(scene) + tail })
    expect((await scene.ask('/api/events')).items).toMatchObject([{ type: 'corp_arch_auth' }])
  })
})

const json = (scene: Scene, elements: object) =>
  JSON.stringify({
    SuiteId: scene.suiteId,
    TimeStamp: scene.clock.now() / 1000,
    ...elements,
  })

describe('a message in JSON', () => {
  test('is worked on as one in XML is, and its secrets are masked', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    const corpid = scene.corpids[0]!
    const { authCode } = await scene.simulator.pusher.install(scene.suiteId, corpid, {
      from: 'provider',
    })
    const message = json(scene, { InfoType: 'create_auth', AuthCode: authCode, AppId: 1 })
    expect(await (await push(scene, { message })).text()).toBe('success')
    await scene.settle()
    const { items } = await scene.ask('/api/events?type=create_auth')
    expect(items).toMatchObject([
      { corpid, status: 'done', payload: { AuthCode: '***', AppId: '1' } },
    ])
  })

  test('is held to the same receivers', async () => {
    const scene = await createScene()
    const message = json(scene, { SuiteId: 'wwother', InfoType: 'change_auth' })
    expect((await push(scene, { message })).status).toBe(403)
  })
})

describe.each([
  ['quotes that nobody escaped', '"State":"he said "hi" ok"'],
  ['an escape that there is not', '"State":"a\\qb"'],
  ['a number that JSON refuses', '"Count":007'],
  ['a comma too many', '"State":"a",'],
])('%s in a message that came as JSON', (_, careless) => {
  const written = (scene: Scene, elements: object) =>
    `${json(scene, elements).slice(0, -1)},${careless}}\u0001`

  test('loses no ticket', async () => {
    const scene = await createScene()
    const message = written(scene, { InfoType: 'suite_ticket', SuiteTicket: 'the-ticket' })
    expect(await (await push(scene, { message })).text()).toBe('success')
    expect((await scene.store.loadSuite(scene.suiteId))?.ticket?.value).toBe('the-ticket')
  })

  test('loses no departure', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    await scene.clock.advance(20 * 60_000)
    await push(scene, { message: written(scene, { InfoType: 'cancel_auth', AuthCorpId: corpid }) })
    await scene.settle()
    expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('cancelled')
  })
})

describe('an AuthCode', () => {
  test('that is longer than any of WeCom’s is never shown to WeCom', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    const elements = { InfoType: 'create_auth', AuthCode: 'a'.repeat(513) }
    await push(scene, { message: command(scene, elements) })
    await scene.settle()
    const { items } = await scene.ask('/api/events?type=create_auth')
    expect(items).toMatchObject([{ status: 'dead', payload: { AuthCode: '***' } }])
    expect(scene.calls('/cgi-bin/service/v2/get_permanent_code')).toBe(0)
  })

  test('is used without the blanks that stand around it', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    const corpid = scene.corpids[0]!
    const { authCode } = await scene.simulator.pusher.install(scene.suiteId, corpid, {
      from: 'provider',
    })
    const AuthCode = `<![CDATA[ ${authCode}\n]]>`
    const InfoType = '<![CDATA[ create_auth ]]>'
    await push(scene, { message: command(scene, { InfoType, AuthCorpId: '', AuthCode }) })
    await scene.settle()
    expect((await scene.sign(corpid)).status).toBe(200)
  })
})
