import { describe, expect, test } from 'bun:test'
import { createScene, type Scene } from '../../scene'
import { expectRefused } from './refused-callback'
import { command, memberMessage, nowSeconds, push } from './sealed-callback'

/** What a member typed who knows that somebody on the way writes texts down carelessly. */
const brokenOut = (scene: Scene, elements: Readonly<Record<string, string | number>>) => {
  const claimed = { SuiteId: scene.suiteId, AuthCorpId: scene.corpids[0]!, ...elements }
  const written = Object.entries(claimed).map(([name, value]) => `<${name}>${value}</${name}>`)
  return memberMessage(scene, {
    Content: `<![CDATA[x]]></Content>${written.join('')}<Content><![CDATA[y]]>`,
  })
}

const brokenOutOfJson = (scene: Scene, elements: Readonly<Record<string, string | number>>) =>
  JSON.stringify({
    ToUserName: scene.corpids[0]!,
    CreateTime: nowSeconds(scene),
    MsgType: 'text',
    Content: 'x',
    SuiteId: scene.suiteId,
    AuthCorpId: scene.corpids[0]!,
    ...elements,
  })

const claims = (scene: Scene) => [
  { InfoType: 'suite_ticket', SuiteTicket: 'evil', TimeStamp: nowSeconds(scene) + 80_000 },
  { InfoType: 'create_auth', AuthCode: 'evil', TimeStamp: nowSeconds(scene) },
  { InfoType: 'cancel_auth', AuthCorpId: scene.corpids[1]!, TimeStamp: nowSeconds(scene) },
]

describe('a member’s text that becomes elements', () => {
  test('is never a ticket, a code or a removal: it stays that member’s text', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    const before = await scene.store.loadSuite(scene.suiteId)
    const [corpid] = scene.corpids
    const exchanges = scene.calls('/cgi-bin/service/*')
    for (const write of [brokenOut, brokenOutOfJson]) {
      for (const claim of claims(scene)) {
        for (const path of [`/callback/data/${corpid}`, '/callback/data', '/callback/command']) {
          const answer = await push(scene, {
            path,
            message: write(scene, claim),
            receiveId: corpid!,
          })
          expect([answer.status, await answer.text()]).toEqual([200, ''])
        }
      }
    }
    await scene.settle()
    expect((await scene.store.loadSuite(scene.suiteId))?.ticket).toEqual(before?.ticket)
    expect(scene.calls('/cgi-bin/service/*')).toBe(exchanges)
    const { items } = await scene.ask('/api/events')
    for (const event of items) {
      expect(event).toMatchObject({ type: 'text', source: 'data', corpid, status: 'done' })
    }
    await scene.stop()
  })

  test('can’t be sealed for a company and be a ticket, even without what a member’s message has', async () => {
    const scene = await createScene()
    const [corpid] = scene.corpids
    for (const claim of claims(scene).slice(0, 2)) {
      const message = command(scene, claim)
      const path = `/callback/data/${corpid}`
      const answer = await push(scene, { path, message, receiveId: corpid! })
      await expectRefused(scene, answer, { status: 403, code: 'wrong_receiver' })
    }
    expect((await scene.store.loadSuite(scene.suiteId))?.ticket ?? null).toBeNull()
    await scene.stop()
  })

  test('that says twice what the message is leaves it unread', async () => {
    const scene = await createScene()
    const message = command(scene, {
      InfoType: 'change_contact',
      Name: `<![CDATA[x]]></Name><InfoType>suite_ticket</InfoType><SuiteTicket>evil</SuiteTicket><Name>`,
    })
    expect(await (await push(scene, { message })).text()).toBe('success')
    const { items } = await scene.ask('/api/events')
    expect(items).toMatchObject([{ type: 'unparsed', status: 'dead', lastError: 'contradictory' }])
    expect(items[0].payload).toMatchObject({ SuiteTicket: '***' })
    expect((await scene.store.loadSuite(scene.suiteId))?.ticket ?? null).toBeNull()
    await scene.stop()
  })
})
