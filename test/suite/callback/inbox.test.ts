import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs } from '../../../src/clock'
import { factRule } from '../../../src/events/fact-rule'
import type { EventLog } from '../../../src/store/event-log'
import { createMemoryEventLog } from '../../../src/store/memory/memory-event-log'
import { createMemoryStore } from '../../../src/store/memory/memory-store'
import { freshBytes } from '../../fresh-bytes'
import { command, memberMessage, push, xml } from '../../http/wecom/sealed-callback'
import { createScene, type Scene, startAt } from '../../scene'

const events = async (scene: Scene, query = '') => (await scene.ask(`/api/events?${query}`)).items

describe('an event', () => {
  test('pushed three times, sealed anew each time, is one event', async () => {
    const scene = await createScene()
    const message = command(scene)
    for (const nonce of ['1', '2', '3']) {
      const answer = await push(scene, { message, nonce })
      expect(await answer.text()).toBe('success')
      await scene.clock.advance(minuteMs)
    }
    expect(await events(scene)).toHaveLength(1)
    expect(scene.logs.filter((line) => line.message === 'an event came again')).toHaveLength(2)
  })

  test('pushed three times at the same moment is one event', async () => {
    const scene = await createScene()
    const message = command(scene)
    const answers = await Promise.all(
      ['1', '2', '3'].map((nonce) => push(scene, { message, nonce })),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await events(scene)).toHaveLength(1)
  })

  test('that differs in one element from another of the same second is another event', async () => {
    const scene = await createScene()
    const change = { InfoType: 'change_external_contact', ChangeType: 'add_external_contact' }
    for (const UserID of ['zhangsan', 'lisi']) {
      await push(scene, { message: command(scene, { ...change, UserID }) })
    }
    expect((await events(scene)).map(({ payload }: { payload: object }) => payload)).toMatchObject([
      { UserID: 'lisi' },
      { UserID: 'zhangsan' },
    ])
  })

  test('of a member, repeated word by word under another MsgId, is another event', async () => {
    const scene = await createScene()
    const [corpid] = scene.corpids
    for (const MsgId of ['1', '2']) {
      const message = memberMessage(scene, { MsgId })
      await push(scene, { path: '/callback/data', message, receiveId: corpid! })
    }
    expect(await events(scene, 'type=text')).toHaveLength(2)
  })

  test('of an InfoType that is new to us is acknowledged and kept as it came', async () => {
    const scene = await createScene()
    const message = command(scene, { InfoType: 'brand_new_type', NewElement: 'new' })
    expect(await (await push(scene, { message })).text()).toBe('success')
    const [event] = await events(scene)
    expect(event).toMatchObject({
      type: 'brand_new_type',
      status: 'done',
      suiteId: scene.suiteId,
      corpid: scene.corpids[0],
      payload: { InfoType: 'brand_new_type', NewElement: 'new' },
    })
  })

  test.each(['__proto__', 'constructor', 'toString'])(
    'of an InfoType called %s is nothing special',
    async (InfoType) => {
      const scene = await createScene()
      expect((await push(scene, { message: command(scene, { InfoType }) })).status).toBe(200)
      expect((await events(scene))[0]).toMatchObject({ type: InfoType, status: 'done' })
    },
  )

  test('keeps every value as the text that it is', async () => {
    const scene = await createScene()
    const values = { UserID: '007', OrderId: '1e5', Big: '12345678901234567890', Text: 'a &amp; b' }
    await push(scene, { message: command(scene, values) })
    expect((await events(scene))[0].payload).toMatchObject({ ...values, Text: 'a & b' })
  })

  test('keeps an element that repeats as a list', async () => {
    const scene = await createScene()
    const message = command(scene).replace('</xml>', '<Item>a</Item><Item>b</Item></xml>')
    await push(scene, { message })
    expect((await events(scene))[0].payload.Item).toEqual(['a', 'b'])
  })

  test('of a company that is not known yet is kept like any other', async () => {
    const scene = await createScene()
    const message = memberMessage(scene, { ToUserName: 'wpStranger' })
    await push(scene, { path: '/callback/data', message, receiveId: 'wpStranger' })
    expect(await events(scene, 'corpid=wpStranger')).toHaveLength(1)
  })

  test('of the provider belongs to no suite', async () => {
    const scene = await createScene()
    const { provider } = scene.simulator.world
    const message = xml({
      ServiceCorpId: provider.corpid,
      InfoType: 'license_pay_success',
      AuthCorpId: scene.corpids[0]!,
      TimeStamp: 1,
      OrderId: 'OI1',
    })
    const answer = await push(scene, {
      path: '/callback/system',
      message,
      receiveId: provider.corpid,
    })
    expect(await answer.text()).toBe('success')
    expect((await events(scene))[0]).toMatchObject({
      suiteId: null,
      source: 'system',
      corpid: scene.corpids[0],
    })
  })
})

describe('what can’t be understood', () => {
  test.each([
    ['is no XML', 'not xml at all', 'not_xml'],
    ['has elements that don’t match', '<xml><A>1</B></xml>', 'not_xml'],
    [
      'has a DOCTYPE',
      '<!DOCTYPE x [<!ENTITY a "b">]><xml><InfoType>&a;</InfoType></xml>',
      'doctype',
    ],
    ['says nothing of its kind', '<xml><A>1</A></xml>', 'no_kind'],
    ['is empty', '', 'not_xml'],
  ])('but is correctly signed is kept as a dead event and acknowledged: it %s', async (...row) => {
    const [, message, lastError] = row
    const scene = await createScene()
    const answer = await push(scene, { message })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('success')
    expect((await events(scene))[0]).toMatchObject({ type: 'unparsed', status: 'dead', lastError })
    const [record] = (await scene.eventLog.list({ limit: 1 })).items
    expect(record?.body).toBe(message)
  })

  test('is answered on the data URL as data is', async () => {
    const scene = await createScene()
    const answer = await push(scene, { path: '/callback/data', message: 'not xml' })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('')
  })

  test('is counted among what an operator should look at', async () => {
    const scene = await createScene()
    await push(scene, { message: 'not xml' })
    const { events: counts, warnings } = await scene.ask('/api/status')
    expect(counts.dead).toBe(1)
    expect(warnings[0]).toContain('/api/events?status=dead')
  })
})

describe('what is remembered of events', () => {
  test('tells a push again for twice the age that a callback may have, and then no more', async () => {
    const scene = await createScene({ env: { SUITED_CALLBACK_MAX_AGE_SECONDS: '1800' } })
    const message = command(scene)
    await push(scene, { message })
    await scene.clock.advance(hourMs - minuteMs)
    await push(scene, { message })
    expect(await events(scene)).toHaveLength(1)
    await scene.clock.advance(hourMs + 2 * minuteMs)
    await push(scene, { message })
    expect(await events(scene)).toHaveLength(2)
  })

  /** What the hourly purge asks of the event log, as ages. */
  const purgesWith = async (env: Record<string, string>) => {
    const ages: { settledMs: number; identitiesMs: number; atMs: number }[] = []
    const scene = await createScene({
      env,
      drivers: (clock) => {
        const eventLog = createMemoryEventLog(factRule)
        const purge: EventLog['purge'] = (given) => {
          const { settledBefore, identitiesBefore } = given
          const now = clock.now()
          const identitiesMs = now - identitiesBefore
          ages.push({ settledMs: now - settledBefore, identitiesMs, atMs: now - startAt })
          return eventLog.purge(given)
        }
        return { store: createMemoryStore({ clock, freshBytes }), eventLog: { ...eventLog, purge } }
      },
    })
    // Nothing is purged before a push has confirmed the clock.
    for (let hour = 0; hour <= 3; hour++) {
      await push(scene, { message: command(scene, { Hour: `${hour}` }) })
      await scene.clock.advance(hourMs)
    }
    return ages
  }

  test('is cleared hourly of settled events older than 30 days', async () => {
    const ages = await purgesWith({})
    const betweenMs = ages.slice(1).map(({ atMs }, i) => atMs - (ages[i]?.atMs ?? 0))
    expect(betweenMs.length).toBeGreaterThanOrEqual(2)
    for (const ms of betweenMs) expect(ms).toBe(hourMs)
    expect(new Set(ages.map(({ settledMs }) => settledMs))).toEqual(new Set([30 * dayMs]))
    expect(new Set(ages.map(({ identitiesMs }) => identitiesMs))).toEqual(new Set([2 * dayMs]))
  })

  test('is kept for the days that the settings name', async () => {
    const [first] = await purgesWith({ SUITED_EVENT_RETENTION_DAYS: '7' })
    expect(first?.settledMs).toBe(7 * dayMs)
  })

  test('tells a push again for seven days where callbacks of any age are taken', async () => {
    const [first] = await purgesWith({ SUITED_CALLBACK_MAX_AGE_SECONDS: '0' })
    expect(first?.identitiesMs).toBe(7 * dayMs)
  })
})
