/**
 * The end of an installation: what a browser brings back from WeCom's install page, and what became
 * of it. An auth_code is kept and exchanged whatever its state says, since losing it costs the
 * company a new installation; the browser is sent on for a good state alone.
 */
import { createHash } from 'node:crypto'
import { type Clock, dayMs, secondMs } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { OnceValues } from '../../../store/once-values'
import type { InstallState } from '../../install/auth-code'
import type { InstallStates } from '../../install/install-states'
import type { InstallOutcome, ReturnedCodes } from '../../install/returned-code'
import { assertServing } from '../../observed-suites'
import { requireSuiteId, type Suite, type Suites } from '../../suites'
import type { AnswerOnce } from '../flow/answered-once'
import type { InstallFlow } from '../flow/flow'
import { answerInText, type FlowAnswer, textOfAnswer } from '../flow/flow-answer'
import { answeredFlowCookie, cookiePlaceOf } from '../flow/flow-cookie'
import type { FlowKeys } from '../flow/flow-keys'
import { FlowRefusal, type PageFailure } from '../flow/flow-refusal'
import type { Member } from '../flow/member'
import type { OneTimeCodes } from '../flow/one-time-codes'
import { ownAddressOf, ownLink } from '../flow/own-address'
import { withCode } from '../flow/redirect-target'
import { judgeReturn, type ReturnVerdict, refusedStates } from '../flow/return-verdict'
import type { BeginInstall } from './begin-install'

/** What comes back with a browser. */
export interface InstallReturn {
  readonly suite: Suite
  readonly state: string | null
  readonly flow: string | null
  /** The browser's `Cookie` header. */
  readonly cookies: string | null
}

export interface FinishedInstall {
  /** `installing`: the same return has its answer later. */
  readonly answer: FlowAnswer | { readonly kind: 'installing' }
  readonly setCookies: readonly string[]
}

export interface FinishInstall {
  /**
   * @param authCode WeCom's code; null after a scan, whose code WeCom pushes
   * @param admitStranger called before a code is kept that comes without a good state; what it
   *   throws ends this
   * @throws {ServiceError} suite_not_configured, and what `admitStranger` throws
   */
  finish(
    returned: InstallReturn,
    authCode: string | null,
    admitStranger: () => void,
  ): Promise<FinishedInstall>
  /**
   * Where a page goes on that shows a QR code; null while nobody has scanned it.
   *
   * @throws {ServiceError} bad_state
   */
  nextAfterScan(returned: InstallReturn): Promise<string | null>
}

type Verdict = ReturnVerdict<InstallFlow>
type Installed = Extract<InstallOutcome, { status: 'installed' }>

/** A page that loads longer than this seems broken. */
const longestWaitMs = 8 * secondMs

const installStateOf: Readonly<Record<Verdict['verdict'], InstallState>> = {
  good: 'good',
  cookie_missing: 'missing',
  state_missing: 'missing',
  flow_missing: 'missing',
  bad_state: 'bad',
}

const installing: FinishedInstall = { answer: { kind: 'installing' }, setCookies: [] }

export const createFinishInstall = (parts: {
  suites: Suites
  publicUrl: string | null
  returnedCodes: Pick<ReturnedCodes, 'keep' | 'waitForOutcome'>
  installStates: Pick<InstallStates, 'find'>
  beginInstall: Pick<BeginInstall, 'againLink'>
  answerOnce: AnswerOnce
  oneTimeCodes: Pick<OneTimeCodes, 'issue'>
  once: Pick<OnceValues, 'putOnce' | 'findOnce'>
  flowKeys(): Promise<FlowKeys>
  /** Tells the log of a failure, and gives what a page may say of it. */
  tellFailure(error: unknown): PageFailure
  clock: Clock
}): FinishInstall => {
  const { suites, publicUrl, returnedCodes, installStates, beginInstall, answerOnce } = parts
  const { oneTimeCodes, once, flowKeys, tellFailure, clock } = parts

  const judge = async (returned: InstallReturn): Promise<Verdict> => {
    const owner = { kind: 'install', suiteKey: returned.suite.key } as const
    return judgeReturn(await flowKeys(), owner, returned, clock.now())
  }

  /** The event of an installation by QR code; null if WeCom has pushed none yet. */
  const eventOfScan = async (verdict: Verdict): Promise<string | null> => {
    switch (verdict.verdict) {
      case 'good': {
        if (!verdict.flow.byQr) {
          throw new FlowRefusal('declined', 'WeCom sent the browser back without an auth_code.')
        }
        return (await installStates.find(verdict.state.text))?.eventId ?? null
      }
      case 'bad_state':
        throw new FlowRefusal('bad_state', refusedStates[verdict.because])
      case 'cookie_missing':
        throw new FlowRefusal('cookies_lost', 'The browser lost the cookie of this installation.')
      default:
        throw new ServiceError(
          'invalid_request',
          'WeCom adds an auth_code to this address: it is opened by WeCom’s install page alone.',
        )
    }
  }

  /** What is shown once stays shown; the browser is sent on the first time alone. */
  const wasShownBefore = async (what: string, isGood: boolean): Promise<boolean> => {
    const keyOf = (state: string) =>
      createHash('sha256').update(`installed\n${state}\n${what}`).digest('hex')
    const put = await once.putOnce('flow_turn', keyOf(isGood ? 'good' : 'other'), '', dayMs)
    if (!put.put) return true
    return !isGood && (await once.findOnce('flow_turn', keyOf('good'))) !== null
  }

  const installerOf = (suite: Suite, outcome: Installed): Member => ({
    way: 'install',
    suiteId: requireSuiteId(suite),
    corpid: outcome.corpid,
    corpName: outcome.name || null,
    userid: outcome.installedBy?.userid ?? null,
    openUserid: outcome.installedBy?.openUserid ?? null,
    agentid: outcome.agentid,
    openid: null,
    externalUserid: null,
    userType: null,
    detail: null,
    loggedInAt: clock.now(),
  })

  const installedAnswer = async (
    suite: Suite,
    verdict: Verdict,
    outcome: Installed,
    what: string,
  ): Promise<FlowAnswer> => {
    const isGood = verdict.verdict === 'good'
    const already = await wasShownBefore(what, isGood)
    if (isGood && !already && verdict.flow.redirect !== null) {
      const code = await oneTimeCodes.issue(installerOf(suite, outcome))
      return { kind: 'go', location: withCode(verdict.flow.redirect, code) }
    }
    const isBad = verdict.verdict === 'bad_state'
    return {
      kind: 'installed',
      corpName: outcome.name || outcome.corpid,
      already,
      redirectWithheld: !isGood,
      refusedState: isBad
        ? tellFailure(new FlowRefusal('bad_state', refusedStates[verdict.because]))
        : null,
    }
  }

  const againOf = (suite: Suite, verdict: Verdict): string | null =>
    beginInstall.againLink({ suite, redirect: 'flow' in verdict ? verdict.flow.redirect : null })

  const failed = (suite: Suite, verdict: Verdict, reason: string): FlowAnswer => {
    const again = againOf(suite, verdict)
    if (verdict.verdict === 'bad_state') {
      const refusal = new FlowRefusal('bad_state', `${refusedStates[verdict.because]} ${reason}`)
      return { kind: 'failed', failure: tellFailure(refusal), again }
    }
    const failure = tellFailure(new FlowRefusal('code_spent', reason))
    return { kind: 'install_failed', failure, again }
  }

  /** What ended by now is answered once; what goes on is asked for again. */
  const answerTo = async (
    suite: Suite,
    verdict: Verdict,
    eventId: string,
    what: string,
  ): Promise<FinishedInstall> => {
    const outcome = await returnedCodes.waitForOutcome(eventId, longestWaitMs)
    if (outcome.status === 'waiting') return installing
    const state = 'state' in verdict ? verdict.state.text : ''
    const asked = ['install', suite.key, what, verdict.verdict, state]
    const text = await answerOnce(asked, async () =>
      textOfAnswer(
        outcome.status === 'refused'
          ? failed(suite, verdict, outcome.reason)
          : await installedAnswer(suite, verdict, outcome, what),
      ),
    )
    if (verdict.verdict !== 'good') return { answer: answerInText(text), setCookies: [] }
    const { flow, state: good } = verdict
    const cookie = answeredFlowCookie(await flowKeys(), cookiePlaceOf(flow.base), flow.kind, good)
    return { answer: answerInText(text), setCookies: [cookie] }
  }

  return {
    async finish(returned, authCode, admitStranger) {
      const { suite } = returned
      const verdict = await judge(returned)
      if (authCode === null) {
        try {
          const scanned = await eventOfScan(verdict)
          return scanned === null ? installing : answerTo(suite, verdict, scanned, scanned)
        } catch (error) {
          const failure = tellFailure(error)
          return {
            answer: { kind: 'failed', failure, again: againOf(suite, verdict) },
            setCookies: [],
          }
        }
      }
      const installState = installStateOf[verdict.verdict]
      if (installState !== 'good') admitStranger()
      const { eventId } = await returnedCodes.keep({ suite, authCode, installState })
      // What only observes keeps the code for whoever takes over.
      assertServing(suites, suite.suiteId)
      return answerTo(suite, verdict, eventId, authCode)
    },

    async nextAfterScan(returned) {
      const verdict = await judge(returned)
      if (verdict.verdict !== 'good') {
        throw new ServiceError(
          'bad_state',
          'This QR code is too old, or was shown in another browser: load its page again.',
        )
      }
      if ((await installStates.find(verdict.state.text)) === null) return null
      const address = ownAddressOf(suites, returned.suite, publicUrl, null)
      const { state, flow } = returned
      return ownLink(address, '/install/done', { flow, state })
    },
  }
}
