/** Whoever arrives from WeCom: let in as a member or turned away, and led on with a code. */
import type { Clock } from '../../../clock'
import type { CorpRecord } from '../../../store/store'
import type { Person } from '../../../wecom/api/member-calls'
import { installedAgentid } from '../../authorized-corp'
import type { Corps } from '../../corps'
import { requireSuiteId, type Suite } from '../../suites'
import type { FlowAnswer } from '../flow/flow-answer'
import { FlowRefusal } from '../flow/flow-refusal'
import type { Member, MemberWay } from '../flow/member'
import type { OneTimeCodes } from '../flow/one-time-codes'
import { withCode } from '../flow/redirect-target'
import type { Identified } from './identify'

/** Whom a login is for. */
export interface Expected {
  /** The one company; null for any. */
  readonly corpid: string | null
  /** Whether somebody who is no member is let through. */
  readonly outsiders: boolean
}

export interface Arrivals {
  /**
   * The member, as the business app learns who it is.
   *
   * @throws {FlowRefusal} not_a_member, wrong_corp
   */
  admit(suite: Suite, way: MemberWay, identified: Identified, expected: Expected): Promise<Member>
  /** Where a member goes on to; a page of ours where nobody asked for more. */
  leadOn(member: Member, redirect: string | null): Promise<FlowAnswer>
}

/** A userid alone is nobody: two companies may have the same. */
const refuseOutsider = ({ corpid, userid, openid }: Person, outsiders: boolean): void => {
  if (userid !== null && corpid !== null) return
  if (userid === null && openid !== null && outsiders) return
  throw new FlowRefusal('not_a_member', 'Whoever came is a member of no company.')
}

/** A company may be known by two ids, of which a record has both. */
const refuseOtherCorp = (
  { corpid, corpName, userid }: Member,
  wanted: string,
  expected: CorpRecord | null,
): void => {
  if (userid === null || (expected?.corpid ?? wanted) === corpid) return
  throw new FlowRefusal('wrong_corp', 'The member is of another company than the link names.', [
    expected?.name || wanted,
    corpName ?? corpid ?? '',
  ])
}

export const createArrivals = (parts: {
  corps: Pick<Corps, 'find'>
  oneTimeCodes: Pick<OneTimeCodes, 'issue'>
  clock: Clock
}): Arrivals => {
  const { corps, oneTimeCodes, clock } = parts

  const corpOf = async (suite: Suite, corpid: string | null): Promise<CorpRecord | null> =>
    corpid === null ? null : corps.find(requireSuiteId(suite), corpid)

  return {
    async admit(suite, way, { person, detail }, { corpid: wanted, outsiders }) {
      refuseOutsider(person, outsiders)
      const corp = await corpOf(suite, person.corpid)
      const member: Member = {
        way,
        suiteId: requireSuiteId(suite),
        corpid: corp?.corpid ?? person.corpid,
        corpName: corp?.name || null,
        userid: person.userid,
        openUserid: person.openUserid,
        agentid: installedAgentid(corp),
        openid: person.openid,
        externalUserid: person.externalUserid,
        userType: person.userType,
        detail,
        loggedInAt: clock.now(),
      }
      if (wanted !== null) refuseOtherCorp(member, wanted, await corpOf(suite, wanted))
      return member
    },

    async leadOn(member, redirect) {
      if (redirect !== null) {
        return { kind: 'go', location: withCode(redirect, await oneTimeCodes.issue(member)) }
      }
      const { corpName, corpid, userid, openid } = member
      return {
        kind: 'signed_in',
        corpName: corpName ?? corpid ?? '',
        userid: userid ?? openid ?? '',
      }
    },
  }
}
