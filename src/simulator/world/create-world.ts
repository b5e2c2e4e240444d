/** Making a world, and adding suites and companies to it. No I/O. */
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import type { Random } from '../../retry'
import { parseEncodingAesKey } from '../../wecom/callback/crypto'
import { createCredentials } from './credentials'
import { defaultCompanies } from './default-companies'
import { createLicences } from './licences'
import { randomText } from './random-text'
import { type RulesOptions, rulesWith } from './rules'
import type { Company, Member, Provider, Suite, World } from './world'

type Options<T> = { readonly [K in keyof T]?: T[K] | undefined }
export type ProviderOptions = Options<Provider>
export type SuiteOptions = Options<Suite>
export type MemberOptions = Options<Member>
export interface CompanyOptions {
  readonly corpid?: string | undefined
  readonly name?: string | undefined
  readonly members?: readonly MemberOptions[] | undefined
}

/** What a world starts with. Whatever is left out is made up out of `random`. */
export interface WorldOptions extends RulesOptions {
  readonly clock: Clock
  readonly random: Random
  readonly provider?: ProviderOptions | undefined
  /** Left out: one app. */
  readonly suites?: readonly SuiteOptions[] | undefined
  /** Left out: three companies with Chinese names. */
  readonly companies?: readonly CompanyOptions[] | undefined
}

const filled = <T extends object>(defaults: T, options: Options<T>): T => {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(given) }
}

/** Sealing a push would fail much later, far from the mistake. */
const requireAesKey = (encodingAesKey: string): void => {
  if (parseEncodingAesKey(encodingAesKey)) return
  throw new ServiceError('invalid_request', 'An EncodingAESKey is 43 letters and digits.')
}

/**
 * Registers one more suite. A suite id that is there already is replaced.
 *
 * @throws {ServiceError} invalid_request — the EncodingAESKey is none
 */
export const addSuite = (world: World, options: SuiteOptions = {}): Suite => {
  const { random } = world
  const kind = options.kind ?? 'app'
  const suite = filled<Suite>(
    {
      suiteId: (kind === 'customised' ? 'dk' : 'ww') + randomText(random, 16),
      kind,
      name: '示例应用',
      suiteSecret: randomText(random, 43, 'token'),
      token: randomText(random, 32),
      encodingAesKey: randomText(random, 43),
      commandUrl: null,
      dataUrl: null,
      trustedDomains: ['app.example.com'],
      installDomains: ['app.example.com'],
      permissions: ['contact:sensitive:user_name', 'externalcontact:contact:base:base'],
      receiveIdEmpty: false,
    },
    options,
  )
  requireAesKey(suite.encodingAesKey)
  world.suites.set(suite.suiteId, suite)
  return suite
}

const newMember = (random: Random, options: MemberOptions): Member => {
  const userid = options.userid ?? `wo${randomText(random, 30, 'token')}`
  return filled<Member>(
    { userid, openUserid: userid, name: '成员', role: 'member', departments: [1] },
    options,
  )
}

/** Registers one more company; without members it gets its creator alone. */
export const addCompany = (world: World, options: CompanyOptions = {}): Company => {
  const { random } = world
  const company: Company = {
    corpid: options.corpid ?? `wp${randomText(random, 30, 'token')}`,
    name: options.name ?? '示例企业',
    members: (options.members ?? [{ role: 'creator' }]).map((member) => newMember(random, member)),
    nextAgentid: 1000002,
  }
  world.companies.set(company.corpid, company)
  return company
}

/** @throws {ServiceError} invalid_request — an EncodingAESKey is none */
export const createWorld = (options: WorldOptions): World => {
  const { clock, random } = options
  const provider = filled<Provider>(
    {
      corpid: `ww${randomText(random, 16)}`,
      secret: randomText(random, 64, 'token'),
      systemToken: randomText(random, 32),
      systemEncodingAesKey: randomText(random, 43),
      systemUrl: null,
      allowedIps: null,
    },
    options.provider ?? {},
  )
  requireAesKey(provider.systemEncodingAesKey)
  const world: World = {
    clock,
    random,
    rules: rulesWith(options),
    provider,
    suites: new Map(),
    companies: new Map(),
    installations: new Map(),
    credentials: createCredentials(),
    sentMessages: [],
    ticketFetches: new Map(),
    media: new Map(),
    jobs: new Map(),
    qrLinks: new Map(),
    registrations: new Map(),
    licences: createLicences(),
    visitor: null,
  }
  for (const suite of options.suites ?? [{}]) addSuite(world, suite)
  for (const company of options.companies ?? defaultCompanies) addCompany(world, company)
  return world
}
