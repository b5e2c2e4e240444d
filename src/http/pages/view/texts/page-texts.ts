/** What the pages say, in both languages. The reader is a customer's member or administrator. */

import type { Bilingual, PageText } from './language'

export const pageTexts = {
  goOn: {
    title: { zh: '正在前往企业微信', en: 'Taking you to WeCom' },
    sentences: [
      {
        zh: '接下来由企业管理员在企业微信中确认安装。如未自动跳转，请点击下方按钮。',
        en: 'There an administrator of your company confirms the installation. If nothing happens, use the button.',
      },
    ],
  },
  installQr: {
    title: { zh: '扫码安装应用', en: 'Scan to install the app' },
    sentences: [
      {
        zh: '请企业管理员用企业微信扫描二维码，并确认授权。',
        en: 'An administrator of your company scans this code with WeCom and confirms.',
      },
      {
        zh: '完成后，本页会自动继续，请不要关闭。',
        en: 'This page then goes on by itself: please leave it open.',
      },
    ],
  },
  installing: {
    title: { zh: '正在完成安装', en: 'Finishing the installation' },
    sentences: [
      {
        zh: '企业微信已确认授权，我们正在完成最后一步，通常只需几秒。',
        en: 'WeCom has confirmed. The last step is under way and usually takes a few seconds.',
      },
      {
        zh: '本页会自动刷新；即使关闭，安装也会继续。',
        en: 'This page reloads by itself. If you close it, the installation goes on all the same.',
      },
    ],
  },
  installed: {
    title: { zh: '安装成功', en: 'The app is installed' },
    sentences: [
      {
        zh: '应用已安装到您的企业，成员可在企业微信的工作台中打开。',
        en: 'Your company has it now. Members find it in the Workplace of WeCom.',
      },
    ],
  },
  alreadyInstalled: {
    title: { zh: '应用已安装', en: 'The app is installed already' },
    sentences: [
      {
        zh: '您的企业此前已安装此应用，无需再次安装。成员可在企业微信的工作台中打开。',
        en: 'Your company has it, and nothing is left to do. Members find it in the Workplace of WeCom.',
      },
    ],
  },
  installFailed: {
    title: { zh: '安装未完成', en: 'The installation did not finish' },
    sentences: [
      {
        zh: '应用这次没有安装成功。',
        en: 'The app was not installed this time.',
      },
    ],
  },
  openInWecom: {
    title: { zh: '请在企业微信中打开', en: 'Please open this in WeCom' },
    sentences: [
      {
        zh: '请用企业微信扫描二维码；若您正在手机上浏览，请复制链接，发送到企业微信中再点击打开。',
        en: 'Scan the code with WeCom. If you are on your phone now, copy the link, send it to yourself in WeCom and open it there.',
      },
    ],
  },
  signedIn: {
    title: { zh: '登录成功', en: 'You are signed in' },
    sentences: [{ zh: '现在可以关闭此页面。', en: 'You can close this page now.' }],
  },
} as const satisfies Readonly<Record<string, PageText>>

/** What is added below the reason of an installation that failed. */
export const tellSupportCode: Bilingual = {
  zh: '如仍失败，请把下面的支持代码告诉应用的服务商。',
  en: "If it goes on failing, tell the app's provider the support code below.",
}

/** What is added where the browser could not be told from another's. */
export const redirectWithheld: Bilingual = {
  zh: '由于无法确认本次安装是从这个浏览器发起的，页面没有自动返回。请回到服务商的网站继续。',
  en: "We could not tell that this browser began the installation, so you were not sent back. Please return to the provider's site.",
}

export const labels = {
  company: { zh: '企业', en: 'Company' },
  account: { zh: '帐号', en: 'Account' },
  expectedCompany: { zh: '此链接所属企业', en: 'The link is for' },
  otherCompany: { zh: '您登录的企业', en: 'You signed in with' },
  detail: { zh: '详情', en: 'Detail' },
  link: { zh: '链接', en: 'Link' },
  errorCode: { zh: '错误代码', en: 'Error code' },
  supportCode: { zh: '支持代码', en: 'Support code' },
  qrCode: { zh: '二维码', en: 'QR code' },
} as const satisfies Readonly<Record<string, Bilingual>>

export const buttons = {
  goOn: { zh: '继续', en: 'Continue' },
  tryAgain: { zh: '重试', en: 'Try again' },
  startAgain: { zh: '重新开始', en: 'Start again' },
  openPermissions: { zh: '打开权限页面', en: 'Open the permission page' },
} as const satisfies Readonly<Record<string, Bilingual>>

/** Below the QR code of an installation. */
export const scanStates = {
  waiting: { zh: '等待扫码…', en: 'Waiting for the scan…' },
  over: {
    zh: '此二维码已失效，请刷新页面。',
    en: 'This code is too old: please reload the page.',
  },
} as const satisfies Readonly<Record<string, Bilingual>>
