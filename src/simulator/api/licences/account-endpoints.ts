/** Who has an interface licence, and giving one to members. No I/O. */

import { dayMs } from '../../../clock'
import { installationsOf } from '../../world/installations'
import { activate, codeAnswer, codeNamed, codesOf, transfer } from '../../world/licences'
import { Refusal } from '../../world/refusals'
import type { World } from '../../world/world'
import { type Answer, type Endpoints, ok, post, withProvider } from '../call/endpoint'
import { integer, needs, objects, text, textIn, texts } from '../call/fields'

/** Interface licences are free for this long from a company's first install. */
const trialMs = 90 * dayMs

const requireCompany = (world: World, corpid: string): void => {
  if (!world.companies.has(corpid)) throw new Refusal(40013)
}

/** The errcode of a step of several that stand alone: 0 for a success. */
const errcodeOf = (step: () => void): number => {
  try {
    step()
    return 0
  } catch (error) {
    if (error instanceof Refusal) return error.errcode
    throw error
  }
}

/** An answer for the provider that is about one company. */
const aboutCompany = (answer: (world: World, corpid: string) => Answer) =>
  post(
    withProvider(
      needs({ corpid: text(41002) }, ({ corpid }, { world }) => {
        requireCompany(world, corpid)
        return answer(world, corpid)
      }),
    ),
  )

export const licenceAccountEndpoints: Endpoints = {
  '/cgi-bin/license/active_account': post(
    withProvider(
      needs(
        { active_code: text(), corpid: text(41002), userid: text() },
        ({ active_code, corpid, userid }, { world }) => {
          activate(world, codeNamed(world, corpid, active_code), userid)
          return ok
        },
      ),
    ),
  ),

  '/cgi-bin/license/batch_active_account': post(
    withProvider(
      needs(
        { corpid: text(41002), active_list: objects(1000) },
        ({ corpid, active_list }, { world }) => ({
          ...ok,
          active_result: active_list.map((one) => {
            const activeCode = textIn(one, 'active_code', 40058)
            const userid = textIn(one, 'userid', 40058)
            const errcode = errcodeOf(() =>
              activate(world, codeNamed(world, corpid, activeCode), userid),
            )
            return { active_code: activeCode, userid, errcode }
          }),
        }),
      ),
    ),
  ),

  '/cgi-bin/license/get_active_info_by_code': post(
    withProvider(
      needs({ corpid: text(41002), active_code: text() }, (asked, { world }) => ({
        ...ok,
        active_info: codeAnswer(codeNamed(world, asked.corpid, asked.active_code)),
      })),
    ),
  ),

  '/cgi-bin/license/batch_get_active_info_by_code': post(
    withProvider(
      needs(
        { corpid: text(41002), active_code_list: texts(1000) },
        ({ corpid, active_code_list }, { world }) => {
          const known = codesOf(world, corpid)
          return {
            ...ok,
            active_info_list: known
              .filter(({ activeCode }) => active_code_list.includes(activeCode))
              .map(codeAnswer),
            invalid_active_code_list: active_code_list.filter(
              (code) => !known.some(({ activeCode }) => activeCode === code),
            ),
          }
        },
      ),
    ),
  ),

  '/cgi-bin/license/get_active_info_by_user': post(
    withProvider(
      needs({ corpid: text(41002), userid: text() }, ({ corpid, userid }, { world }) => {
        const members = world.companies.get(corpid)?.members ?? []
        if (!members.some((member) => member.userid === userid)) throw new Refusal(60111)
        const codes = codesOf(world, corpid).filter((code) => code.userid === userid)
        return {
          ...ok,
          active_status: codes.length > 0 ? 1 : 0,
          active_info_list: codes.map(codeAnswer),
        }
      }),
    ),
  ),

  '/cgi-bin/license/list_actived_account': aboutCompany((world, corpid) => ({
    ...ok,
    next_cursor: '',
    has_more: 0,
    account_list: codesOf(world, corpid)
      .filter(({ userid }) => userid !== null)
      .map(codeAnswer),
  })),

  '/cgi-bin/license/batch_transfer_license': post(
    withProvider(
      needs(
        { corpid: text(41002), transfer_list: objects(1000) },
        ({ corpid, transfer_list }, { world }) => ({
          ...ok,
          transfer_result: transfer_list.map((one) => {
            const from = textIn(one, 'handover_userid', 40058)
            const to = textIn(one, 'takeover_userid', 40058)
            const errcode = errcodeOf(() => transfer(world, corpid, from, to))
            return { handover_userid: from, takeover_userid: to, errcode }
          }),
        }),
      ),
    ),
  ),

  '/cgi-bin/license/batch_share_active_code': post(
    withProvider(
      needs(
        { from_corpid: text(41002), to_corpid: text(41002), share_list: objects(1000) },
        ({ from_corpid, to_corpid, share_list }, { world }) => {
          requireCompany(world, to_corpid)
          const share_result = share_list.map((one) => {
            const activeCode = textIn(one, 'active_code', 40058)
            const errcode = errcodeOf(() => {
              codeNamed(world, from_corpid, activeCode).corpid = to_corpid
            })
            return { active_code: activeCode, errcode }
          })
          return { ...ok, share_result }
        },
      ),
    ),
  ),

  '/cgi-bin/license/get_app_license_info': post(
    withProvider(
      needs({ corpid: text(41002), suite_id: text(41021) }, ({ corpid, suite_id }, { world }) => {
        requireCompany(world, corpid)
        if (!world.suites.has(suite_id)) throw new Refusal(40083)
        const [first] = installationsOf(world, suite_id, corpid)
        if (!first) throw new Refusal(48004)
        const startSeconds = Math.floor(first.installedAt / 1000)
        return {
          ...ok,
          license_status: 1,
          trail_info: { start_time: startSeconds, end_time: startSeconds + trialMs / 1000 },
        }
      }),
    ),
  ),

  '/cgi-bin/license/set_auto_active_status': post(
    withProvider(
      needs(
        { corpid: text(41002), auto_active_status: integer() },
        ({ corpid, auto_active_status }, { world }) => {
          requireCompany(world, corpid)
          if (auto_active_status === 0) world.licences.withoutAutoActive.add(corpid)
          else world.licences.withoutAutoActive.delete(corpid)
          return ok
        },
      ),
    ),
  ),

  '/cgi-bin/license/get_auto_active_status': aboutCompany((world, corpid) => ({
    ...ok,
    auto_active_status: world.licences.withoutAutoActive.has(corpid) ? 0 : 1,
  })),

  '/cgi-bin/license/support_policy_query': aboutCompany(() => ok),
}
