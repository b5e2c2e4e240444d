/** What web pages and browsers need: signatures, and installs and logins from link to end. */
import type { Clock } from '../../clock'
import type { Settings } from '../../config/settings'
import { reasonOf, ServiceError } from '../../errors'
import type { Random } from '../../retry'
import type { OnceValues } from '../../store/once-values'
import type { Store } from '../../store/store'
import type { Corps } from '../../suite/corps'
import {
  createFetchAuthorizationUrl,
  type FetchAuthorizationUrl,
} from '../../suite/install/customised-app-url'
import { createAnswerOnce } from '../../suite/pages/flow/answered-once'
import { type FlowKeys, flowKeysOf } from '../../suite/pages/flow/flow-keys'
import { FlowRefusal, type PageFailure, pageFailureOf } from '../../suite/pages/flow/flow-refusal'
import { createOneTimeCodes, type OneTimeCodes } from '../../suite/pages/flow/one-time-codes'
import { type BeginInstall, createBeginInstall } from '../../suite/pages/install/begin-install'
import { createIsCodeOfState } from '../../suite/pages/install/code-of-state'
import { createFinishInstall, type FinishInstall } from '../../suite/pages/install/finish-install'
import { createInstallAnswer } from '../../suite/pages/install/install-answer'
import { createArrivals } from '../../suite/pages/login/arrivals'
import { type BeginLogin, createBeginLogin } from '../../suite/pages/login/begin-login'
import { createFinishLogin, type FinishLogin } from '../../suite/pages/login/finish-login'
import { createIdentify } from '../../suite/pages/login/identify'
import { createSigning, type Signing } from '../../suite/pages/signing'
import type { Suites } from '../../suite/suites'
import type { Tokens } from '../../suite/tokens/tokens'
import type { ThrottledLog } from '../../throttled-log'
import { WecomFailure } from '../../wecom/api/failure'
import type { InstallCalls } from '../../wecom/api/install-calls'
import type { MemberCalls } from '../../wecom/api/member-calls'
import type { ProviderCalls } from '../../wecom/api/provider-calls'
import { explain } from '../../wecom/errcode/errcode'
import { signingOfServing } from '../ground/observe-only'
import type { Installs } from './installs'

export interface Pages {
  readonly signing: Signing
  readonly fetchAuthorizationUrl: FetchAuthorizationUrl
  readonly beginInstall: BeginInstall
  readonly finishInstall: FinishInstall
  readonly beginLogin: BeginLogin
  readonly finishLogin: FinishLogin
  readonly oneTimeCodes: OneTimeCodes
  /**
   * Tells the log of a failure that a page shows, and gives what the page may say of it.
   *
   * @param sender the browser's network address, where it is known
   */
  tellFailure(error: unknown, sender?: string | null): PageFailure
}

export const createPages = (parts: {
  settings: Settings
  suites: Suites
  store: Pick<Store, 'serviceSecret'>
  onceValues: OnceValues
  corps: Corps
  installs: Installs
  wecom: {
    readonly tokens: Tokens
    readonly providerCalls: ProviderCalls
    readonly memberCalls: MemberCalls
    readonly installCalls: InstallCalls
  }
  freshBytes(count: number): Uint8Array
  clock: Clock
  random: Random
  throttledLog: ThrottledLog
}): Pages => {
  const { settings, suites, store, onceValues, corps, clock, random } = parts
  const { tokens, providerCalls, memberCalls, installCalls } = parts.wecom
  const { SUITED_PUBLIC_URL: publicUrl } = settings

  // Derived once: the secret stays as it is once it was made.
  let derived: FlowKeys | null = null
  const flowKeys = async () => {
    derived ??= flowKeysOf(await store.serviceSecret())
    return derived
  }

  /** What the operator has to know beyond the reason: which host, which companies. */
  const forTheLog = (error: unknown) => ({
    ...(error instanceof ServiceError && 'host' in error.extra && { host: error.extra.host }),
    ...(error instanceof FlowRefusal &&
      error.corps !== null && { expectedCorp: error.corps[0], otherCorp: error.corps[1] }),
  })

  const tellFailure: Pages['tellFailure'] = (error, sender = null) => {
    const failure = pageFailureOf(error, random)
    const isUnexpected = failure.code === 'internal_error'
    const isOfWecom = error instanceof WecomFailure && error.errcode !== null
    const written = parts.throttledLog.write({
      level: isUnexpected ? 'error' : 'info',
      message: 'a page told a failure',
      kind: failure.code,
      sender,
      fields: {
        code: failure.code,
        supportCode: failure.supportCode,
        reason: reasonOf(error),
        ...forTheLog(error),
        ...(sender !== null && { address: sender }),
        ...(isOfWecom && { errmsg: error.errmsg, cure: explain(error.errcode, 'en')?.cure }),
        ...(isUnexpected && error instanceof Error && { stack: error.stack }),
      },
    })
    // A page never shows a code that the log has not.
    return { ...failure, supportCode: String(written.fields.supportCode) }
  }

  const answerOnce = createAnswerOnce({ once: onceValues, clock })
  const oneTimeCodes = createOneTimeCodes({ once: onceValues, freshBytes: parts.freshBytes })
  const wecomPages = {
    oauthUrl: settings.WECOM_OAUTH_URL,
    loginUrl: settings.WECOM_LOGIN_URL,
    openUrl: settings.WECOM_OPEN_URL,
  }
  const fetchAuthorizationUrl = createFetchAuthorizationUrl({ suites, tokens, providerCalls })
  const beginInstall = createBeginInstall({
    suites,
    publicUrl,
    pages: wecomPages,
    tokens,
    calls: installCalls,
    fetchAuthorizationUrl,
    flowKeys,
    clock,
    random,
  })
  const finishInstall = createFinishInstall({
    suites,
    publicUrl,
    returnedCodes: parts.installs.returnedCodes,
    installStates: parts.installs.installStates,
    isCodeOfState: createIsCodeOfState(onceValues),
    installAnswer: createInstallAnswer({
      beginInstall,
      oneTimeCodes,
      once: onceValues,
      tellFailure,
      clock,
    }),
    answerOnce,
    flowKeys,
    tellFailure,
    clock,
  })
  const beginLogin = createBeginLogin({
    suites,
    corps,
    publicUrl,
    pages: wecomPages,
    flowKeys,
    clock,
    random,
  })
  const finishLogin = createFinishLogin({
    suites,
    publicUrl,
    identify: createIdentify({ suites, tokens, calls: memberCalls }),
    arrivals: createArrivals({ corps, oneTimeCodes, clock }),
    beginLogin,
    answerOnce,
    flowKeys,
    tellFailure,
    clock,
  })
  return {
    signing: signingOfServing(createSigning({ corps, tokens, clock, random }), suites),
    fetchAuthorizationUrl,
    beginInstall,
    finishInstall,
    beginLogin,
    finishLogin,
    oneTimeCodes,
    tellFailure,
  }
}
