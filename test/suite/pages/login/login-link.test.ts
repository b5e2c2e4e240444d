import { expect, test } from 'bun:test'
import {
  clientLoginLink,
  providerLoginLink,
  webLoginLink,
} from '../../../../src/suite/pages/login/login-link'

const pages = {
  oauthUrl: 'https://open.weixin.qq.com',
  loginUrl: 'https://login.work.weixin.qq.com',
  openUrl: 'https://open.work.weixin.qq.com',
}
const back = { redirectUri: 'https://gw.example.com/login/done?flow=a', state: 'S' }
const encoded = 'https%3A%2F%2Fgw.example.com%2Flogin%2Fdone%3Fflow%3Da'
const client = { ...back, appid: 'wwCrm', scope: 'snsapi_base', agentid: null } as const

test('inside WeCom’s client the parameters stand in WeCom’s order, before its fragment', () => {
  expect(clientLoginLink(pages, client)).toBe(
    `https://open.weixin.qq.com/connect/oauth2/authorize?appid=wwCrm&redirect_uri=${encoded}&response_type=code&scope=snsapi_base&state=S#wechat_redirect`,
  )
})

test('inside WeCom’s client an agentid that is known goes with them', () => {
  const link = clientLoginLink(pages, { ...client, appid: 'wp1', agentid: 1000002 })

  expect(link).toEndWith('&state=S&agentid=1000002#wechat_redirect')
})

test('on the web a login suite goes by its own id', () => {
  expect(webLoginLink(pages, { ...back, loginType: 'ServiceApp', appid: 'wwLogin' })).toBe(
    `https://login.work.weixin.qq.com/wwlogin/sso/login?login_type=ServiceApp&appid=wwLogin&redirect_uri=${encoded}&state=S`,
  )
})

test('on the web a company’s own app goes by corpid and agentid', () => {
  const link = webLoginLink(pages, { ...back, loginType: 'CorpApp', appid: 'wp1', agentid: 7 })

  expect(link).toContain('?login_type=CorpApp&appid=wp1&agentid=7&redirect_uri=')
})

test('the older web login goes by the provider’s corpid', () => {
  expect(providerLoginLink(pages, { ...back, providerCorpid: 'wwProvider' })).toBe(
    `https://open.work.weixin.qq.com/wwopen/sso/3rd_qrConnect?appid=wwProvider&redirect_uri=${encoded}&state=S&usertype=member`,
  )
})
