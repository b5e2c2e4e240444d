/** The end of a login: the return from WeCom's page, and who the member is. */
import type { Clock } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { Suite, Suites } from '../../suites'
import type { AnswerOnce } from '../flow/answered-once'
import type { LoginFlow } from '../flow/flow'
import { answerInText, type FlowAnswer, textOfAnswer } from '../flow/flow-answer'
import { answeredFlowCookie, cookiePlaceOf } from '../flow/flow-cookie'
import type { FlowKeys } from '../flow/flow-keys'
import { FlowRefusal, type PageFailure } from '../flow/flow-refusal'
import { ownAddressOf } from '../flow/own-address'
import { judgeReturn, refusedStates } from '../flow/return-verdict'
import type { State } from '../flow/state'
import { requireRedirect } from '../flow/wanted-redirect'
import type { Arrivals } from './arrivals'
import type { BeginLogin, LoginBeginning } from './begin-login'
import type { Identify } from './identify'

/** What comes back from WeCom's page, and from the browser. */
export interface LoginReturn {
  readonly suite: Suite
  readonly state: string | null
  readonly flow: string | null
  /** WeCom's code; null where the member declined. */
  readonly code: string | null
  /** The browser's `Cookie` header. */
  readonly cookies: string | null
  /** Its network address, for the log; null where that can't be told. */
  readonly sender: string | null
}

export interface FinishedLogin {
  readonly answer: FlowAnswer | LoginBeginning
  readonly setCookies: readonly string[]
}

/** The login of one who came from WeCom's console, which has neither state nor cookie. */
export interface ConsoleLogin {
  readonly suite: Suite
  /** Null where none came. */
  readonly authCode: string | null
  readonly redirect: string | null
  /** As that of a return. */
  readonly sender: string | null
}

export interface FinishLogin {
  /** @throws {FlowRefusal} bad_state, cookies_lost */
  finish(returned: LoginReturn): Promise<FinishedLogin>
  /** @throws {ServiceError} invalid_request, url_not_trusted, public_url_missing */
  finishFromConsole(login: ConsoleLogin): Promise<FlowAnswer>
}

const noAuthCode = () =>
  new ServiceError(
    'invalid_request',
    'WeCom adds an auth_code to this address: open it from WeCom’s console (业务设置URL).',
  )

/** WeCom's console sends administrators of whichever company, and nobody else. */
const anyCorp = { corpid: null, outsiders: false }

export const createFinishLogin = (parts: {
  suites: Suites
  publicUrl: string | null
  identify: Identify
  arrivals: Arrivals
  beginLogin: Pick<BeginLogin, 'startOver' | 'againLink'>
  answerOnce: AnswerOnce
  flowKeys(): Promise<FlowKeys>
  /** Tells the log of a failure, and gives what a page may say of it. */
  tellFailure(error: unknown, sender: string | null): PageFailure
  clock: Clock
}): FinishLogin => {
  const { suites, publicUrl, identify, arrivals, beginLogin, answerOnce, clock } = parts
  const { flowKeys, tellFailure } = parts

  /** A button that begins anew is offered wherever it can be made. */
  const failed = async (
    error: unknown,
    { suite, sender }: Pick<LoginReturn, 'suite' | 'sender'>,
    flow: LoginFlow | null,
  ): Promise<FlowAnswer> => ({
    kind: 'failed',
    failure: tellFailure(error, sender),
    again: flow && (await beginLogin.againLink({ ...flow, suite }).catch(() => null)),
  })

  const signIn = async (
    returned: LoginReturn,
    flow: LoginFlow,
    code: string,
  ): Promise<FlowAnswer> => {
    const { suite } = returned
    try {
      const identified = await identify.ofLogin(suite, flow.way, code, flow.corpid)
      const member = await arrivals.admit(suite, flow.way, identified, flow)
      return await arrivals.leadOn(member, flow.redirect)
    } catch (error) {
      return failed(error, returned, flow)
    }
  }

  const finishGood = async (
    returned: LoginReturn,
    flow: LoginFlow,
    state: State,
  ): Promise<FinishedLogin> => {
    const keys = await flowKeys()
    const setCookies = [answeredFlowCookie(keys, cookiePlaceOf(flow.base), flow.kind, state)]
    const { code } = returned
    if (code === null) {
      const declined = new FlowRefusal('declined', 'WeCom sent the member back without a code.')
      return { answer: await failed(declined, returned, flow), setCookies }
    }
    try {
      const text = await answerOnce([flow.kind, code, state.text], async () =>
        textOfAnswer(await signIn(returned, flow, code)),
      )
      return { answer: answerInText(text), setCookies }
    } catch (error) {
      return { answer: await failed(error, returned, flow), setCookies }
    }
  }

  /** A cookie that a webview lost: once from the start, then by the member's own hand. */
  const startOver = async (returned: LoginReturn, flow: LoginFlow): Promise<FinishedLogin> => {
    const { suite, cookies } = returned
    if (!flow.startedOver) {
      return { answer: await beginLogin.startOver(flow, suite, cookies), setCookies: [] }
    }
    const lost = new FlowRefusal('cookies_lost', 'The browser lost the login’s cookie twice.')
    return { answer: await failed(lost, returned, flow), setCookies: [] }
  }

  return {
    async finish(returned) {
      const owner = { kind: 'login', suiteKey: returned.suite.key } as const
      const verdict = judgeReturn(await flowKeys(), owner, returned, clock.now())
      switch (verdict.verdict) {
        case 'good':
          return finishGood(returned, verdict.flow, verdict.state)
        case 'cookie_missing':
        case 'state_missing':
          return startOver(returned, verdict.flow)
        case 'flow_missing':
          throw new FlowRefusal('bad_state', 'Nothing of a login came with this return.')
        case 'bad_state':
          throw new FlowRefusal('bad_state', refusedStates[verdict.because])
      }
    },

    async finishFromConsole(login) {
      const { suite, authCode, redirect: asked } = login
      ownAddressOf(suites, suite, publicUrl, null)
      const redirect = requireRedirect(asked, suite, publicUrl, null)
      if (authCode === null) throw noAuthCode()
      const text = await answerOnce(['business', suite.key, authCode, redirect ?? ''], async () => {
        try {
          const identified = await identify.ofConsole(suite, authCode)
          const member = await arrivals.admit(suite, 'business', identified, anyCorp)
          return textOfAnswer(await arrivals.leadOn(member, redirect))
        } catch (error) {
          return textOfAnswer(await failed(error, login, null))
        }
      })
      return answerInText(text)
    },
  }
}
