/**
 * The end of an installation: what a browser brings back from WeCom's install page, and what became
 * of it. An auth_code is kept and exchanged whatever its state says, since losing it costs the
 * company a new installation; the browser is sent on for a good state alone.
 */
import { type Clock, secondMs } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { InstallState } from '../../install/auth-code'
import type { InstallStates } from '../../install/install-states'
import type { ReturnedCodes } from '../../install/returned-code'
import { assertServing } from '../../observed-suites'
import type { Suite, Suites } from '../../suites'
import type { AnswerOnce } from '../flow/answered-once'
import { answerInText, type FlowAnswer, textOfAnswer } from '../flow/flow-answer'
import { answeredFlowCookie, cookiePlaceOf } from '../flow/flow-cookie'
import type { FlowKeys } from '../flow/flow-keys'
import { FlowRefusal, type PageFailure } from '../flow/flow-refusal'
import { ownAddressOf, ownLink } from '../flow/own-address'
import { judgeReturn, refusedStates } from '../flow/return-verdict'
import type { IsCodeOfState } from './code-of-state'
import type { InstallAnswer, InstallVerdict, JudgedReturn } from './install-answer'

/** What comes back with a browser. */
export interface InstallReturn {
  readonly suite: Suite
  readonly state: string | null
  readonly flow: string | null
  /** The browser's `Cookie` header. */
  readonly cookies: string | null
  /** The browser's network address, for the log; null where it isn't known. */
  readonly sender: string | null
}

export interface FinishedInstall {
  /** `installing`: the same return has its answer later. */
  readonly answer: FlowAnswer | { readonly kind: 'installing' }
  readonly setCookies: readonly string[]
}

export interface FinishInstall {
  /**
   * @param authCode WeCom's code; null after a scan, whose code WeCom pushes
   * @param admitStranger called before a code is kept that comes without a good state, or with the
   *   state of another code; what it throws ends this
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

/** A page that loads longer than this seems broken. */
const longestWaitMs = 8 * secondMs

const installStateOf: Readonly<Record<InstallVerdict['verdict'], InstallState>> = {
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
  isCodeOfState: IsCodeOfState
  installAnswer: InstallAnswer
  answerOnce: AnswerOnce
  flowKeys(): Promise<FlowKeys>
  /** Tells the log of a failure, and gives what a page may say of it. */
  tellFailure(error: unknown, sender: string | null): PageFailure
  clock: Clock
}): FinishInstall => {
  const { suites, publicUrl, returnedCodes, installStates, isCodeOfState } = parts
  const { installAnswer, answerOnce, flowKeys, tellFailure, clock } = parts

  const judge = async (returned: InstallReturn): Promise<InstallVerdict> => {
    const owner = { kind: 'install', suiteKey: returned.suite.key } as const
    return judgeReturn(await flowKeys(), owner, returned, clock.now())
  }

  /** What is kept with a code: a good state vouches for one code alone. */
  const stateFor = async (verdict: InstallVerdict, authCode: string): Promise<InstallState> =>
    verdict.verdict === 'good' && !(await isCodeOfState(verdict.state.text, authCode))
      ? 'bad'
      : installStateOf[verdict.verdict]

  /** The event of an installation by QR code; null if WeCom has pushed none yet. */
  const eventOfScan = async (verdict: InstallVerdict): Promise<string | null> => {
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

  /** What ended by now is answered once; what goes on is asked for again. */
  const answerTo = async (returned: JudgedReturn, eventId: string): Promise<FinishedInstall> => {
    const outcome = await returnedCodes.waitForOutcome(eventId, longestWaitMs)
    if (outcome.status === 'waiting') return installing
    const { suite, verdict, what } = returned
    const state = 'state' in verdict ? verdict.state.text : ''
    const text = await answerOnce(['install', suite.key, what, verdict.verdict, state], async () =>
      textOfAnswer(
        outcome.status === 'refused'
          ? installAnswer.refused(returned, outcome.reason)
          : await installAnswer.installed(returned, outcome),
      ),
    )
    const answer = answerInText(text)
    if (verdict.verdict !== 'good') return { answer, setCookies: [] }
    const { flow, state: good } = verdict
    const place = cookiePlaceOf(flow.base)
    return { answer, setCookies: [answeredFlowCookie(await flowKeys(), place, flow.kind, good)] }
  }

  return {
    async finish(returned, authCode, admitStranger) {
      const { suite, sender } = returned
      const verdict = await judge(returned)
      if (authCode === null) {
        try {
          const eventId = await eventOfScan(verdict)
          if (eventId === null) return installing
          return await answerTo({ suite, verdict, sender, what: eventId }, eventId)
        } catch (error) {
          const failure = tellFailure(error, sender)
          const again = installAnswer.againLink({ suite, verdict })
          return { answer: { kind: 'failed', failure, again }, setCookies: [] }
        }
      }
      const installState = await stateFor(verdict, authCode)
      if (installState !== 'good') admitStranger()
      const { eventId } = await returnedCodes.keep({ suite, authCode, installState })
      // What only observes keeps the code for whoever takes over.
      assertServing(suites, suite.suiteId)
      return answerTo({ suite, verdict, sender, what: authCode }, eventId)
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
      const { lang } = verdict.flow
      return ownLink(address, '/install/done', { flow, state, lang })
    },
  }
}
