/** The other end of a flow: the business app turns a one-time code into the member. */

import { Value } from '@sinclair/typebox/value'
import { Elysia, t } from 'elysia'
import type { Clock } from '../../clock'
import { Member } from '../../suite/pages/flow/member'
import type { OneTimeCodes } from '../../suite/pages/flow/one-time-codes'
import type { Suites } from '../../suite/suites'
import type { Access } from '../access/access'
import type { AuditTrail } from '../access/audit-trail'
import { named } from '../answer/named-schema'
import { operatorOperations } from '../answer/operation-detail'
import { invalidBody } from '../answer/problem'
import { operatorProblems } from '../answer/problem-schema'
import { jsonRequestBody, readJson } from '../request/json-body'

export const LoginMember = named('Member', Member, {
  way: 'client',
  suiteId: 'ww0000000000000002',
  corpid: 'wpCorpA',
  corpName: '示例企业',
  userid: 'woUserA',
  openUserid: 'woUserA',
  agentid: 1000002,
  openid: null,
  externalUserid: null,
  userType: null,
  detail: null,
  loggedInAt: 1_795_334_400_000,
})

const LoginCode = named(
  'LoginCode',
  t.Object({
    code: t.String({ maxLength: 200, description: 'The `code` behind your redirect: 60 s, once.' }),
  }),
  { code: 'Wm3WZYTPz0wzccnWWm3WZYTPz0wzccnWWm3WZYTPz0w' },
)

const detail = operatorOperations('Pages')

export interface LoginApiParts {
  readonly access: Pick<Access, 'requireReach'>
  readonly suites: Pick<Suites, 'byId'>
  readonly oneTimeCodes: Pick<OneTimeCodes, 'redeem'>
  readonly clock: Clock
}

export const loginApiRoutes = (
  { access, suites, oneTimeCodes, clock }: LoginApiParts,
  auditTrail: Pick<AuditTrail, 'setSubject'>,
) =>
  new Elysia().post(
    '/login',
    async ({ request }) => {
      const body = await readJson(request, clock)
      if (!Value.Check(LoginCode, body)) throw invalidBody(Value.Errors(LoginCode, body))
      const member = await oneTimeCodes.redeem(body.code)
      const { suiteId, corpid } = member
      auditTrail.setSubject(request, { suiteId, corpid })
      access.requireReach(request, { suiteKey: suites.byId(suiteId)?.key ?? null, corpid })
      return member
    },
    {
      parse: 'none',
      response: {
        200: LoginMember,
        ...operatorProblems('body_too_large', 'unsupported_media_type'),
      },
      detail: {
        ...detail(
          'redeemLoginCode',
          'Who logged in',
          'Turns the one-time code behind your redirect into the member, or into the company that installed the app. With a key of scope `login`.',
        ),
        ...jsonRequestBody(LoginCode),
      },
    },
  )
