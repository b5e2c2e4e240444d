/** The end of a login: the return from WeCom's page, and who the member is. */
import type { Clock } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { Person } from '../../../wecom/api/member-calls'
import type { Corps } from '../../corps'
import { requireSuiteId, type Suite, type Suites } from '../../suites'
import type { AnswerOnce } from '../flow/answered-once'
import type { LoginFlow } from '../flow/flow'
import { answerInText, type FlowAnswer, textOfAnswer } from '../flow/flow-answer'
import { answeredFlowCookie, cookiePlaceOf } from '../flow/flow-cookie'
import type { FlowKeys } from '../flow/flow-keys'
import { FlowRefusal, type PageFailure } from '../flow/flow-refusal'
import type { Member } from '../flow/member'
import type { OneTimeCodes } from '../flow/one-time-codes'
import { ownAddressOf } from '../flow/own-address'
import { withCode } from '../flow/redirect-target'
import { judgeReturn, refusedStates } from '../flow/return-verdict'
import type { State } from '../flow/state'
import { requireRedirect } from '../flow/wanted-redirect'
import type { BeginLogin, LoginBeginning } from './begin-login'
import type { Identified, Identify } from './identify'

/** What comes back from WeCom's page, and from the browser. */
export interface LoginReturn {
  readonly suite: Suite
  readonly state: string | null
  readonly flow: string | null
  /** WeCom's code; null where the member declined. */
  readonly code: string | null
  /** The browser's `Cookie` header. */
  readonly cookies: string | null
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

export const createFinishLogin = (parts: {
  suites: Suites
  publicUrl: string | null
  corps: Pick<Corps, 'find'>
  identify: Identify
  beginLogin: Pick<BeginLogin, 'startOver' | 'againLink'>
  answerOnce: AnswerOnce
  oneTimeCodes: Pick<OneTimeCodes, 'issue'>
  flowKeys(): Promise<FlowKeys>
  /** Tells the log of a failure, and gives what a page may say of it. */
  tellFailure(error: unknown): PageFailure
  clock: Clock
}): FinishLogin => {
  const {
    suites,
    publicUrl,
    corps,
    identify,
    beginLogin,
    answerOnce,
    oneTimeCodes,
    flowKeys,
    tellFailure,
  } = parts
  const { clock } = parts

  const corpOf = (suite: Suite, corpid: string | null) =>
    corpid === null ? Promise.resolve(null) : corps.find(requireSuiteId(suite), corpid)

  const memberOf = async (
    suite: Suite,
    way: Member['way'],
    { person, detail }: Identified,
  ): Promise<Member> => {
    const corp = await corpOf(suite, person.corpid)
    return {
      way,
      suiteId: requireSuiteId(suite),
      corpid: corp?.corpid ?? person.corpid,
      corpName: corp?.name || null,
      userid: person.userid,
      openUserid: person.openUserid,
      agentid: corp?.agentid ?? null,
      openid: person.openid,
      externalUserid: person.externalUserid,
      userType: person.userType,
      detail,
      loggedInAt: clock.now(),
    }
  }

  const refuseOutsider = ({ userid }: Person, outsiders: boolean): void => {
    if (userid !== null || outsiders) return
    throw new FlowRefusal('not_a_member', 'Whoever came is a member of no company.')
  }

  /** A company may be known by two ids. */
  const refuseOtherCorp = async (
    suite: Suite,
    wanted: string | null,
    { corpid, corpName, userid }: Member,
  ): Promise<void> => {
    if (wanted === null || userid === null) return
    const expected = await corpOf(suite, wanted)
    if ((expected?.corpid ?? wanted) === corpid) return
    throw new FlowRefusal('wrong_corp', 'The member is of another company than the link names.', [
      expected?.name || wanted,
      corpName ?? corpid ?? '',
    ])
  }

  /** Where a member goes on to. */
  const goOn = async (member: Member, redirect: string | null): Promise<FlowAnswer> => {
    if (redirect !== null) {
      return { kind: 'go', location: withCode(redirect, await oneTimeCodes.issue(member)) }
    }
    const { corpName, corpid, userid, openid } = member
    return {
      kind: 'signed_in',
      corpName: corpName ?? corpid ?? '',
      userid: userid ?? openid ?? '',
    }
  }

  const failed = async (error: unknown, again: string | null): Promise<FlowAnswer> => ({
    kind: 'failed',
    failure: tellFailure(error),
    again,
  })

  const signIn = async (suite: Suite, flow: LoginFlow, code: string): Promise<FlowAnswer> => {
    try {
      const identified = await identify.ofLogin(suite, flow.way, code, flow.corpid)
      refuseOutsider(identified.person, flow.outsiders)
      const member = await memberOf(suite, flow.way, identified)
      await refuseOtherCorp(suite, flow.corpid, member)
      return await goOn(member, flow.redirect)
    } catch (error) {
      return failed(error, await beginLogin.againLink({ suite, ...flow }))
    }
  }

  const finishGood = async (
    { suite, code }: LoginReturn,
    flow: LoginFlow,
    state: State,
  ): Promise<FinishedLogin> => {
    const keys = await flowKeys()
    const setCookies = [answeredFlowCookie(keys, cookiePlaceOf(flow.base), flow.kind, state)]
    if (code === null) {
      const declined = new FlowRefusal('declined', 'WeCom sent the member back without a code.')
      const again = await beginLogin.againLink({ suite, ...flow })
      return { answer: await failed(declined, again), setCookies }
    }
    const text = await answerOnce([flow.kind, code, state.text], async () =>
      textOfAnswer(await signIn(suite, flow, code)),
    )
    return { answer: answerInText(text), setCookies }
  }

  /** A cookie that a webview lost: once from the start, then by the member's own hand. */
  const startOver = async (
    { suite, cookies }: LoginReturn,
    flow: LoginFlow,
  ): Promise<FinishedLogin> => {
    if (!flow.startedOver) {
      return { answer: await beginLogin.startOver(flow, suite, cookies), setCookies: [] }
    }
    const lost = new FlowRefusal('cookies_lost', 'The browser lost the login’s cookie twice.')
    const again = await beginLogin.againLink({ suite, ...flow })
    return { answer: await failed(lost, again), setCookies: [] }
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

    async finishFromConsole({ suite, authCode, redirect: asked }) {
      ownAddressOf(suites, suite, publicUrl, null)
      const redirect = requireRedirect(asked, suite, publicUrl, null)
      if (authCode === null) throw noAuthCode()
      const text = await answerOnce(['business', suite.key, authCode, redirect ?? ''], async () => {
        try {
          const identified = await identify.ofConsole(suite, authCode)
          refuseOutsider(identified.person, false)
          const member = await memberOf(suite, 'business', identified)
          return textOfAnswer(await goOn(member, redirect))
        } catch (error) {
          return textOfAnswer(await failed(error, null))
        }
      })
      return answerInText(text)
    },
  }
}
