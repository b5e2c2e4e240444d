import { describe, expect, test } from 'bun:test'
import { maskPayload, maskUnread } from '../../../src/wecom/callback/mask'
import type { XmlObject } from '../../../src/wecom/callback/xml'
import { secretElements } from '../../../src/wecom/catalogue/catalogue'

const registration = (): XmlObject => ({
  ServiceCorpId: 'wwprovider012345678',
  InfoType: 'register_corp',
  RegisterCode: 'secret-1',
  AuthCorpId: 'wpCorpB',
  ContactSync: { AccessToken: 'secret-2', ExpiresIn: '1800' },
  AuthUserInfo: { UserId: 'u1' },
})

describe('a masked payload', () => {
  test('keeps everything but the secrets', () => {
    expect(maskPayload(registration())).toEqual({
      ...registration(),
      RegisterCode: '***',
      ContactSync: { AccessToken: '***', ExpiresIn: '1800' },
    })
  })

  test.each([...secretElements])('hides %s', (path) => {
    const [outer = '', inner] = path.split('.')
    const payload = (text: string): XmlObject => ({ [outer]: inner ? { [inner]: text } : text })
    expect(maskPayload(payload('secret'))).toEqual(payload('***'))
  })

  test('hides an access token inside of ContactSync alone, however both are spelt', () => {
    const payload = { contact_sync: { access_token: 'secret' }, AccessToken: 'another' }
    expect(maskPayload(payload)).toEqual({
      contact_sync: { access_token: '***' },
      AccessToken: 'another',
    })
  })

  test('hides AuthCode and SuiteTicket', () => {
    expect(maskPayload({ AuthCode: 'secret', SuiteTicket: 'secret' })).toEqual({
      AuthCode: '***',
      SuiteTicket: '***',
    })
  })

  test('hides a secret that repeats, is nested, or has children', () => {
    const payload: XmlObject = {
      AuthCode: ['secret', 'secret'],
      RegisterCode: { Part: 'secret' },
      ContactSync: [{ AccessToken: 'secret' }, { AccessToken: ['secret'] }],
      xml: { AuthCode: 'secret', ContactSync: { AccessToken: 'secret' } },
    }
    expect(maskPayload(payload)).toEqual({
      AuthCode: ['***', '***'],
      RegisterCode: '***',
      ContactSync: [{ AccessToken: '***' }, { AccessToken: ['***'] }],
      xml: { AuthCode: '***', ContactSync: { AccessToken: '***' } },
    })
  })

  test.each([
    'authcode',
    'AUTHCODE',
    'auth_code',
    'Auth-Code',
    'ns:AuthCode',
    'Auth\u0000Code',
    'suite_ticket',
    'suiteTicket',
    'permanent_code',
    'PermanentCode',
    'RegisterCode ',
  ])('hides a secret however it is spelt: %j', (name) => {
    const payload = { InfoType: 'a', Inner: { [name]: 'secret' } }
    expect(maskPayload(payload)).toEqual({ InfoType: 'a', Inner: { [name]: '***' } })
  })

  test('keeps what the business app needs', () => {
    const payload = {
      WelcomeCode: 'w',
      ResponseCode: 'r',
      Token: 't',
      AuthCodeType: 'a',
      AuthCorpId: 'c',
      State: 'authcode of mine',
      Code: 'AuthCode: 1',
    }
    expect(maskPayload(payload)).toEqual(payload)
  })

  test.each(['<AuthCode>secret</AuthCode>', 'a <auth_code>secret', '{"AuthCode":"secret"}'])(
    'hides a secret that WeCom quotes, and never changes what a member wrote: %s',
    (Content) => {
      expect(JSON.stringify(maskPayload({ InfoType: 'a', Content }))).not.toContain('secret')
      const typed = { ToUserName: 'wpA', MsgType: 'text', Content }
      expect(maskPayload(typed)).toEqual(typed)
    },
  )

  test('leaves the original as it was', () => {
    const payload = registration()
    maskPayload(payload)
    expect(payload).toEqual(registration())
  })

  test('shares nothing with the original', () => {
    const payload = registration()
    expect(maskPayload(payload).AuthUserInfo).not.toBe(payload.AuthUserInfo)
  })

  test('takes an element called __proto__ for an element', () => {
    const payload: XmlObject = JSON.parse('{"__proto__":{"AuthCode":"secret"},"constructor":"c"}')
    const masked = maskPayload(payload)
    expect(JSON.stringify(masked)).toBe('{"__proto__":{"AuthCode":"***"},"constructor":"c"}')
    expect(Object.getPrototypeOf(masked)).toBe(Object.prototype)
  })
})

describe('a masked text that nobody could read', () => {
  test.each([
    [
      '<xml><AuthCode>secret</AuthCode><State>s</State>',
      '<AuthCode>***</AuthCode><State>s</State>',
    ],
    ['<xml><AuthCode><![CDATA[secret]]></AuthCode><State>s', '<State>s'],
    ['<xml><SuiteTicket><![CDATA[secret', '<xml><SuiteTicket***'],
    ['<ContactSync><AccessToken>secret</AccessToken><ExpiresIn>1', '<ExpiresIn>1'],
    ['<RegisterCode >secret\u0010secret</RegisterCode><A>a', '<A>a'],
    ['<x><RegisterCode >secret</B><A>secret', '<x><RegisterCode***'],
    ['<x><AuthCode><V>secret</V></AuthCode><a>', '<x><AuthCode***'],
    ['<x><SuiteTicket></x>secret', '<x><SuiteTicket***'],
    ['<x><AuthCode/>secret</x', '<x><AuthCode***'],
    ['<x><AuthCode a="secret">b</AuthCode><a>', '<x><AuthCode***'],
    ['<x><AuthCode>a</AuthCode>secret<AuthCode>b', '<x><AuthCode***'],
    ['<x><AuthCode>b<![CDATA[<z>secret]]></AuthCode><a>', '<x><AuthCode***'],
    ['<x><Auth&#67;ode>secret</Auth&#67;ode><A>a', '<A>a'],
    ['<x><Auth&#x43;ode>secret', '<x><Auth&#x43;ode***'],
    ['<x><Auth\u0000Code>secret</AuthCode><A>a', '<A>a'],
    ['<x><ns:AuthCode>secret</ns:AuthCode><A>a', '<A>a'],
    ['<x>&lt;AuthCode&gt;secret', '<x>&lt;AuthCode***'],
    ['{"AuthCode":"a<b secret",,}', '{"AuthCode***'],
    ['{"Auth\\u0043ode":"secret",,}', '{"Auth\\u0043ode***'],
    ['{"auth_code":"secret",,}', '{"auth_code***'],
    ['<x><AccessToken>secret</AccessToken><A>a', '<A>a'],
    [
      '{"InfoType":"create_auth","AuthCode":"secret","State":"s"',
      '{"InfoType":"create_auth","AuthCode***',
    ],
    ['authcode=secret', 'authcode***'],
    ['<AuthCode>secret< secret <1secret', '<AuthCode***'],
  ])('has no secret: %s', (text, rest) => {
    expect(maskUnread(text)).not.toContain('secret')
    expect(maskUnread(text)).toContain(rest)
  })

  test('keeps everything where there is no secret', () => {
    const text = '<xml><ToUserName>wpA</ToUserName><Content>hello</B>'
    expect(maskUnread(text)).toBe(text)
  })

  test('takes no longer than its length allows', () => {
    const before = performance.now()
    maskUnread('<AuthCode>'.repeat(100_000))
    maskUnread('AuthCode'.repeat(100_000))
    maskUnread(`Auth${'_'.repeat(1_000_000)}`)
    maskUnread('a_'.repeat(500_000))
    maskUnread(`A&#${'0'.repeat(1_000_000)}`)
    maskUnread(`<AuthCode${' '.repeat(1_000_000)}`)
    expect(performance.now() - before).toBeLessThan(3_000)
  })
})
