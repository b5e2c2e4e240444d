/** A company's members, departments and tags, as far as its app may see them. No I/O. */

import { departmentsOf, isDepartmentVisible, tagsOf, visibleMembers } from '../../world/contacts'
import { isVisible } from '../../world/installations'
import { Refusal } from '../../world/refusals'
import type { Member } from '../../world/world'
import {
  type Answer,
  type Endpoints,
  get,
  getOrPost,
  type InstalledApp,
  ok,
  post,
  withApp,
} from '../call/endpoint'
import { integer, needs, optional, text, texts } from '../call/fields'

/** Third-party apps get the userid in place of the name. */
const profile = ({ userid, openUserid, departments }: Member): Answer => ({
  userid,
  name: userid,
  department: departments,
  open_userid: openUserid,
})

const details = (member: Member): Answer => ({
  ...profile(member),
  order: member.departments.map(() => 0),
  position: '',
  is_leader_in_dept: member.departments.map(() => (member.role === 'member' ? 0 : 1)),
  main_department: member.departments[0] ?? 1,
  status: 1,
})

/** The one of that userid. Throws 60111 for nobody, 60011 for somebody out of sight. */
const memberNamed = ({ company, installation }: InstalledApp, named: string): Member => {
  const member = company.members.find(({ userid }) => userid === named)
  if (!member) throw new Refusal(60111)
  if (!isVisible(installation, member)) throw new Refusal(60011)
  return member
}

const membersOf = ({ company, installation }: InstalledApp, department: number) => {
  if (!departmentsOf(company).some(({ id }) => id === department)) throw new Refusal(60003)
  return visibleMembers(company, installation).filter(
    ({ departments }) => department === 1 || departments.includes(department),
  )
}

const departmentsBelow = ({ company, installation }: InstalledApp, above: number | null) =>
  departmentsOf(company)
    .filter(({ id, parentid }) => above === null || id === above || parentid === above)
    .filter((department) => isDepartmentVisible(installation, department))

const openUserids = ({ company }: InstalledApp, userids: readonly string[]): Answer => {
  const known = company.members.filter(({ userid }) => userids.includes(userid))
  return {
    ...ok,
    open_userid_list: known.map(({ userid, openUserid }) => ({ userid, open_userid: openUserid })),
    invalid_userid_list: userids.filter((id) => !known.some(({ userid }) => userid === id)),
  }
}

export const contactEndpoints: Endpoints = {
  '/cgi-bin/user/get': get(
    withApp(
      needs({ userid: text() }, ({ userid }, _, app) => ({
        ...ok,
        ...details(memberNamed(app, userid)),
      })),
    ),
  ),

  '/cgi-bin/user/simplelist': get(
    withApp(
      needs({ department_id: integer() }, ({ department_id }, _, app) => ({
        ...ok,
        userlist: membersOf(app, department_id).map(profile),
      })),
    ),
  ),

  '/cgi-bin/user/list': get(
    withApp(
      needs({ department_id: integer() }, ({ department_id }, _, app) => ({
        ...ok,
        userlist: membersOf(app, department_id).map(details),
      })),
    ),
  ),

  '/cgi-bin/department/list': get(
    withApp(
      needs({ id: optional(integer()) }, ({ id }, _, app) => ({
        ...ok,
        department: departmentsBelow(app, id).map((one) => ({ ...one, order: 0 })),
      })),
    ),
  ),

  '/cgi-bin/department/simplelist': get(
    withApp(
      needs({ id: optional(integer()) }, ({ id: above }, _, app) => ({
        ...ok,
        department_id: departmentsBelow(app, above).map(({ id, parentid }) => ({
          id,
          parentid,
          order: 0,
        })),
      })),
    ),
  ),

  '/cgi-bin/department/get': get(
    withApp(
      needs({ id: integer() }, ({ id: asked }, _, { company, installation }) => {
        const department = departmentsOf(company).find(({ id }) => id === asked)
        if (!department) throw new Refusal(60003)
        if (!isDepartmentVisible(installation, department)) throw new Refusal(60011)
        return { ...ok, department: { ...department, order: 0 } }
      }),
    ),
  ),

  '/cgi-bin/tag/list': get(
    withApp((_, { company }) => ({
      ...ok,
      taglist: tagsOf(company).map(({ tagid, tagname }) => ({ tagid, tagname })),
    })),
  ),

  '/cgi-bin/tag/get': get(
    withApp(
      needs({ tagid: integer() }, ({ tagid: asked }, _, { company, installation }) => {
        const tag = tagsOf(company).find(({ tagid }) => tagid === asked)
        if (!tag) throw new Refusal(40068)
        const userlist = tag.members
          .filter((member) => isVisible(installation, member))
          .map(({ userid }) => ({ userid, name: userid }))
        return { ...ok, tagname: tag.tagname, userlist, partylist: [] }
      }),
    ),
  ),

  '/cgi-bin/batch/userid_to_openuserid': post(
    withApp(
      needs({ userid_list: texts(1000) }, ({ userid_list }, _, app) =>
        openUserids(app, userid_list),
      ),
    ),
  ),

  /** For apps of the company's own making alone, as which customised apps count. */
  '/cgi-bin/batch/openuserid_to_userid': post(
    withApp(
      needs({ open_userid_list: texts(1000) }, ({ open_userid_list }, _, { suite, company }) => {
        if (suite.kind !== 'customised') throw new Refusal(48002)
        const known = company.members.filter((one) => open_userid_list.includes(one.openUserid))
        return {
          ...ok,
          userid_list: known.map((one) => ({ userid: one.userid, open_userid: one.openUserid })),
          invalid_open_userid_list: open_userid_list.filter(
            (id) => !known.some(({ openUserid }) => openUserid === id),
          ),
        }
      }),
    ),
  ),

  /** Whoever is in the visible range counts as having agreed. */
  '/cgi-bin/user/list_member_auth': getOrPost(
    withApp((_, { company, installation }) => ({
      ...ok,
      next_cursor: '',
      member_auth_list: visibleMembers(company, installation).map((member) => ({
        open_userid: member.openUserid,
      })),
    })),
  ),

  '/cgi-bin/user/check_member_auth': getOrPost(
    withApp(
      needs({ open_userid: text() }, ({ open_userid }, _, { company, installation }) => ({
        ...ok,
        is_member_auth: visibleMembers(company, installation).some(
          ({ openUserid }) => openUserid === open_userid,
        ),
      })),
    ),
  ),
}
