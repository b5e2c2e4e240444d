import { describe, expect, test } from 'bun:test'
import { eventIdentity } from '../../../src/events/event-identity'
import { createScene, jsonOf, type Scene } from '../../scene'
import { command, memberMessage, push } from './sealed-callback'

const only = async (scene: Scene) => (await scene.ask('/api/events')).items[0]
const retry = (scene: Scene, id: string) => scene.ask(`/api/events/${id}/retry`, { method: 'POST' })

const unreadable = '<xml><AuthCode><![CDATA[secret]]></AuthCode><State>open</B></xml>'

describe('a message that can’t be read', () => {
  test('shows its text with its secrets masked, wherever one event or many are shown', async () => {
    const scene = await createScene()
    await push(scene, { message: unreadable })
    const event = await only(scene)
    expect(event).toMatchObject({ type: 'unparsed', status: 'dead', corpid: null, subject: {} })
    expect(event.payload).toEqual({ raw: '<xml><AuthCode>***</AuthCode><State>open</B></xml>' })
    expect(await scene.ask(`/api/events/${event.id}`)).toEqual(event)
    expect((await retry(scene, event.id)).payload).toEqual(event.payload)
    expect(JSON.stringify(scene.logs)).not.toContain('secret')
  })

  test('shows nobody its text but who has the admin token', async () => {
    const scene = await createScene()
    await push(scene, { message: unreadable })
    expect((await scene.request('/api/events')).status).toBe(401)
    const shown = await scene.request('/api/export', {
      headers: { authorization: 'Bearer an-admin-token-for-the-tests' },
    })
    const text = await shown.text()
    expect(text).toContain('unparsed')
    expect(text).not.toContain('secret')
    expect(text).not.toContain('open')
  })

  test('has no text where it came empty', async () => {
    const scene = await createScene()
    await push(scene, { message: '' })
    expect((await only(scene)).payload).toEqual({})
  })

  test('is dead again after a retry, if it still can’t be read', async () => {
    const scene = await createScene()
    await push(scene, { message: unreadable })
    await retry(scene, (await only(scene)).id)
    await scene.settle()
    expect(await only(scene)).toMatchObject({
      type: 'unparsed',
      status: 'dead',
      lastError: 'not_xml',
      attempts: 1,
    })
  })

  test.each([
    ['/callback/command', 'wwother', 403],
    ['/callback/command', '', 403],
    ['/callback/command', 'wpCompany', 403],
    ['/callback/data/wpCompany', 'wpCompany', 200],
    ['/callback/data/wpCompany', 'wpOther', 403],
    ['/callback/data', 'wpOther', 200],
    ['/callback/data/$CORPID$', 'wpOther', 200],
    ['/callback/data', '', 403],
    ['/callback/system', 'wwother', 403],
  ])('is judged by its receive id alone: at %s for %j', async (path, receiveId, status) => {
    const scene = await createScene()
    const answer = await push(scene, { path, message: 'no xml', receiveId })
    expect(answer.status).toBe(status)
    if (status === 403) expect((await jsonOf(answer)).code).toBe('wrong_receiver')
    expect((await scene.ask('/api/events')).items).toHaveLength(status === 200 ? 1 : 0)
  })

  test.each(['/callback/command', '/callback/data/wpCompany', '/callback/system'])(
    'may be for the suite or for the provider: at %s',
    async (path) => {
      const scene = await createScene()
      for (const receiveId of [scene.suiteId, scene.simulator.world.provider.corpid]) {
        expect(
          (await push(scene, { path, message: `no xml ${receiveId}`, receiveId })).status,
        ).toBe(200)
      }
    },
  )

  test('may be for anybody while our own ids aren’t known, and teaches none', async () => {
    const scene = await createScene({ env: { WECOM_SUITE_ID: '' } })
    const answer = await push(scene, { message: 'no xml', receiveId: 'wwunknown' })
    expect(answer.status).toBe(200)
    expect(JSON.stringify(await scene.ask('/api/status'))).not.toContain('wwunknown')
  })
})

/** What a suited before this one could not read and kept. */
const keptUnread = async (
  scene: Scene,
  body: string,
  { suiteId = scene.suiteId, pendingSecret }: { suiteId?: string; pendingSecret?: string } = {},
) => {
  const id = `0198f1f0-8a00-7000-8000-${String(Math.trunc(body.length)).padStart(12, '0')}`
  await scene.eventLog.append({
    id,
    identity: eventIdentity(suiteId, body),
    suiteId,
    corpid: null,
    source: 'command',
    type: 'unparsed',
    receivedAt: scene.clock.now(),
    body,
    status: 'dead',
    lastError: 'not_xml',
    dispatchAt: null,
    ...(pendingSecret !== undefined && { pendingSecret }),
  })
  await retry(scene, id)
  await scene.settle()
  return scene.ask(`/api/events/${id}`)
}

describe('a message that can be read at last', () => {
  test('is the event that it is, and worked on', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    const before = await keptUnread(
      scene,
      command(scene, { InfoType: 'change_auth', AuthCorpId: corpid, State: 'a\u0010' }),
    )
    expect(before).toMatchObject({ type: 'change_auth', corpid, source: 'command', status: 'done' })
    expect(before.payload.State).toBe('a\u0010')
  })

  test('is done where there is no work on it', async () => {
    const scene = await createScene()
    const event = await keptUnread(scene, memberMessage(scene, { Content: 'a&b' }))
    expect(event).toMatchObject({
      type: 'text',
      source: 'data',
      corpid: scene.corpids[0],
      status: 'done',
      lastError: null,
    })
  })

  test('is an install that is exchanged, if it is soon enough', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    const corpid = scene.corpids[0]!
    const { authCode } = await scene.simulator.pusher.install(scene.suiteId, corpid, {
      from: 'provider',
    })
    const event = await keptUnread(
      scene,
      command(scene, { InfoType: 'create_auth', AuthCorpId: '', AuthCode: authCode, State: '&' }),
    )
    expect(event).toMatchObject({ type: 'create_auth', corpid, status: 'done' })
    expect(event.payload.AuthCode).toBe('***')
    expect((await scene.sign(corpid)).status).toBe(200)
  })

  test('is a ticket that is kept, and never listed as one', async () => {
    const scene = await createScene()
    const event = await keptUnread(
      scene,
      command(scene, { InfoType: 'suite_ticket', SuiteTicket: 'the-ticket' }),
    )
    expect((await scene.store.loadSuite(scene.suiteId))?.ticket?.value).toBe('the-ticket')
    expect(event).toMatchObject({ type: 'unparsed', status: 'done' })
    expect(JSON.stringify(event)).not.toContain('the-ticket')
  })

  test('stays dead where it is for another suite', async () => {
    const scene = await createScene()
    const event = await keptUnread(scene, command(scene, { SuiteId: 'wwother' }))
    expect(event).toMatchObject({ type: 'unparsed', status: 'dead' })
  })

  const dataUrl = { pathCorpid: null, onDataUrl: true, onCompanyUrl: false }

  test.each([
    ['is for the company that it was sealed for', 'own', dataUrl, 'done'],
    ['stays dead where it was sealed for another company', 'wpOther', dataUrl, 'dead'],
    ['stays dead where it was sealed for nobody', '', dataUrl, 'dead'],
    [
      'stays dead where the URL named another company',
      'own',
      { ...dataUrl, pathCorpid: 'wpOther' },
      'dead',
    ],
  ])('%s', async (_, sealedFor, url, status) => {
    const scene = await createScene()
    const receiveId = sealedFor === 'own' ? scene.corpids[0] : sealedFor
    const pendingSecret = JSON.stringify({ receiveId, ...url })
    const event = await keptUnread(scene, memberMessage(scene), { pendingSecret })
    expect(event).toMatchObject({ type: status === 'done' ? 'text' : 'unparsed', status })
    if (status === 'dead') expect(event.lastError).toContain('another receiver')
  })

  test('has beside it whom it was sealed for, and where it came', async () => {
    const scene = await createScene()
    await push(scene, { path: '/callback/data/wpA', message: 'no xml', receiveId: 'wpA' })
    const { id } = await only(scene)
    const { pendingSecret } = (await scene.eventLog.get(id)) ?? {}
    expect(JSON.parse(pendingSecret ?? '')).toEqual({
      ...dataUrl,
      pathCorpid: 'wpA',
      receiveId: 'wpA',
    })
    expect(JSON.stringify(await only(scene))).not.toContain('receiveId')
  })
})
