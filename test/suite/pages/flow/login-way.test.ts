import { describe, expect, test } from 'bun:test'
import { isInClient, loginWayOf } from '../../../../src/suite/pages/flow/login-way'

const mobileSafari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'
const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'

const browsers: [string, string | null, boolean][] = [
  [
    'WeCom on iOS',
    `${mobileSafari} Mobile/15E148 wxwork/4.1.22 MicroMessenger/7.0.1 Language/zh`,
    true,
  ],
  [
    'WeCom on Android',
    'Mozilla/5.0 (Linux; Android 14; M2102 Build/UKQ1; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/86.0.4240.99 XWEB/4313 MMWEBSDK/20220805 Mobile Safari/537.36 wxwork/4.1.22 MicroMessenger/7.0.1 NetType/WIFI Language/zh Lang/zh',
    true,
  ],
  [
    'WeCom on Windows',
    `Mozilla/5.0 (Windows NT 10.0; WOW64) ${chrome} wxwork/4.1.22 (MicroMessenger/6.2) WindowsWechat  MailPlugin_Electron WeMail embeddisk`,
    true,
  ],
  [
    'WeCom on a Mac',
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${chrome} wxwork/4.1.20 (MicroMessenger/6.2) WeChat/2.0.4`,
    true,
  ],
  [
    'WeChat with the plugin, on iOS',
    `${mobileSafari} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/4G Language/zh_CN`,
    true,
  ],
  [
    'WeChat with the plugin, on Android',
    `Mozilla/5.0 (Linux; Android 13; V2231A; wv) ${chrome} XWEB/1160117 MMWEBSDK/20240404 MicroMessenger/8.0.49.2600 WeChat/arm64`,
    true,
  ],
  [
    'a mini program’s page in WeCom',
    `${mobileSafari} Mobile/15E148 wxwork/4.1.22 MicroMessenger/7.0.1 miniProgram/wx0000000000000001`,
    true,
  ],
  [
    'WeChat on Windows',
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090a13) XWEB/9129 Flue`,
    true,
  ],
  ['Safari on a phone', `${mobileSafari} Version/17.5 Mobile/15E148 Safari/604.1`, false],
  ['Chrome on Windows', `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome}`, false],
  ['Firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0', false],
  ['whoever says nothing', null, false],
]

describe('a browser', () => {
  test.each(browsers)('%s', (_, userAgent, inClient) => {
    expect(isInClient(userAgent)).toBe(inClient)
    expect(loginWayOf({ userAgent, asked: null, hasWebLogin: true })).toBe(
      inClient ? 'client' : 'web',
    )
    expect(loginWayOf({ userAgent, asked: null, hasWebLogin: false })).toBe(
      inClient ? 'client' : 'page',
    )
  })
})

describe('a link', () => {
  test('that asks for a way gets it in any browser', () => {
    expect(loginWayOf({ userAgent: null, asked: 'client', hasWebLogin: true })).toBe('client')
    expect(loginWayOf({ userAgent: 'wxwork', asked: 'web', hasWebLogin: true })).toBe('web')
  })

  test('that asks for the web where WeCom has no page for it gets ours', () => {
    expect(loginWayOf({ userAgent: 'wxwork', asked: 'web', hasWebLogin: false })).toBe('page')
  })
})
