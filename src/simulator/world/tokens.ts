/**
 * Issuing and judging tickets, tokens and codes as WeCom does: their lives, their single use, and
 * the errcode that each bad one earns. No I/O; the clock and the randomness are the world's.
 */
import {
  addCredential,
  type Credential,
  type CredentialFilter,
  type CredentialKind,
  credentialsOf,
  endCredentials,
  isGood,
  judgeCredential,
  type Owner,
} from './credentials'
import { type alphabets, randomText } from './random-text'
import { Refusal } from './refusals'
import type { World } from './world'

type Shape = readonly [length: number, alphabet: keyof typeof alphabets]

/** As long and as awkward as the real ones: base64 signs in agent tickets, long auth codes. */
const shapes: Record<CredentialKind, Shape> = {
  suite_ticket: [86, 'token'],
  suite_access_token: [214, 'token'],
  pre_auth_code: [86, 'token'],
  auth_code: [256, 'token'],
  access_token: [214, 'token'],
  jsapi_ticket: [86, 'token'],
  agent_ticket: [88, 'base64'],
  provider_access_token: [214, 'token'],
  oauth_code: [43, 'token'],
  user_ticket: [172, 'token'],
  login_auth_code: [128, 'token'],
  js_code: [43, 'token'],
  selected_ticket: [86, 'token'],
  response_code: [43, 'token'],
}

interface Errcodes {
  readonly missing: number
  readonly unknown: number
  readonly expired: number
  /** Left out where it is the same as `unknown`. */
  readonly used?: number
}

const errcodes: Record<CredentialKind, Errcodes> = {
  suite_ticket: { missing: 41023, unknown: 40085, expired: 40085 },
  suite_access_token: { missing: 41022, unknown: 40082, expired: 42009 },
  pre_auth_code: { missing: 40058, unknown: 40077, expired: 42007 },
  auth_code: { missing: 40058, unknown: 40078, expired: 40078 },
  access_token: { missing: 41001, unknown: 40014, expired: 42001 },
  jsapi_ticket: { missing: 40093, unknown: 40093, expired: 40093 },
  agent_ticket: { missing: 40093, unknown: 40093, expired: 40093 },
  provider_access_token: { missing: 41001, unknown: 40082, expired: 40082 },
  oauth_code: { missing: 40058, unknown: 40029, expired: 42003 },
  user_ticket: { missing: 40058, unknown: 84015, expired: 84014 },
  login_auth_code: { missing: 40058, unknown: 40078, expired: 40078 },
  js_code: { missing: 40058, unknown: 40029, expired: 42003, used: 42022 },
  selected_ticket: { missing: 40058, unknown: 40058, expired: 40058 },
  response_code: { missing: 40058, unknown: 40058, expired: 40058 },
}

const now = (world: World) => world.clock.now()

/** Issues a fresh one, whatever was issued before. */
export const issue = (
  world: World,
  kind: CredentialKind,
  owner: Owner,
  about: {
    readonly userid?: string | null | undefined
    readonly openid?: string | undefined
    readonly externalUserid?: string | null | undefined
    readonly scope?: string | null | undefined
  } = {},
): Credential => {
  const issuedAt = now(world)
  return addCredential(world.credentials, {
    kind,
    value: randomText(world.random, ...shapes[kind]),
    suiteId: owner.suiteId,
    corpid: owner.corpid,
    issuedAt,
    expiresAt: issuedAt + world.rules.lifetimesSeconds[kind] * 1000,
    userid: about.userid ?? null,
    openid: about.openid ?? null,
    externalUserid: about.externalUserid ?? null,
    scope: about.scope ?? null,
    isTest: false,
    ended: null,
  })
}

/** The good ones of one kind and owner, oldest first. */
export const goodOnes = (world: World, kind: CredentialKind, owner: Owner): Credential[] =>
  credentialsOf(world.credentials, kind, owner).filter((one) => isGood(one, now(world)))

/** What a fetch of a token or jsapi ticket gives, see `repeatedFetch` in the rules. */
export const issueToken = (world: World, kind: CredentialKind, owner: Owner): Credential => {
  const before = goodOnes(world, kind, owner)
  const newest = before.at(-1)
  if (newest && world.rules.repeatedFetch === 'same') return newest
  if (world.rules.repeatedFetch === 'replace') for (const old of before) old.ended = 'superseded'
  return issue(world, kind, owner)
}

/** `expires_in`: what is left, in whole seconds. */
export const expiresIn = (world: World, credential: Credential): number =>
  Math.max(1, Math.floor((credential.expiresAt - now(world)) / 1000))

/**
 * The credential behind a value that a caller sent.
 *
 * @throws {Refusal} the errcode of this kind for a value that is missing, unknown, used or expired
 */
export const accept = (
  world: World,
  kind: CredentialKind,
  value: string | null | undefined,
): Credential => {
  const codes = errcodes[kind]
  if (!value) throw new Refusal(codes.missing)
  const judged = judgeCredential(world.credentials, kind, value, now(world))
  if (judged.ok) return judged.credential
  if (judged.why === 'expired') throw new Refusal(codes.expired)
  if (judged.why === 'used') throw new Refusal(codes.used ?? codes.unknown)
  throw new Refusal(codes.unknown)
}

/** The same for one suite's credentials: a good one of another suite counts as unknown. */
export const acceptOf = (
  world: World,
  kind: CredentialKind,
  value: string | null | undefined,
  suiteId: string,
): Credential => {
  const credential = accept(world, kind, value)
  if (credential.suiteId !== suiteId) throw new Refusal(errcodes[kind].unknown)
  return credential
}

/** Accepts a code and ends it: it works once. */
export const consume = (
  world: World,
  kind: CredentialKind,
  value: string | null | undefined,
  suiteId: string | null,
): Credential => {
  const credential =
    suiteId === null ? accept(world, kind, value) : acceptOf(world, kind, value, suiteId)
  credential.ended = 'used'
  return credential
}

/**
 * From now on this ticket is the suite's newest: older ones are refused (unless the rules say
 * otherwise). Called once the suite has it, because WeCom's tickets survive missed pushes.
 */
export const confirmTicket = (world: World, ticket: Credential): void => {
  if (world.rules.acceptsOlderTickets) return
  for (const older of goodOnes(world, 'suite_ticket', ticket)) {
    if (older === ticket) return
    older.ended = 'superseded'
  }
}

/** A fresh suite_ticket that counts as delivered, for use without a push. */
export const issueTicket = (world: World, suiteId: string): string => {
  const ticket = issue(world, 'suite_ticket', { suiteId, corpid: null })
  confirmTicket(world, ticket)
  return ticket.value
}

const renewable = [
  'suite_access_token',
  'access_token',
  'jsapi_ticket',
  'agent_ticket',
  'provider_access_token',
] as const

export interface KillFilter extends CredentialFilter {
  /** What callers are told of them: that they are `invalid` (default) or `expired`. */
  readonly as?: 'invalid' | 'expired' | undefined
}

/**
 * Ends tokens before their time, as WeCom may. Without a `kind` it ends tokens and jsapi tickets,
 * which can be fetched again; suite tickets and codes only by name.
 *
 * @returns how many were ended
 */
export const killTokens = (world: World, filter: KillFilter = {}): number => {
  const how = filter.as === 'expired' ? 'expired' : 'killed'
  const kinds = filter.kind ? [filter.kind] : renewable
  let count = 0
  for (const kind of kinds) {
    count += endCredentials(world.credentials, { ...filter, kind }, now(world), how)
  }
  return count
}
