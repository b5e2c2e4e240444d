import { describe, expect, test } from 'bun:test'
import { buildMessage, catalogueTypes } from '../../../src/simulator/catalogue/catalogue'
import type { Example } from '../../../src/simulator/catalogue/example'
import { parseMessage } from '../../../src/wecom/callback/message'
import { corpid, provider, suiteId, worker } from '../box'

const example: Example = {
  suiteId,
  corpid,
  providerCorpid: provider.corpid,
  agentid: 1000007,
  userid: worker,
  timestamp: 1_700_000_000,
  serial: '7300000000000000001',
}

const build = (type: string, fields = {}) => {
  const built = buildMessage(type, example, fields)
  const parsed = parseMessage(built?.xml ?? '')
  if (!built || !parsed.ok) throw new Error(`${type} can't be built and read`)
  return { ...built, message: parsed.value }
}

/** The type as a backend reads it: `event.<Event>` or the first part, without the ChangeType. */
const readAs = (type: string) =>
  type.startsWith('event.') ? type.split('.').slice(0, 2).join('.') : type.split('.')[0]

describe('the catalogue', () => {
  test.each([...catalogueTypes])('has a message %s that reads as what it is', (type) => {
    const { channel, message } = build(type)
    expect(message.type).toBe(readAs(type) ?? '')
    const kind = type === 'device_data_auth_change' ? 'command' : channel
    expect(message.kind).toBe(kind)
    const changeType = type.replace(/^event\./, '').split('.')[1]
    expect(message.payload.ChangeType).toBe(changeType as string)
  })

  test('holds every type once', () => {
    expect(new Set(catalogueTypes).size).toBe(catalogueTypes.length)
  })

  test('sends tickets with the blank that WeCom puts before their InfoType', () => {
    expect(build('suite_ticket').xml).toContain('<InfoType> <![CDATA[suite_ticket]]></InfoType>')
  })

  test('names no company in a create_auth', () => {
    expect(build('create_auth').message.corpid).toBeNull()
  })

  test('keeps a MsgId whole', () => {
    expect(build('text').message.payload.MsgId).toBe(example.serial)
  })

  test('lets messages of customer service come from nobody', () => {
    const { payload } = build('event.kf_msg_or_event').message
    expect(payload).not.toHaveProperty('FromUserName')
    expect(payload).not.toHaveProperty('AgentID')
  })

  test('replaces fields and adds others', () => {
    const { payload } = build('text', { Content: 'a ]]> b & <c>', Extra: 7 }).message
    expect(payload).toMatchObject({ Content: 'a ]]> b & <c>', Extra: '7' })
  })

  test('takes the first ChangeType if none is named', () => {
    expect(build('change_contact').message.payload.ChangeType).toBe('create_user')
  })

  test.each(['nothing', 'event.nothing', 'event', 'constructor', ''])('has no %p', (type) => {
    expect(buildMessage(type, example)).toBeNull()
  })
})
