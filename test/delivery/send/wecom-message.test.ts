import { describe, expect, test } from 'bun:test'
import { plainMessage } from '../../../src/delivery/send/wecom-message'

const ofMember = (content: string) =>
  `<xml><ToUserName><![CDATA[wpCorp]]></ToUserName><FromUserName><![CDATA[zhang]]></FromUserName><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${content}]]></Content><MsgId>1</MsgId></xml>`

const createAuth =
  '<xml><SuiteId><![CDATA[wwsuite]]></SuiteId><AuthCode><![CDATA[the-code]]></AuthCode><InfoType><![CDATA[create_auth]]></InfoType><TimeStamp>1403610513</TimeStamp><State><![CDATA[a & b]]></State></xml>'

describe('a message for a handler of an SDK', () => {
  test('stays as WeCom sent it, to the letter, whatever a member writes', () => {
    for (const content of [
      '你好',
      'where is my AuthCode?',
      '<SuiteTicket>x</SuiteTicket>',
      '***',
    ]) {
      const body = ofMember(content)
      expect(plainMessage({ body, type: 'text', corpid: 'wpCorp' })).toBe(body)
    }
  })

  test('of a new company says which it is, once that is known, and no code', () => {
    const told = { type: 'create_auth', body: createAuth }
    const known = plainMessage({ ...told, corpid: 'wpFound' })
    expect(Bun.XML.parse(known)).toEqual({
      xml: {
        SuiteId: 'wwsuite',
        AuthCode: '***',
        InfoType: 'create_auth',
        TimeStamp: '1403610513',
        State: 'a & b',
        AuthCorpId: 'wpFound',
      },
    })
    const unknown = plainMessage({ ...told, corpid: null })
    expect(unknown).not.toContain('AuthCorpId')
    expect(unknown).not.toContain('the-code')
  })

  test('that came as JSON goes as JSON, its code masked', () => {
    const body = '{"InfoType":"create_auth","AuthCode":"the-code","SuiteId":"wwsuite"}'
    expect(JSON.parse(plainMessage({ body, type: 'create_auth', corpid: 'wpFound' }))).toEqual({
      InfoType: 'create_auth',
      AuthCode: '***',
      SuiteId: 'wwsuite',
      AuthCorpId: 'wpFound',
    })
  })

  test('that nobody can read holds no secret either', () => {
    const body = '<xml><AuthCode>the-code</AuthCode><a></xml>'
    expect(plainMessage({ body, type: 'unparsed', corpid: null })).not.toContain('the-code')
  })
})
