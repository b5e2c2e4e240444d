/**
 * The world that the simulator plays: one provider, its suites, the companies that may install
 * them, and all that was issued. The state alone: it is made in `create-world`, and what changes it
 * stands beside the rule that allows the change. No I/O.
 */
import type { Clock } from '../../clock'
import type { Random } from '../../retry'
import type { Credentials } from './credentials'
import type { Rules } from './rules'

/** The provider's own corp and its common development parameters. */
export interface Provider {
  corpid: string
  secret: string
  systemToken: string
  /** 43 letters and digits. */
  systemEncodingAesKey: string
  /** 系统事件接收URL; null until it is saved. */
  systemUrl: string | null
  /** IP白名单, entries like `222.209.201.*` allowed; null lets every address in. */
  allowedIps: readonly string[] | null
}

export type SuiteKind = 'app' | 'customised' | 'login'

export interface Suite {
  readonly suiteId: string
  readonly kind: SuiteKind
  name: string
  suiteSecret: string
  token: string
  /** 43 letters and digits. */
  encodingAesKey: string
  /** 指令回调URL; null until it is saved. */
  commandUrl: string | null
  /** 数据回调URL; `$CORPID$` in it is replaced on every push. */
  dataUrl: string | null
  /** 可信域名: host, or host and port. Pages that sign and OAuth redirects must be on exactly these. */
  trustedDomains: readonly string[]
  /** 安装完成回调域名: the domain of an install's redirect must be one of these or below one. */
  installDomains: readonly string[]
  /** What `agent/get_permissions` lists. */
  permissions: readonly string[]
  /** True for the apps of individual providers: their callbacks carry an empty receive id. */
  receiveIdEmpty: boolean
}

export interface Member {
  /** As third-party apps see it. */
  readonly userid: string
  readonly openUserid: string
  readonly name: string
  readonly role: 'creator' | 'sub_admin' | 'member'
  readonly departments: readonly number[]
}

export interface Company {
  readonly corpid: string
  readonly name: string
  readonly members: readonly Member[]
  /** The next installed app of this company gets it; they count from 1000002. */
  nextAgentid: number
}

/** What an admin allows the app, in WeCom's own field names. */
export interface Privilege {
  /** 1 basic read, 2 full read, 3 read and write, 4 basic read of single members, 5 write only. */
  readonly level: number
  readonly allow_party: readonly number[]
  readonly allow_user: readonly string[]
  readonly allow_tag: readonly number[]
  readonly extra_party: readonly number[]
  readonly extra_user: readonly string[]
  readonly extra_tag: readonly number[]
}

/** `inactive` is WeCom's own doing: it suspends apps that nobody uses (48006). */
export type InstallationStatus = 'enabled' | 'disabled' | 'inactive'

/** One authorisation of a suite by a company, from its install to its end. */
export interface Installation {
  readonly suiteId: string
  readonly corpid: string
  readonly agentid: number
  readonly installedAt: number
  /** Who installed it last; null where WeCom leaves auth_user_info out. */
  userid: string | null
  /** Given with the last install's link or QR code. */
  state: string
  /** Whether the install page was opened for a test; false in what an older world kept. */
  isTest?: boolean
  permanentCode: string
  /** 0 by an admin, 1 by members. */
  authMode: 0 | 1
  privilege: Privilege
  status: InstallationStatus
  /** Null while the company has the app. */
  endedAt: number | null
  /** Paid apps: sent as `edition_info` when set. */
  editionInfo: unknown
  /** Installs through a dealer: sent as `dealer_corp_info` when set. */
  dealerCorpInfo: unknown
}

/**
 * Who sits before the browser: a member, or with an `externalUserid` or `openid` somebody of no
 * company.
 */
export interface Visitor {
  readonly corpid?: string | undefined
  readonly userid?: string | undefined
  readonly externalUserid?: string | undefined
  readonly openid?: string | undefined
}

/** A QR code that administrators scan to take customised apps. */
export interface QrLink {
  readonly url: string
  readonly state: string
  readonly templateIds: readonly string[]
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/** What an app asked WeCom to tell members. */
export interface SentMessage extends Pick<Installation, 'suiteId' | 'corpid' | 'agentid'> {
  readonly at: number
  readonly msgid: string
  readonly msgtype: string
  /** The userids that got it. */
  readonly receivers: readonly string[]
  /** The request as it came. */
  readonly request: Readonly<Record<string, unknown>>
  /** Null unless the app took it back. */
  recalledAt: number | null
}

export type MediaType = 'image' | 'voice' | 'video' | 'file'

/** A file that an app uploaded. */
export interface MediaFile {
  readonly mediaId: string
  readonly type: MediaType
  /** Whose it is: all apps of a company share its files; null for the provider's own. */
  readonly corpid: string | null
  readonly createdAt: number
  readonly filename: string
  readonly size: number
  /** Hexadecimal. */
  readonly sha256: string
  /** Null if it was too large to be kept: such a file can't be fetched. */
  readonly content: Blob | null
}

/** Work that WeCom does on the side; its result is asked for by a jobid. */
export interface Job {
  /** Whose it is; null for the provider's own. */
  readonly corpid: string | null
  readonly result: Readonly<Record<string, unknown>>
}

/** A company's way through a registration link of the provider's. */
export interface Registration {
  readonly templateId: string
  readonly state: string
  /** The company that came of it; null until it is there. */
  corpid: string | null
  finishedAt: number | null
}

export interface LicenceOrder {
  readonly orderId: string
  readonly corpid: string
  readonly buyerUserid: string
  /** 1 new, 2 a renewal. */
  readonly type: 1 | 2
  readonly baseCount: number
  readonly externalCount: number
  readonly months: number
  readonly days: number
  readonly createdAt: number
  /** 0 unpaid, 1 paid, 2 cancelled. */
  status: 0 | 1 | 2
}

export interface LicenceCode {
  readonly activeCode: string
  readonly orderId: string
  /** 1 base, 2 interop. */
  readonly type: 1 | 2
  readonly lifeMs: number
  corpid: string
  /** Null until somebody has it. */
  userid: string | null
  activatedAt: number | null
  /** Null if it never changed hands. */
  transferredAt: number | null
}

export interface Licences {
  readonly orders: Map<string, LicenceOrder>
  readonly codes: Map<string, LicenceCode>
  /** Companies whose licences are not given to members by themselves. */
  readonly withoutAutoActive: Set<string>
}

export interface World {
  readonly clock: Clock
  readonly random: Random
  readonly rules: Rules
  readonly provider: Provider
  readonly suites: Map<string, Suite>
  readonly companies: Map<string, Company>
  /** By suite and company, oldest first; only the last one may be current. */
  readonly installations: Map<string, Installation[]>
  readonly credentials: Credentials
  /** The last thousand, oldest first. */
  readonly sentMessages: SentMessage[]
  /**
   * When ticket fetches were made, for WeCom's hourly limits: epoch milliseconds by what is
   * counted.
   */
  readonly ticketFetches: Map<string, number[]>
  /** What was uploaded, by media_id, oldest first. */
  readonly media: Map<string, MediaFile>
  /** By jobid, oldest first. */
  readonly jobs: Map<string, Job>
  /** By the code in their address, oldest first. */
  readonly qrLinks: Map<string, QrLink>
  /** By register_code. */
  readonly registrations: Map<string, Registration>
  readonly licences: Licences
  visitor: Visitor | null
}
