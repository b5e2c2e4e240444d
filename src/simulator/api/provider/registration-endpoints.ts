/** Companies that register through a link of the provider's. No I/O. */

import { dayMs } from '../../../clock'
import { randomText } from '../../world/random-text'
import { Refusal } from '../../world/refusals'
import { expiresIn, issue } from '../../world/tokens'
import { type Endpoints, ok, post, withProvider } from '../call/endpoint'
import { needs, optional, text } from '../call/fields'

const codeLifeSeconds = 600
const contactSyncSeconds = 1800

export const registrationEndpoints: Endpoints = {
  '/cgi-bin/service/get_register_code': post(
    withProvider(
      needs(
        { template_id: text(), state: optional(text()) },
        ({ template_id, state }, { world }) => {
          if (!/^[A-Za-z0-9]{0,128}$/.test(state ?? '')) throw new Refusal(84025)
          const registerCode = randomText(world.random, 43, 'token')
          world.registrations.set(registerCode, {
            templateId: template_id,
            state: state ?? '',
            corpid: null,
            finishedAt: null,
          })
          return { ...ok, register_code: registerCode, expires_in: codeLifeSeconds }
        },
      ),
    ),
  ),

  '/cgi-bin/service/get_register_info': post(
    withProvider(
      needs({ register_code: text() }, ({ register_code }, { world }) => {
        const registration = world.registrations.get(register_code)
        const company = world.companies.get(registration?.corpid ?? '')
        const { finishedAt = null } = registration ?? {}
        const isOver = finishedAt === null || world.clock.now() > finishedAt + dayMs
        if (!registration || !company || isOver) throw new Refusal(84024)
        const owner = { suiteId: null, corpid: company.corpid }
        const token = issue(world, 'access_token', owner)
        return {
          ...ok,
          corpid: company.corpid,
          contact_sync: {
            access_token: token.value,
            expires_in: Math.min(contactSyncSeconds, expiresIn(world, token)),
          },
          auth_user_info: { userid: company.members[0]?.userid ?? '' },
          state: registration.state,
          template_id: registration.templateId,
        }
      }),
    ),
  ),
}
