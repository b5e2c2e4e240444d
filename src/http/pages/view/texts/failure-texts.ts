/**
 * What the pages of failures say, in both languages: what happened, and what the reader can do.
 * The reader is a customer's member, who knows nothing of states and codes.
 */
import type { Bilingual, PageText } from './language'

const askProvider: Bilingual = {
  zh: '请把下面的支持代码告诉应用的服务商。',
  en: "Please tell the app's provider the support code below.",
}
const tryLater: Bilingual = {
  zh: '请稍后重试；如仍失败，请把下面的支持代码告诉应用的服务商。',
  en: "Please try again later. If that fails, tell the app's provider the support code below.",
}

/** Each code that a page may show; a page that fails otherwise shows `internal_error`. */
export const failureTexts = {
  bad_state: {
    title: { zh: '链接已失效', en: 'This link no longer works' },
    sentences: [
      {
        zh: '它可能已过期、已使用过，或不是由这个浏览器打开的。请重新开始。',
        en: 'It is too old, was used already, or belongs to another browser. Please start again.',
      },
    ],
  },
  wrong_corp: {
    title: { zh: '登录的企业不符', en: 'You signed in with another company' },
    sentences: [
      {
        zh: '请先在企业微信中切换到链接所属的企业，再重新打开。',
        en: 'Switch to the company that the link is for in WeCom, then open the link again.',
      },
    ],
  },
  not_a_member: {
    title: { zh: '仅限企业成员使用', en: 'For members only' },
    sentences: [
      {
        zh: '您的帐号不是已安装此应用的企业的成员。请用成员帐号在企业微信中打开，或联系企业管理员。',
        en: 'Your account is not a member of a company that has this app. Open it in WeCom as a member, or ask an administrator of your company.',
      },
    ],
  },
  declined: {
    title: { zh: '您没有同意授权', en: 'You did not agree' },
    sentences: [
      {
        zh: '没有您的同意，无法登录，也没有读取您的任何信息。如是误操作，请重试。',
        en: 'Without that nobody is signed in, and nothing was read about you. If it was a slip, try again.',
      },
    ],
  },
  cookies_lost: {
    title: { zh: '还差一步', en: 'One more step' },
    sentences: [
      {
        zh: '浏览器没有保留刚才的操作记录。请点击下方按钮继续；如反复出现，请在浏览器设置中允许 Cookie。',
        en: "The browser did not keep what was begun. Use the button to continue. If this comes back, allow cookies in the browser's settings.",
      },
    ],
  },
  code_spent: {
    title: { zh: '此步骤已失效', en: 'This step is over' },
    sentences: [
      {
        zh: '企业微信给出的凭证只能使用一次，它已用过或已过期。请重新开始。',
        en: 'What WeCom hands out works once, and it was used already or is too old. Please start again.',
      },
    ],
  },
  corp_not_authorized: {
    title: { zh: '企业尚未安装此应用', en: 'Your company does not have this app' },
    sentences: [
      {
        zh: '请企业管理员先在企业微信中安装并启用此应用，再重试。',
        en: 'An administrator installs or enables it in WeCom first; then try again.',
      },
    ],
  },
  permission_missing: {
    title: { zh: '应用缺少权限', en: 'The app lacks a permission' },
    sentences: [
      {
        zh: '企业尚未同意应用所需的权限，或授权已到期。请企业管理员在企业微信的权限页面中确认。',
        en: 'Your company has not granted what the app needs, or the grant is over. An administrator confirms it on the permission page in WeCom.',
      },
    ],
  },
  too_many_requests: {
    title: { zh: '请稍候再试', en: 'Please wait a moment' },
    sentences: [
      {
        zh: '短时间内请求过多。请等待一分钟后重试。',
        en: 'There were too many requests at once. Wait a minute, then try again.',
      },
    ],
  },
  wecom_error: {
    title: { zh: '企业微信没有接受请求', en: 'WeCom did not accept the request' },
    sentences: [tryLater],
  },
  wecom_timeout: {
    title: { zh: '企业微信没有及时应答', en: 'WeCom did not answer in time' },
    sentences: [tryLater],
  },
  suite_ticket_missing: {
    title: { zh: '服务正在准备', en: 'The service is getting ready' },
    sentences: [
      {
        zh: '应用刚刚启动，正在等待企业微信的通知，通常不超过十分钟。请稍后重试。',
        en: 'The app has just started and waits for word from WeCom, ten minutes at most. Please try again later.',
      },
    ],
  },
  suite_not_configured: {
    title: { zh: '应用尚未配置完成', en: 'The app is not set up yet' },
    sentences: [askProvider],
  },
  public_url_missing: {
    title: { zh: '应用尚未配置完成', en: 'The app is not set up yet' },
    sentences: [askProvider],
  },
  suite_not_found: {
    title: { zh: '没有这个应用', en: 'There is no such app' },
    sentences: [
      {
        zh: '链接可能不完整。请回到服务商的网站重新打开。',
        en: "The link may be incomplete. Please open it again from the provider's site.",
      },
    ],
  },
  invalid_request: {
    title: { zh: '链接有误', en: 'Something is wrong with this link' },
    sentences: [
      {
        zh: '链接可能不完整。请回到服务商的网站重新打开；如仍失败，请把下面的支持代码告诉应用的服务商。',
        en: "It may be incomplete. Open it again from the provider's site. If that fails, tell the app's provider the support code below.",
      },
    ],
  },
  url_not_trusted: {
    title: { zh: '无法返回链接中的网址', en: 'The link leads to a site that is not trusted' },
    sentences: [
      {
        zh: '为保护您的帐号，我们只会返回服务商登记过的网站。如果链接来自服务商，请把下面的支持代码告诉他们。',
        en: "To protect your account we return to sites that the app's provider has named and to no others. If the link came from the provider, tell them the support code below.",
      },
    ],
  },
  store_unavailable: {
    title: { zh: '服务暂时不可用', en: 'The service is not available just now' },
    sentences: [tryLater],
  },
  overloaded: {
    title: { zh: '请稍候再试', en: 'Please wait a moment' },
    sentences: [tryLater],
  },
  shutting_down: {
    title: { zh: '服务正在重启', en: 'The service is restarting' },
    sentences: [{ zh: '请稍候片刻再重试。', en: 'Please wait a moment, then try again.' }],
  },
  internal_error: {
    title: { zh: '出了点问题', en: 'Something went wrong' },
    sentences: [tryLater],
  },
} as const satisfies Readonly<Record<string, PageText>>

export type PageFailureCode = keyof typeof failureTexts

/** The code whose page tells of a failure: its own, or `internal_error` where it has none. */
export const shownCodeOf = (code: string): PageFailureCode =>
  Object.hasOwn(failureTexts, code) ? (code as PageFailureCode) : 'internal_error'
