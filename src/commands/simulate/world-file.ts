/**
 * The simulator's world in a file, so that ids, secrets and installs outlive its process. Tickets,
 * tokens and codes under way do not: WeCom's other side has to live with their end.
 */
import { type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Company, Installation, Provider, Suite, World } from '../../simulator/world/world'
import { parseEncodingAesKey } from '../../wecom/callback/crypto'

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const texts = Type.Array(Type.String())
const numbers = Type.Array(Type.Number())
const id = Type.String({ minLength: 1 })

const SavedProvider = Type.Object({
  corpid: id,
  secret: id,
  systemToken: id,
  systemEncodingAesKey: id,
  systemUrl: nullable(Type.String()),
  allowedIps: nullable(texts),
})

const SavedSuite = Type.Object({
  suiteId: id,
  kind: Type.Union([Type.Literal('app'), Type.Literal('customised'), Type.Literal('login')]),
  name: Type.String(),
  suiteSecret: id,
  token: id,
  encodingAesKey: id,
  commandUrl: nullable(Type.String()),
  dataUrl: nullable(Type.String()),
  trustedDomains: texts,
  installDomains: texts,
  permissions: texts,
  receiveIdEmpty: Type.Boolean(),
})

const SavedCompany = Type.Object({
  corpid: id,
  name: Type.String(),
  members: Type.Array(
    Type.Object({
      userid: id,
      openUserid: id,
      name: Type.String(),
      role: Type.Union([
        Type.Literal('creator'),
        Type.Literal('sub_admin'),
        Type.Literal('member'),
      ]),
      departments: numbers,
    }),
  ),
  nextAgentid: Type.Integer(),
})

const SavedInstallation = Type.Object({
  suiteId: id,
  corpid: id,
  agentid: Type.Integer(),
  installedAt: Type.Number(),
  userid: nullable(Type.String()),
  state: Type.String(),
  permanentCode: id,
  authMode: Type.Union([Type.Literal(0), Type.Literal(1)]),
  privilege: Type.Object({
    level: Type.Number(),
    allow_party: numbers,
    allow_user: texts,
    allow_tag: numbers,
    extra_party: numbers,
    extra_user: texts,
    extra_tag: numbers,
  }),
  status: Type.Union([Type.Literal('enabled'), Type.Literal('disabled'), Type.Literal('inactive')]),
  endedAt: nullable(Type.Number()),
  editionInfo: Type.Unknown(),
  dealerCorpInfo: Type.Unknown(),
})

const format = 'suited-simulator-1'

const Saved = Type.Object({
  format: Type.Literal(format),
  provider: SavedProvider,
  suites: Type.Array(SavedSuite, { minItems: 1 }),
  companies: Type.Array(SavedCompany, { minItems: 1 }),
  installations: Type.Array(SavedInstallation),
})

export interface SavedWorld {
  readonly format: typeof format
  readonly provider: Provider
  readonly suites: Suite[]
  readonly companies: Company[]
  readonly installations: Installation[]
}

/** What of a world is kept, as the text of a file. */
export const textOfWorld = ({ provider, suites, companies, installations }: World): string => {
  const saved: SavedWorld = {
    format,
    provider,
    suites: [...suites.values()],
    companies: [...companies.values()],
    installations: [...installations.values()].flat(),
  }
  return `${JSON.stringify(saved, null, 2)}\n`
}

/** The world that such a text holds; null if it isn't whole or isn't one. */
export const worldOfText = (text: string): SavedWorld | null => {
  let saved: unknown
  try {
    saved = JSON.parse(text)
  } catch {
    return null
  }
  if (!Value.Check(Saved, saved)) return null
  const { provider, suites, companies, installations } = saved
  const keys = [
    provider.systemEncodingAesKey,
    ...suites.map(({ encodingAesKey }) => encodingAesKey),
  ]
  if (keys.some((key) => parseEncodingAesKey(key) === null)) return null
  const isKnown = ({ suiteId, corpid }: { suiteId: string; corpid: string }) =>
    suites.some((suite) => suite.suiteId === suiteId) &&
    companies.some((company) => company.corpid === corpid)
  return installations.every(isKnown) ? saved : null
}
