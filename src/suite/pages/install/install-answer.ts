/** What a browser is answered whose installation ended, well or not. */
import { createHash } from 'node:crypto'
import { type Clock, dayMs } from '../../../clock'
import type { OnceValues } from '../../../store/once-values'
import type { InstallOutcome } from '../../install/returned-code'
import { requireSuiteId, type Suite } from '../../suites'
import type { InstallFlow } from '../flow/flow'
import type { FlowAnswer } from '../flow/flow-answer'
import { FlowRefusal, type PageFailure } from '../flow/flow-refusal'
import type { Member } from '../flow/member'
import type { OneTimeCodes } from '../flow/one-time-codes'
import { withCode } from '../flow/redirect-target'
import { type ReturnVerdict, refusedStates } from '../flow/return-verdict'
import type { BeginInstall } from './begin-install'

export type InstallVerdict = ReturnVerdict<InstallFlow>

type Installed = Extract<InstallOutcome, { status: 'installed' }>

/** A return that was judged. */
export interface JudgedReturn {
  readonly suite: Suite
  readonly verdict: InstallVerdict
  /** The browser's network address, for the log; null where it isn't known. */
  readonly sender: string | null
  /** Its auth_code; after a scan the event of the one that WeCom pushed. */
  readonly what: string
}

export interface InstallAnswer {
  /** The browser goes on, for a good state and the first time alone. */
  installed(returned: JudgedReturn, outcome: Installed): Promise<FlowAnswer>
  /** @param reason for the log */
  refused(returned: JudgedReturn, reason: string): FlowAnswer
  /** Where the button of a failure begins anew; null without a public URL. */
  againLink(returned: Pick<JudgedReturn, 'suite' | 'verdict'>): string | null
}

const keyOf = (state: 'good' | 'other', what: string): string =>
  createHash('sha256').update(`installed\n${state}\n${what}`).digest('hex')

export const createInstallAnswer = (parts: {
  beginInstall: Pick<BeginInstall, 'againLink'>
  oneTimeCodes: Pick<OneTimeCodes, 'issue'>
  once: Pick<OnceValues, 'putOnce' | 'findOnce'>
  tellFailure(error: unknown, sender: string | null): PageFailure
  clock: Clock
}): InstallAnswer => {
  const { beginInstall, oneTimeCodes, once, tellFailure, clock } = parts

  /** A visitor without a good state takes nothing from the one who has it. */
  const wasShownBefore = async (what: string, isGood: boolean): Promise<boolean> => {
    const put = await once.putOnce('flow_turn', keyOf(isGood ? 'good' : 'other', what), '', dayMs)
    if (!put.put) return true
    return !isGood && (await once.findOnce('flow_turn', keyOf('good', what))) !== null
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

  const againLink: InstallAnswer['againLink'] = ({ suite, verdict }) =>
    beginInstall.againLink({
      suite,
      redirect: 'flow' in verdict ? verdict.flow.redirect : null,
      lang: 'flow' in verdict ? verdict.flow.lang : undefined,
    })

  return {
    async installed({ suite, verdict, sender, what }, outcome) {
      const isGood = verdict.verdict === 'good'
      const already = await wasShownBefore(what, isGood)
      if (isGood && !already && verdict.flow.redirect !== null) {
        const code = await oneTimeCodes.issue(installerOf(suite, outcome))
        return { kind: 'go', location: withCode(verdict.flow.redirect, code) }
      }
      return {
        kind: 'installed',
        corpName: outcome.name || outcome.corpid,
        already,
        redirectWithheld: !isGood,
        refusedState:
          verdict.verdict === 'bad_state'
            ? tellFailure(new FlowRefusal('bad_state', refusedStates[verdict.because]), sender)
            : null,
      }
    },

    refused({ suite, verdict, sender }, reason) {
      const again = againLink({ suite, verdict })
      if (verdict.verdict === 'bad_state') {
        const refusal = new FlowRefusal('bad_state', `${refusedStates[verdict.because]} ${reason}`)
        return { kind: 'failed', failure: tellFailure(refusal, sender), again }
      }
      const failure = tellFailure(new FlowRefusal('code_spent', reason), sender)
      return { kind: 'install_failed', failure, again }
    },

    againLink,
  }
}
