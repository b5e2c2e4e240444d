/** How an app's users come to it: QR codes, mini programs, people known from elsewhere. */
import { customersOf } from '../../world/contacts'
import { currentInstallation } from '../../world/installations'
import { randomText } from '../../world/random-text'
import { Refusal } from '../../world/refusals'
import { consume } from '../../world/tokens'
import type { Company, Member, World } from '../../world/world'
import { type ApiCall, type Endpoints, get, ok, post, withApp, withSuite } from '../call/endpoint'
import { integer, needs, optional, text } from '../call/fields'
import type { Reply } from '../call/reply'

/** A picture of one pixel, in place of a QR code. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const pictureReply = (): Reply => ({
  response: new Response(picture, { headers: { 'content-type': 'image/png' } }),
  errcode: 0,
})

/** Ends a mini program's code and finds whose it is. */
const miniProgramUser = (
  { world, query }: ApiCall,
  suiteId: string,
): { company: Company; member: Member } => {
  if (query.get('grant_type') !== 'authorization_code') throw new Refusal(40058)
  const { corpid, userid } = consume(world, 'js_code', query.get('js_code'), suiteId)
  const company = world.companies.get(corpid ?? '')
  const member = company?.members.find((one) => one.userid === userid)
  if (!company || !member) throw new Refusal(40029)
  return { company, member }
}

const sessionKey = ({ random }: World): string => `${randomText(random, 22, 'base64')}==`

export const promotionEndpoints: Endpoints = {
  '/cgi-bin/service/get_app_qrcode': post(
    withSuite(
      needs(
        {
          suite_id: text(41021),
          state: optional(text()),
          style: optional(integer()),
          result_type: optional(integer()),
        },
        ({ suite_id, state, style, result_type }, { world }, { suiteId }) => {
          if (suite_id !== suiteId) throw new Refusal(48003)
          if ((state ?? '').length > 32) throw new Refusal(84025)
          if ((style ?? 0) < 0 || (style ?? 0) > 4) throw new Refusal(40058)
          if ((result_type ?? 1) === 1) return pictureReply()
          const code = randomText(world.random, 32)
          return { ...ok, qrcode: `https://open.work.weixin.qq.com/wwopen/mobile?code=${code}` }
        },
      ),
    ),
  ),

  '/cgi-bin/service/miniprogram/jscode2session': get(
    withSuite((call, { suiteId }) => {
      const { company, member } = miniProgramUser(call, suiteId)
      return {
        ...ok,
        corpid: company.corpid,
        userid: member.userid,
        open_userid: member.openUserid,
        session_key: sessionKey(call.world),
      }
    }),
  ),

  '/cgi-bin/miniprogram/jscode2session': get(
    withApp((call, { suite, company }) => {
      const found = miniProgramUser(call, suite.suiteId)
      if (found.company !== company) throw new Refusal(40029)
      const { userid } = found.member
      return { ...ok, corpid: company.corpid, userid, session_key: sessionKey(call.world) }
    }),
  ),

  '/cgi-bin/service/externalcontact/unionid_to_external_userid_3rd': post(
    withSuite(
      needs(
        { unionid: text(), openid: text(), corpid: optional(text()) },
        ({ unionid, corpid }, { world }, { suiteId }) => {
          if (corpid !== null && !world.companies.has(corpid)) throw new Refusal(40013)
          const companies = [...world.companies.values()].filter(
            (one) =>
              (corpid === null || one.corpid === corpid) &&
              currentInstallation(world, suiteId, one.corpid) !== null,
          )
          return {
            ...ok,
            external_userid_info: companies.flatMap((company) =>
              customersOf(company)
                .filter((customer) => customer.unionid === unionid)
                .map(({ externalUserid }) => ({
                  corpid: company.corpid,
                  external_userid: externalUserid,
                })),
            ),
          }
        },
      ),
    ),
  ),
}
