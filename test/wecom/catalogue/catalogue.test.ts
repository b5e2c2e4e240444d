import { describe, expect, test } from 'bun:test'
import { type CallbackUrl, catalogue, catalogueEntry } from '../../../src/wecom/catalogue/catalogue'
import {
  commandSamples,
  dataSamples,
  type SampleMessage,
  systemSamples,
} from '../callback/sample-messages'

const elementText = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^<\\]]*)`).exec(xml)?.[1]

/** Whether all elements of a dotted path occur; their nesting is the parser's matter. */
const holds = (xml: string, path: string): boolean =>
  path.split('.').every((name) => elementText(xml, name) !== undefined)

const typeOf = (xml: string): string | undefined => {
  const event = elementText(xml, 'Event')
  return elementText(xml, 'InfoType') ?? (event ? `event.${event}` : elementText(xml, 'MsgType'))
}

const samples: [CallbackUrl, readonly SampleMessage[]][] = [
  ['command', commandSamples],
  ['system', systemSamples],
  ['data', dataSamples],
]

describe('every sample message', () => {
  for (const [url, messages] of samples) {
    test.each(messages.map(({ type, xml }) => [type, xml] as const))(
      `of the ${url} URL is in the catalogue: %s`,
      (type, xml) => {
        expect(typeOf(xml)).toBe(type)
        const entry = catalogueEntry(type)
        expect(entry?.urls[0]).toBe(url)
        expect(entry?.corpid.every((name) => holds(xml, name))).toBe(true)
        if (entry?.subject.length) {
          expect(entry.subject.some((path) => holds(xml, path))).toBe(true)
        }
        const changeType = elementText(xml, 'ChangeType')
        if (changeType) expect(entry?.changeTypes).toContain(changeType)
        else expect(entry?.changeTypes).toBeUndefined()
      },
    )
  }
})

describe('the catalogue', () => {
  test('holds each type once', () => {
    const types = catalogue().map(({ type }) => type)
    expect(types).toEqual([...new Set(types)])
    for (const type of types) expect(catalogueEntry(type)?.type).toBe(type)
  })

  test('has a title in both languages for every type', () => {
    for (const { type, title } of catalogue()) {
      expect(title.en, type).toMatch(/^[A-Z]/)
      expect(title.zh, type).toMatch(/[\u4e00-\u9fff]/)
    }
  })

  test('marks the names that could not be confirmed', () => {
    const unconfirmed = catalogue().filter(({ confirmed }) => !confirmed)
    expect(unconfirmed.map(({ type }) => type)).toEqual([
      'expire_data_permission',
      'cancel_order',
      'event.cancel_meeting_room',
    ])
  })

  test('knows the commands that come without a company', () => {
    const without = catalogue().filter(({ corpid }) => corpid.length === 0)
    expect(without.map(({ type }) => type)).toEqual([
      'suite_ticket',
      'create_auth',
      'reset_permanent_code',
    ])
  })

  test('finds the company of an order in PaidCorpId and of a shared app in CorpId', () => {
    expect(catalogueEntry('open_order')?.corpid).toEqual(['PaidCorpId'])
    expect(catalogueEntry('share_chain_change')?.corpid).toEqual(['CorpId'])
  })

  test('finds the company of whatever comes by the data URL in the shape of a message', () => {
    const shaped = catalogue().filter(
      ({ type, urls }) => urls[0] === 'data' && type !== 'device_data_auth_change',
    )
    expect(shaped.length).toBeGreaterThan(40)
    for (const { corpid } of shaped) expect(corpid).toEqual(['ToUserName'])
  })

  test('expects device_data_auth_change on the data URL although it looks like a command', () => {
    expect(catalogueEntry('device_data_auth_change')).toMatchObject({
      urls: ['data'],
      corpid: ['AuthCorpId'],
    })
  })

  test("keeps WeCom's misspelling of change_editon", () => {
    expect(catalogueEntry('change_editon')).not.toBeNull()
    expect(catalogueEntry('change_edition')).toBeNull()
  })

  test('compares types exactly', () => {
    expect(catalogueEntry('event.LOCATION')).not.toBeNull()
    expect(catalogueEntry('event.location')).toBeNull()
  })

  test('does not take the names that every object has for types', () => {
    for (const name of ['constructor', '__proto__', 'toString', '']) {
      expect(catalogueEntry(name)).toBeNull()
    }
  })
})
