/** WeCom's pages on which a company takes an app. No I/O. */
import { authorize } from '../../world/installations'
import { Refusal } from '../../world/refusals'
import { consume, expiresIn } from '../../world/tokens'
import type { Company, Member, Suite } from '../../world/world'
import { pageReply } from '../call/reply'
import { backTo, isBelow, type Page, redirectUri, stateOf, suiteOf } from './page'
import { isAdmin, type Person } from './person'

const isOnInstallDomain = ({ installDomains }: Suite, url: URL | null): boolean =>
  url !== null && installDomains.some((domain) => isBelow(domain, url))

const withoutReferer = () =>
  pageReply(
    {
      title: '50001',
      text: 'The Referer is missing or under none of the install domains (安装完成回调域名) of the app: open the install page from a page of the provider’s site.',
    },
    50001,
  )

/** @throws {Refusal} 60011 — somebody of no company can't install */
const requireMember = ({ company, member }: Person): { company: Company; member: Member } => {
  if (!company || !member) throw new Refusal(60011)
  return { company, member }
}

/** `/3rdapp/install`: whoever is no admin installs for themselves, as member authorisation does. */
export const install: Page = ({ world, query, referer, person }) => {
  const suite = suiteOf(world, query.get('suite_id'))
  const url = redirectUri(query)
  const state = stateOf(query)
  if (!isOnInstallDomain(suite, url)) throw new Refusal(50001)
  if (!isOnInstallDomain(suite, URL.parse(referer ?? ''))) return withoutReferer()
  const { company, member } = requireMember(person)
  const session = consume(world, 'pre_auth_code', query.get('pre_auth_code'), suite.suiteId)
  const { authCode } = authorize(world, suite.suiteId, company.corpid, {
    userid: member.userid,
    authMode: isAdmin(person) ? 0 : 1,
    isTest: session.isTest,
  })
  const expires_in = String(expiresIn(world, authCode))
  return backTo(url, { auth_code: authCode.value, expires_in, state })
}

/** `/customized`: what the QR code of `get_customized_auth_url` leads to, for administrators. */
export const customised: Page = async ({ world, query, person, installByQr }) => {
  const link = world.qrLinks.get(query.get('code') ?? '')
  if (!link) throw new Refusal(40058)
  if (world.clock.now() >= link.expiresAt) throw new Refusal(42003)
  const { company, member } = requireMember(person)
  if (!isAdmin(person)) throw new Refusal(60011)
  const by = { userid: member.userid, state: link.state }
  for (const templateId of link.templateIds) await installByQr(templateId, company.corpid, by)
  return pageReply({ title: '授权成功', text: `${company.name}: ${link.templateIds.join(', ')}` })
}
