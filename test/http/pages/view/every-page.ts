/** Every page with ordinary contents, by name. */
import {
  failedPage,
  permissionMissingPage,
  wrongCorpPage,
} from '../../../../src/http/pages/view/failure-pages'
import * as install from '../../../../src/http/pages/view/install-pages'
import { openInWecomPage, signedInPage } from '../../../../src/http/pages/view/login-pages'
import {
  failureTexts,
  type PageFailureCode,
} from '../../../../src/http/pages/view/texts/failure-texts'
import type { Language } from '../../../../src/http/pages/view/texts/language'

export const corpName = '上海晨曦科技有限公司'
export const qrLink = 'https://open.work.weixin.qq.com/customized?code=Zm9vYmFyYmF6'
export const link =
  'https://suited.example.com/suites/crm/login?redirect=https%3A%2F%2Fapp.example.com%2F&corpid=wpXy'
export const supportCode = 'KQZTMWHB'
const again = '/install?redirect=https%3A%2F%2Fapp.example.com%2Fstart'
const permissionPage = 'https://work.weixin.qq.com/wework_admin/permissions?suite=1&page=2'

const failures = Object.fromEntries(
  (Object.keys(failureTexts) as PageFailureCode[]).map((code) => [
    code,
    (language: Language) => failedPage(language, { code, supportCode, again }),
  ]),
)

export const everyPage: Readonly<Record<string, (language: Language) => string>> = {
  goOn: (language) =>
    install.goOnPage(language, {
      address: 'https://open.work.weixin.qq.com/3rdapp/install?suite_id=ww1&state=abc',
    }),
  installQr: (language) =>
    install.installQrPage(language, { qrLink, waitingPath: '/install/waiting?flow=abc' }),
  installing: (language) => install.installingPage(language),
  installed: (language) =>
    install.installedPage(language, {
      corpName,
      already: false,
      redirectWithheld: false,
      refusedState: null,
    }),
  installedWithheld: (language) =>
    install.installedPage(language, {
      corpName,
      already: false,
      redirectWithheld: true,
      refusedState: null,
    }),
  installedBadState: (language) =>
    install.installedPage(language, {
      corpName,
      already: false,
      redirectWithheld: true,
      refusedState: { code: 'bad_state', supportCode },
    }),
  alreadyInstalled: (language) =>
    install.installedPage(language, {
      corpName,
      already: true,
      redirectWithheld: false,
      refusedState: null,
    }),
  installFailed: (language) =>
    install.installFailedPage(language, {
      code: 'wecom_error',
      reason: { zh: '临时授权码已过期。', en: 'The auth_code is too old.' },
      cure: { zh: '请重新安装。', en: 'Install the app again.' },
      supportCode,
      again,
    }),
  openInWecom: (language) => openInWecomPage(language, { link }),
  signedIn: (language) => signedInPage(language, { corpName, userid: 'zhangsan' }),
  ...failures,
  wrong_corp: (language) =>
    wrongCorpPage(language, {
      expectedCorp: corpName,
      otherCorp: 'Northwind Traders (Shanghai) Co., Ltd.',
      supportCode,
      again,
    }),
  permission_missing: (language) =>
    permissionMissingPage(language, { permissionPage, supportCode, again }),
  invalid_request: (language) =>
    failedPage(language, {
      code: 'invalid_request',
      supportCode,
      again: null,
      detail: 'The redirect is not an address: https, without a user and without a fragment.',
    }),
}
