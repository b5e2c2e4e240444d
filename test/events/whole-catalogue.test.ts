import { beforeAll, describe, expect, test } from 'bun:test'
import { catalogueTypes } from '../../src/simulator/catalogue/catalogue'
import { catalogue, catalogueEntry } from '../../src/wecom/catalogue/catalogue'
import { createScene, type Scene } from '../scene'
import { commandSamples, dataSamples, systemSamples } from '../wecom/callback/sample-messages'

const pair = {
  systemToken: 'TheSystemToken',
  systemEncodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
}

/** A scene whose provider has a system-event URL of its own; the first company has the app. */
const providerScene = async (): Promise<Scene> => {
  const scene = await createScene({
    simulator: { provider: { ...pair, systemUrl: 'http://localhost/callback/system' } },
    env: {
      WECOM_SYSTEM_TOKEN: pair.systemToken,
      WECOM_SYSTEM_ENCODING_AES_KEY: pair.systemEncodingAesKey,
    },
  })
  await scene.installed()
  return scene
}

/** What the API calls a type of the simulator's catalogue, which has its ChangeType behind it. */
const apiType = (full: string): string =>
  full
    .split('.')
    .slice(0, full.startsWith('event.') ? 2 : 1)
    .join('.')

const newest = async (scene: Scene, type: string) =>
  (await scene.ask(`/api/events?type=${type}&limit=1`)).items[0]

/** Types whose message names no company, and those that say of nothing more whom they are about. */
const withoutCompany = ['create_auth', 'reset_permanent_code']
const aboutNothing = [
  'event.customer_acquisition.balance_low',
  'event.customer_acquisition.balance_exhausted',
]

const listed = catalogueTypes.filter((type) => type !== 'suite_ticket')

test('the simulator pushes everything that suited knows', () => {
  const pushed = new Set(catalogueTypes.map(apiType))
  expect(catalogue().filter(({ type }) => !pushed.has(type))).toEqual([])
})

describe('an event of WeCom’s', () => {
  // One for all: what the one event changes is none of what is said of the other.
  let scene: Scene
  beforeAll(async () => {
    scene = await providerScene()
  })

  test.each(listed)('%s is taken, answered as WeCom wants it, and listed', async (full) => {
    const corpid = scene.corpids[0]!
    const { simulator } = scene
    const pushed = await simulator.pusher.pushEvent(full, { corpid })
    expect(pushed).toMatchObject({ ok: true, attempts: 1, ms: 0 })
    await scene.settle()

    const type = apiType(full)
    const event = await newest(scene, type)
    const { channel } = simulator.pusher.log().at(-1)!
    const source = type === 'device_data_auth_change' ? 'command' : channel
    expect(event).toMatchObject({
      type,
      corpid: withoutCompany.includes(type) ? null : corpid,
      suiteId: channel === 'system' ? null : scene.suiteId,
      source,
    })
    const { subject = [], changeTypes } = catalogueEntry(type)!
    if (subject.length > 0 && !aboutNothing.includes(full)) {
      expect(Object.keys(event.subject).some((name) => subject.includes(name))).toBe(true)
    }
    if (changeTypes) expect(event.subject.ChangeType).toBe(full.split('.').at(-1))
    expect((await scene.ask('/api/events?type=unparsed')).items).toEqual([])
    expect(scene.logs.filter(({ message }) => message.includes('unusual URL'))).toEqual([])
  })

  test('that nobody knows yet is taken, answered and listed all the same', async () => {
    const xml = `<xml><SuiteId>${scene.suiteId}</SuiteId><InfoType>something_new</InfoType><TimeStamp>1</TimeStamp><AuthCorpId>wpNew</AuthCorpId></xml>`
    expect(await scene.simulator.pusher.push(scene.suiteId, xml)).toMatchObject({ ok: true })
    expect(await newest(scene, 'something_new')).toMatchObject({
      corpid: 'wpNew',
      status: 'done',
      subject: {},
    })
  })

  test('suite_ticket is state: it is taken and never listed', async () => {
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    expect(await newest(scene, 'suite_ticket')).toBeUndefined()
  })
})

describe('a message as WeCom’s documents show it', () => {
  const samples = [
    ...commandSamples.map((sample) => ({ ...sample, channel: 'command' as const })),
    ...systemSamples.map((sample) => ({ ...sample, channel: 'system' as const })),
    ...dataSamples.map((sample) => ({ ...sample, channel: 'data' as const })),
  ]

  const documentScene = () =>
    createScene({
      simulator: {
        provider: {
          ...pair,
          corpid: 'wwprovider012345678',
          systemUrl: 'http://localhost/callback/system',
        },
        suites: [
          { suiteId: 'wwsuite0123456789' },
          {
            suiteId: 'dktemplate01',
            kind: 'customised',
            commandUrl: 'http://localhost/suites/template/callback/command',
          },
        ],
        companies: [{ corpid: 'wpCorpA' }],
      },
      env: {
        WECOM_SYSTEM_TOKEN: pair.systemToken,
        WECOM_SYSTEM_ENCODING_AES_KEY: pair.systemEncodingAesKey,
      },
      file: ({ world }) => ({
        suites: [...world.suites.values()].map((suite) => ({
          key: suite.kind === 'customised' ? 'template' : 'app',
          default: suite.kind === 'app',
          token: suite.token,
          encoding_aes_key: suite.encodingAesKey,
          id: suite.suiteId,
          secret: suite.suiteSecret,
        })),
      }),
    })

  // One each: the samples are years old, and among many nonces one would look nearer to their time.
  test.each(samples)('is understood: $type', async ({ type, xml, channel }) => {
    const scene = await documentScene()
    const [suiteId = 'wwsuite0123456789'] = /dktemplate01/.exec(xml) ?? []
    const pushed = await scene.simulator.pusher.push(suiteId, xml, { channel, corpid: 'wpCorpA' })
    expect(pushed).toMatchObject({ ok: true, attempts: 1 })
    await scene.settle()
    expect((await scene.ask('/api/events?type=unparsed')).items).toEqual([])
    const event = await newest(scene, type)
    if (type === 'suite_ticket') {
      expect(event).toBeUndefined()
      expect((await scene.store.loadSuite(suiteId))?.ticket?.value).toBe('tk-001')
    } else expect(event.type).toBe(type)
  })
})
