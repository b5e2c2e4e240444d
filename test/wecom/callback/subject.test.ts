import { describe, expect, test } from 'bun:test'
import { subjectOf } from '../../../src/wecom/callback/subject'
import { parseXml, type XmlObject } from '../../../src/wecom/callback/xml'
import { commandSamples, dataSamples, systemSamples } from './sample-messages'

const payloadOf = (xml: string): XmlObject => {
  const parsed = parseXml(xml)
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.value
}

const samples = [...commandSamples, ...systemSamples, ...dataSamples]
const ofSample = (type: string, nth = 0) => {
  const { xml } = samples.filter((sample) => sample.type === type)[nth]!
  return subjectOf(type, payloadOf(xml))
}

describe('the subject of a message', () => {
  test.each<[string, number, object]>([
    ['change_contact', 0, { ChangeType: 'create_user', UserID: 'woUserA' }],
    ['change_contact', 1, { ChangeType: 'update_tag', TagId: '3' }],
    ['share_agent_change', 0, { AgentId: '1000007' }],
    ['approve_special_auth', 0, { AuthType: 'customer_acquisition' }],
    [
      'change_external_contact',
      0,
      { ChangeType: 'add_external_contact', UserID: 'woUserA', ExternalUserID: 'wmCust1' },
    ],
    ['change_external_chat', 0, { ChangeType: 'update', ChatId: 'wrChat1' }],
    ['open_order', 0, { OrderId: 'o1', OperatorId: 'woUserA' }],
    ['change_order', 0, { NewOrderId: 'o2', OldOrderId: 'o1' }],
    ['register_corp', 0, { 'AuthUserInfo.UserId': 'u1', TemplateId: 'tpl1' }],
    ['license_pay_success', 0, { OrderId: 'OI1', BuyerUserId: 'ops' }],
    ['auto_activate', 0, { 'AccountList.UserId': 'woUserA' }],
    ['device_data_auth_change', 0, { AgentID: '1000007' }],
    ['text', 0, { FromUserName: 'woUserA' }],
    ['event.template_card_event', 0, { FromUserName: 'woUserA', TaskId: 't1' }],
    ['change_auth', 0, {}],
  ])('of %s (%i) is %j', (type, nth, expected) => {
    expect(ofSample(type, nth)).toEqual(expected as never)
  })

  test('is a list where the element repeats', () => {
    const account = (user: string) => `<AccountList><UserId>${user}</UserId></AccountList>`
    const payload = payloadOf(`<xml>${account('a')}${account('b')}${account('')}</xml>`)
    expect(subjectOf('auto_activate', payload)).toEqual({ 'AccountList.UserId': ['a', 'b'] })
  })

  test('holds nothing that the message leaves out or leaves empty', () => {
    const payload = payloadOf('<xml><OrderId>o1</OrderId><OperatorId></OperatorId></xml>')
    expect(subjectOf('open_order', payload)).toEqual({ OrderId: 'o1' })
    expect(
      subjectOf('register_corp', payloadOf('<xml><AuthUserInfo>x</AuthUserInfo></xml>')),
    ).toEqual({})
  })

  test('of a type that nobody knows is empty', () => {
    const payload = payloadOf('<xml><UserID>a</UserID><ChangeType>b</ChangeType></xml>')
    expect(subjectOf('change_editapp', payload)).toEqual({})
    expect(subjectOf('constructor', payload)).toEqual({})
    expect(subjectOf('change_contact', {})).toEqual({})
  })

  test('is never a secret', () => {
    for (const { type, xml } of samples) {
      for (const text of Object.values(subjectOf(type, payloadOf(xml))).flat()) {
        expect(['tk-001', 'ac-001', 'ac-002', 'rc1', 'at1']).not.toContain(text)
      }
    }
  })
})
