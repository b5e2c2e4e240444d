/** Which of WeCom's login pages for any browser a suite may use. Pure. */
import type { Suite, Suites } from '../../suites'

export type WebLogin =
  /** A login suite (登录授权): WeCom knows the member by its id, whatever app it is for. */
  | { readonly by: 'login_suite'; readonly suiteId: string }
  /** The company's own customised app. */
  | { readonly by: 'corp_app' }
  /** The provider's corpid: the older way. */
  | { readonly by: 'provider'; readonly providerCorpid: string }

export const webLoginOf = ({ all, provider }: Suites, suite: Suite): WebLogin | null => {
  if (suite.kind === 'customised') return { by: 'corp_app' }
  const loginSuite =
    suite.kind === 'login' ? suite : all.find(({ kind, observes }) => kind === 'login' && !observes)
  if (loginSuite && loginSuite.suiteId !== null) {
    return { by: 'login_suite', suiteId: loginSuite.suiteId }
  }
  return provider.hasOwnLogin && provider.corpid !== null
    ? { by: 'provider', providerCorpid: provider.corpid }
    : null
}
