/** Which company has which app: install, change, reset, uninstall. No I/O. */
import { ServiceError } from '../../errors'
import { type Credential, endCredentials } from './credentials'
import { randomText } from './random-text'
import { Refusal } from './refusals'
import { issue } from './tokens'
import type { Company, Installation, Member, Privilege, Suite, World } from './world'

const keyOf = (suiteId: string, corpid: string) => `${suiteId}/${corpid}`

/** Every one there ever was of a suite and a company, oldest first. */
export const installationsOf = (
  world: World,
  suiteId: string,
  corpid: string,
): readonly Installation[] => world.installations.get(keyOf(suiteId, corpid)) ?? []

/** Puts one back that another world kept, behind those of the same company and suite. */
export const addInstallation = (world: World, installation: Installation): void => {
  const { suiteId, corpid } = installation
  const earlier = installationsOf(world, suiteId, corpid)
  world.installations.set(keyOf(suiteId, corpid), [...earlier, installation])
}

/** The one that a company has now, or null. */
export const currentInstallation = (
  world: World,
  suiteId: string,
  corpid: string,
): Installation | null => {
  const last = installationsOf(world, suiteId, corpid).at(-1)
  return last && last.endedAt === null ? last : null
}

/** Whether a company has any app of the provider's. */
export const isAuthorised = (world: World, corpid: string): boolean =>
  [...world.suites.keys()].some((suiteId) => currentInstallation(world, suiteId, corpid) !== null)

/** @throws {ServiceError} suite_not_found — no such suite in this world */
export const suiteNamed = (world: World, suiteId: string): Suite => {
  const suite = world.suites.get(suiteId)
  if (!suite) throw new ServiceError('suite_not_found', `The simulator has no suite ${suiteId}.`)
  return suite
}

/** @throws {ServiceError} not_found — no such company in this world */
export const companyNamed = (world: World, corpid: string): Company => {
  const company = world.companies.get(corpid)
  if (!company) throw new ServiceError('not_found', `The simulator has no company ${corpid}.`)
  return company
}

/** @throws {ServiceError} corp_not_authorized — the company doesn't have the app (any more) */
export const installationNamed = (world: World, suiteId: string, corpid: string): Installation => {
  suiteNamed(world, suiteId)
  companyNamed(world, corpid)
  const installation = currentInstallation(world, suiteId, corpid)
  if (installation) return installation
  throw new ServiceError('corp_not_authorized', `${corpid} has not installed ${suiteId}.`)
}

const wholeCompany: Privilege = {
  level: 1,
  allow_party: [1],
  allow_user: [],
  allow_tag: [],
  extra_party: [],
  extra_user: [],
  extra_tag: [],
}

export type AuthorizeOptions = Partial<
  Pick<
    Installation,
    'authMode' | 'userid' | 'state' | 'isTest' | 'privilege' | 'editionInfo' | 'dealerCorpInfo'
  >
>

const newCode = (world: World) => randomText(world.random, 43, 'token')

/**
 * A company authorises a suite. One that has the app already authorises it once more: it keeps
 * agentid and permanent code, and gets a new auth_code; who did it, and with what state, is told
 * anew.
 *
 * @throws {ServiceError} suite_not_found, not_found
 */
export const authorize = (
  world: World,
  suiteId: string,
  corpid: string,
  options: AuthorizeOptions = {},
): { installation: Installation; authCode: Credential } => {
  suiteNamed(world, suiteId)
  const company = companyNamed(world, corpid)
  let installation = currentInstallation(world, suiteId, corpid)
  if (!installation) {
    const creator = company.members.find(({ role }) => role === 'creator') ?? company.members[0]
    installation = {
      suiteId,
      corpid,
      agentid: company.nextAgentid++,
      installedAt: world.clock.now(),
      userid: options.userid === undefined ? (creator?.userid ?? null) : options.userid,
      state: options.state ?? '',
      isTest: options.isTest ?? false,
      permanentCode: newCode(world),
      authMode: options.authMode ?? 0,
      privilege: options.privilege ?? wholeCompany,
      status: 'enabled',
      endedAt: null,
      editionInfo: options.editionInfo ?? null,
      dealerCorpInfo: options.dealerCorpInfo ?? null,
    }
    addInstallation(world, installation)
  } else {
    if (options.userid !== undefined) installation.userid = options.userid
    if (options.state !== undefined) installation.state = options.state
    if (options.isTest !== undefined) installation.isTest = options.isTest
  }
  return { installation, authCode: issue(world, 'auth_code', { suiteId, corpid }) }
}

const dropTokens = (world: World, { suiteId, corpid }: Installation) =>
  endCredentials(world.credentials, { suiteId, corpid }, world.clock.now(), 'killed')

/** The company removes the app: its permanent code, codes, tokens and tickets are void at once. */
export const endInstallation = (world: World, installation: Installation): void => {
  installation.endedAt = world.clock.now()
  dropTokens(world, installation)
}

/** The secret of a customised app is reset; the new one is fetched with the auth_code. */
export const renewPermanentCode = (world: World, installation: Installation): Credential => {
  dropTokens(world, installation)
  installation.permanentCode = newCode(world)
  const { suiteId, corpid } = installation
  return issue(world, 'auth_code', { suiteId, corpid })
}

/** Whether a member is in the app's visible range. */
export const isVisible = ({ privilege }: Installation, member: Member): boolean =>
  privilege.allow_party.includes(1) ||
  privilege.allow_user.includes(member.userid) ||
  member.departments.some((department) => privilege.allow_party.includes(department))

/**
 * The installation that a permanent code opens.
 *
 * @throws {Refusal} 40013 no such company, 41025 no code, 48004 the company never had the app,
 * 40084 the code is wrong or void
 */
export const acceptPermanentCode = (
  world: World,
  suiteId: string,
  corpid: string,
  permanentCode: string,
): Installation => {
  if (!world.companies.has(corpid)) throw new Refusal(40013)
  if (permanentCode === '') throw new Refusal(41025)
  if (installationsOf(world, suiteId, corpid).length === 0) throw new Refusal(48004)
  const installation = currentInstallation(world, suiteId, corpid)
  if (installation?.permanentCode !== permanentCode) throw new Refusal(40084)
  return installation
}

/** @throws {Refusal} 50003 the company disabled the app, 48006 WeCom suspended it */
export const requireInUse = ({ status }: Installation): void => {
  if (status === 'disabled') throw new Refusal(50003)
  if (status === 'inactive') throw new Refusal(48006)
}
