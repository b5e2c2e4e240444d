import { describe, expect, test } from 'bun:test'
import {
  type Message,
  parseMessage,
  saidAtSeconds,
  saidInTextAtSeconds,
} from '../../../src/wecom/callback/message'
import { commandSamples, dataSamples, type SampleMessage, systemSamples } from './sample-messages'

const parsed = (xml: string): Message => {
  const result = parseMessage(xml)
  if (!result.ok) throw new Error(`refused as ${result.reason}`)
  return result.value
}

const byType = (samples: readonly SampleMessage[]) =>
  samples.map(({ type, xml }) => [type, xml] as const)

describe('a message of the command URL', () => {
  test.each(byType(commandSamples))('tells its suite, type and time: %s', (type, xml) => {
    const message = parsed(xml)
    expect(message).toMatchObject({ kind: 'command', type })
    expect(message.kind === 'command' && message.suiteId).toMatch(/^(wwsuite|dktemplate)\d+$/)
    expect(message.kind === 'command' && message.timeStampSeconds).toBeGreaterThanOrEqual(17e8)
  })

  test.each([
    ['suite_ticket', null],
    ['create_auth', null],
    ['reset_permanent_code', null],
    ['change_auth', 'wpCorpA'],
    ['cancel_auth', 'wpCorpA'],
    ['change_contact', 'wpCorpA'],
    ['open_order', 'wpCorpA'],
    ['change_editon', 'wpCorpA'],
    ['share_agent_change', 'wpUpper'],
    ['share_chain_change', 'wpUpper'],
  ])('names the company it concerns: %s, %j', (type, corpid) => {
    const sample = commandSamples.find((one) => one.type === type)
    expect(parsed(sample?.xml ?? '').corpid).toBe(corpid)
  })

  test('may come by the data URL and is none of its messages', () => {
    const [sample] = dataSamples
    expect(parsed(sample?.xml ?? '')).toMatchObject({
      kind: 'command',
      type: 'device_data_auth_change',
      suiteId: 'wwsuite0123456789',
      corpid: 'wpCorpA',
    })
  })

  test('may be of a type that nobody has heard of', () => {
    const xml = '<xml><SuiteId>ww1</SuiteId><InfoType>brand_new</InfoType><X>1</X></xml>'
    expect(parsed(xml)).toEqual({
      kind: 'command',
      type: 'brand_new',
      suiteId: 'ww1',
      corpid: null,
      timeStampSeconds: null,
      payload: { SuiteId: 'ww1', InfoType: 'brand_new', X: '1' },
    })
  })

  test('may have a blank before its InfoType, as the documentation prints it', () => {
    const xml = '<xml><SuiteId>ww1</SuiteId><InfoType> <![CDATA[suite_ticket]]></InfoType></xml>'
    expect(parsed(xml).type).toBe('suite_ticket')
  })

  test('may name its company in a broken CDATA, as the documentation prints it', () => {
    const xml =
      '<xml><SuiteId>ww1</SuiteId><InfoType>share_agent_change</InfoType><CorpId>![CDATA[wpUpper]]</CorpId></xml>'
    expect(parsed(xml).corpid).toBe('wpUpper')
  })

  test('names no company where the element is empty', () => {
    const xml =
      '<xml><SuiteId>ww1</SuiteId><InfoType>change_auth</InfoType><AuthCorpId></AuthCorpId></xml>'
    expect(parsed(xml).corpid).toBeNull()
  })

  test('keeps the case of ids', () => {
    const xml =
      '<xml><SuiteId>wwAbC</SuiteId><InfoType>change_auth</InfoType><AuthCorpId>wpaBc</AuthCorpId></xml>'
    expect(parsed(xml)).toMatchObject({ suiteId: 'wwAbC', corpid: 'wpaBc' })
  })
})

describe('a TimeStamp', () => {
  const timeOf = (timeStamp: string) => {
    const message = parsed(
      `<xml><SuiteId>ww1</SuiteId><InfoType>suite_ticket</InfoType>${timeStamp}</xml>`,
    )
    return message.kind === 'command' ? message.timeStampSeconds : undefined
  }

  test('is a whole number of seconds', () => {
    expect(timeOf('<TimeStamp>1700000000</TimeStamp>')).toBe(1_700_000_000)
    expect(timeOf('<TimeStamp> <![CDATA[1700000000]]></TimeStamp>')).toBe(1_700_000_000)
  })

  test.each(['', 'now', '-1', '+1', '1.5', '1e9', '0x10', '9'.repeat(13)])(
    'that is none counts as absent: %j',
    (text) => {
      expect(timeOf(`<TimeStamp>${text}</TimeStamp>`)).toBeNull()
    },
  )

  test('may be absent', () => {
    expect(timeOf('')).toBeNull()
  })
})

describe('a message of the system-event URL', () => {
  test.each(byType(systemSamples))('tells its provider, type and company: %s', (type, xml) => {
    const message = parsed(xml)
    expect(message).toMatchObject({
      kind: 'system',
      type,
      serviceCorpId: 'wwprovider012345678',
      corpid: type === 'register_corp' ? 'wpCorpB' : 'wpCorpA',
    })
  })
})

describe('a message of the data URL', () => {
  test.each(byType(dataSamples.slice(1)))('tells its company and type: %s', (type, xml) => {
    expect(parsed(xml)).toMatchObject({ kind: 'data', type, corpid: 'wpCorpA' })
  })

  test('has the MsgType for its type where it names no Event', () => {
    const xml = '<xml><ToUserName>wp1</ToUserName><MsgType>event</MsgType></xml>'
    expect(parsed(xml).type).toBe('event')
  })

  test('has the MsgType for its type where it is no event, whatever else it names', () => {
    const xml =
      '<xml><ToUserName>wp1</ToUserName><MsgType>text</MsgType><Event>enter_agent</Event></xml>'
    expect(parsed(xml).type).toBe('text')
  })

  test('needs neither a member nor an app', () => {
    const xml =
      '<xml><ToUserName>wp1</ToUserName><MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>t</Token></xml>'
    expect(parsed(xml)).toMatchObject({ kind: 'data', type: 'event.kf_msg_or_event' })
  })

  test('keeps its 64-bit id as it came', () => {
    const sample = dataSamples.find(({ type }) => type === 'text')
    expect(parsed(sample?.xml ?? '').payload.MsgId).toBe('7300000000000000001')
  })
})

describe('a message that a member wrote', () => {
  const stolen = (elements: string) =>
    `<xml><ToUserName><![CDATA[wpA]]></ToUserName><CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[x]]></Content>${elements}<Content><![CDATA[y]]></Content></xml>`

  test.each([
    ['a ticket', '<InfoType>suite_ticket</InfoType><SuiteId>ww1</SuiteId>'],
    ['an auth code', '<SuiteId>ww1</SuiteId><InfoType>create_auth</InfoType>'],
    [
      'a removal',
      '<InfoType>cancel_auth</InfoType><SuiteId>ww1</SuiteId><AuthCorpId>wpB</AuthCorpId>',
    ],
    ['a registration', '<InfoType>register_corp</InfoType><ServiceCorpId>ww1</ServiceCorpId>'],
  ])('is none of WeCom’s, although its text broke out and claims to be: %s', (_, elements) => {
    expect(parsed(stolen(elements))).toMatchObject({ kind: 'data', type: 'text', corpid: 'wpA' })
    const json = `{"ToUserName":"wpA","MsgType":"text","Content":"x",${elements.replace(/<(\w+)>([^<]*)<\/\w+>/g, '"$1":"$2",')}"z":"y"}`
    expect(parsed(json)).toMatchObject({ kind: 'data', type: 'text', corpid: 'wpA' })
  })

  test('is as old as its CreateTime says, whatever time its text brings', () => {
    const message = parsed(stolen('<TimeStamp>2000000000</TimeStamp>'))
    expect(saidAtSeconds(message)).toBe(1)
  })

  test('is never found among WeCom’s own: none of them has both an InfoType and a MsgType', () => {
    for (const { xml } of [...commandSamples, ...systemSamples, ...dataSamples]) {
      expect(xml.includes('<InfoType>') && xml.includes('<MsgType>')).toBe(false)
    }
  })
})

describe('a message that contradicts itself', () => {
  const command = '<SuiteId>ww1</SuiteId><InfoType>change_auth</InfoType><TimeStamp>1</TimeStamp>'

  test.each([
    ['two suites', `<xml>${command}<SuiteId>ww2</SuiteId></xml>`],
    ['two types', `<xml>${command}<InfoType>suite_ticket</InfoType></xml>`],
    ['two times', `<xml><TimeStamp>2</TimeStamp>${command}</xml>`],
    ['two companies', `<xml><AuthCorpId>a</AuthCorpId>${command}<AuthCorpId>b</AuthCorpId></xml>`],
    [
      'two tickets',
      `<xml>${command}<SuiteTicket>a</SuiteTicket><SuiteTicket>b</SuiteTicket></xml>`,
    ],
    ['a type and an element', `<xml>${command}<InfoType><A>1</A></InfoType></xml>`],
    [
      'two receivers',
      '<xml><ToUserName>a</ToUserName><MsgType>text</MsgType><ToUserName>b</ToUserName></xml>',
    ],
    ['two types in JSON', '{"SuiteId":"ww1","InfoType":"change_auth","InfoType":"suite_ticket"}'],
    [
      'an escaped one',
      '{"SuiteId":"ww1","InfoType":"change_auth","Info\\u0054ype":"suite_ticket"}',
    ],
    ['two types below a root', '{"xml":{"SuiteId":"ww1","InfoType":"a","InfoType":"b"}}'],
    ['two types in careless JSON', '{"SuiteId":"ww1","InfoType":"a","S":"\u0010","InfoType":"b",}'],
    ['a list of types', '{"SuiteId":"ww1","InfoType":["a","b"]}'],
  ])('is refused: %s', (_, body) => {
    expect(parseMessage(body)).toEqual({ ok: false, reason: 'contradictory' })
  })

  test.each([
    ['the same twice', `<xml>${command}<InfoType> change_auth </InfoType></xml>`, 'change_auth'],
    [
      'other elements that repeat',
      `<xml>${command}<Item>a</Item><Item>b</Item></xml>`,
      'change_auth',
    ],
    [
      'its name in a text',
      '{"ToUserName":"a","MsgType":"text","Content":"\\"MsgType\\":1"}',
      'text',
    ],
    ['messages in it', '{"SuiteId":"a","InfoType":"b","List":[{"MsgType":1},{"MsgType":2}]}', 'b'],
  ])('is not what only looks like one: %s', (_, body, type) => {
    expect(parsed(body).type).toBe(type)
  })
})

describe('the time that a body names which can’t be read', () => {
  test.each([
    ['<xml><CreateTime>1700000000</CreateTime><Content>', 1_700_000_000],
    ['<xml><TimeStamp><![CDATA[1700000000]]></TimeStamp><', 1_700_000_000],
    ['{"CreateTime": 1700000000,,', 1_700_000_000],
    ['{"TimeStamp":"1700000000123",,', 1_700_000_000],
    [
      '<CreateTime>1700000000</CreateTime><Content><CreateTime>1800000000</CreateTime>',
      1_700_000_000,
    ],
    ['<CreateTime>now</CreateTime>', null],
    ['<CreateTime>17000000001234</CreateTime>', null],
    ['nothing', null],
  ])('is the first one: %s', (body, seconds) => {
    expect(saidInTextAtSeconds(body)).toBe(seconds)
  })
})

describe('a message without a kind', () => {
  test.each([
    ['an InfoType of nobody', '<xml><InfoType>change_auth</InfoType></xml>'],
    ['an empty InfoType', '<xml><SuiteId>ww1</SuiteId><InfoType></InfoType></xml>'],
    ['a suite without an InfoType', '<xml><SuiteId>ww1</SuiteId></xml>'],
    ['a MsgType to nobody', '<xml><MsgType>text</MsgType></xml>'],
    ['a receiver without a MsgType', '<xml><ToUserName>wp1</ToUserName></xml>'],
    ['names that every object has', '<xml><constructor>1</constructor></xml>'],
  ])('is refused: %s', (_, xml) => {
    expect(parseMessage(xml)).toEqual({ ok: false, reason: 'no_kind' })
  })

  test('tells what is wrong with its XML first', () => {
    expect(parseMessage('<xml>')).toEqual({ ok: false, reason: 'not_xml' })
    expect(parseMessage('<xml>hi</xml>')).toEqual({ ok: false, reason: 'not_an_element_list' })
  })
})
