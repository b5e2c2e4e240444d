/**
 * What WeCom tells an app about the company that installed it. Pure: wire objects out of the world.
 */
import type { Company, Installation, Member, Suite } from '../../world/world'

/** Certification ends a year after the app came, which is far enough for any test. */
const yearSeconds = 365 * 24 * 60 * 60

const logoUrl = 'https://wework.qpic.cn/wwpic/000000_example/0'

/** `auth_corp_info`; the v2 interfaces add the other names a company may have. */
export const authCorpInfo = (
  company: Company,
  installation: Installation,
  version: 1 | 2,
): Record<string, unknown> => ({
  corpid: company.corpid,
  corp_name: company.name,
  corp_type: 'verified',
  corp_square_logo_url: logoUrl,
  corp_user_max: 200,
  corp_full_name: company.name,
  subject_type: 1,
  verified_end_time: Math.floor(installation.installedAt / 1000) + yearSeconds,
  corp_wxqrcode: `https://wework.qpic.cn/wwpic/qrcode/${company.corpid}`,
  corp_scale: '1-50人',
  corp_industry: 'IT服务',
  corp_sub_industry: '计算机软件/硬件/信息服务',
  ...(version === 2 && { corp_ex_name: { name_list: [company.name] } }),
})

/** `auth_info`: exactly one agent, as every modern app has. */
export const authInfo = (suite: Suite, installation: Installation): Record<string, unknown> => ({
  agent: [
    {
      agentid: installation.agentid,
      name: suite.name,
      round_logo_url: logoUrl,
      square_logo_url: logoUrl,
      auth_mode: installation.authMode,
      is_customized_app: suite.kind === 'customised',
      auth_from_thirdapp: false,
      privilege: installation.privilege,
    },
  ],
})

/** `auth_user_info` of the member who installed the app; third-party apps learn no name. */
export const authUserInfo = (member: Member): Record<string, unknown> => ({
  userid: member.userid,
  open_userid: member.openUserid,
  name: '',
  avatar: '',
})

/** The member who installed it, or null if that isn't told. */
export const installerOf = (company: Company, installation: Installation): Member | null =>
  company.members.find(({ userid }) => userid === installation.userid) ?? null

/** The parts that only paid apps and installs through a dealer have. */
export const editionAndDealer = (installation: Installation): Record<string, unknown> => ({
  ...(installation.dealerCorpInfo !== null && { dealer_corp_info: installation.dealerCorpInfo }),
  ...(installation.editionInfo !== null && { edition_info: installation.editionInfo }),
})
