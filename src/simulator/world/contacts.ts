/** A company's address book beyond its members, all of it derived from them. Pure. */
import { isVisible } from './installations'
import type { Company, Installation, Member } from './world'

export interface Department {
  readonly id: number
  readonly name: string
  /** 0 for the company itself. */
  readonly parentid: number
}

/** The company itself, and below it the departments that members are in. */
export const departmentsOf = ({ name, members }: Company): readonly Department[] => {
  const ids = new Set(members.flatMap(({ departments }) => departments))
  ids.delete(1)
  const below = [...ids].toSorted((a, b) => a - b)
  return [
    { id: 1, name, parentid: 0 },
    ...below.map((id) => ({ id, name: `部门${id}`, parentid: 1 })),
  ]
}

export const isDepartmentVisible = ({ privilege }: Installation, { id }: Department): boolean =>
  privilege.allow_party.includes(1) || privilege.allow_party.includes(id)

export interface Tag {
  readonly tagid: number
  readonly tagname: string
  readonly members: readonly Member[]
}

/** One tag for each role. */
export const tagsOf = ({ members }: Company): readonly Tag[] => [
  { tagid: 1, tagname: '管理员', members: members.filter(({ role }) => role !== 'member') },
  { tagid: 2, tagname: '员工', members: members.filter(({ role }) => role === 'member') },
]

/** Somebody outside, known to one member. */
export interface Customer {
  readonly externalUserid: string
  readonly unionid: string
  readonly name: string
  readonly follower: Member
}

/** Every member has one customer. */
export const customersOf = ({ members }: Company): readonly Customer[] =>
  members.map((follower) => ({
    externalUserid: `wm${follower.userid.slice(2)}`,
    unionid: `o6${follower.userid.slice(2)}`,
    name: `${follower.name}的客户`,
    follower,
  }))

/** Whether a company knows such a customer. */
export const isCustomerOf = (company: Company, externalUserid: string | null): boolean =>
  customersOf(company).some((customer) => customer.externalUserid === externalUserid)

/** The members whom an app may see. */
export const visibleMembers = (company: Company, installation: Installation): readonly Member[] =>
  company.members.filter((member) => isVisible(installation, member))
