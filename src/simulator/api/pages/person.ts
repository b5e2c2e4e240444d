/** Who sits before the browser when one of WeCom's pages is opened. No I/O. */
import type { Company, Member, Visitor, World } from '../../world/world'

/** A visitor as WeCom knows them. */
export interface Person {
  /** Null for somebody who is in no company. */
  readonly company: Company | null
  readonly member: Member | null
  /** What WeCom tells of somebody who is no member. */
  readonly openid: string
  /** Of a member's customer. */
  readonly externalUserid: string | null
}

/** OpenId of somebody outside, unless the visitor names one. */
const strangersOpenid = 'oAAAAAAAAAAAAAAAAAAAAAAAAAAA'

/** Without a company it is the first one, without a userid its first member. */
export const personOf = (world: World, visitor: Visitor | null): Person => {
  const { externalUserid = null, openid = strangersOpenid } = visitor ?? {}
  if (externalUserid !== null || visitor?.openid !== undefined) {
    return { company: null, member: null, openid, externalUserid }
  }
  const [first] = world.companies.values()
  const company = world.companies.get(visitor?.corpid ?? first?.corpid ?? '') ?? null
  const userid = visitor?.userid ?? company?.members[0]?.userid
  const member = company?.members.find((one) => one.userid === userid) ?? null
  return { company: member && company, member, openid, externalUserid }
}

/** Whether they may install an app for their whole company. */
export const isAdmin = ({ member }: Person): boolean => member !== null && member.role !== 'member'
