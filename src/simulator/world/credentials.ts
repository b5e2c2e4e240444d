/**
 * Everything that was issued: tickets, tokens and codes, each with its owner and its end. Says
 * what a value is and whether it is still good; which error a bad one earns is decided by the
 * callers. No I/O. No clock.
 */
import { dayMs } from '../../clock'

export const credentialKinds = [
  'suite_ticket',
  'suite_access_token',
  'pre_auth_code',
  /** The temporary code of an install or of a reset permanent code. */
  'auth_code',
  'access_token',
  'jsapi_ticket',
  'agent_ticket',
  'provider_access_token',
  /** The `code` of an OAuth redirect. */
  'oauth_code',
  'user_ticket',
  /** The `auth_code` of a web login or of 业务设置URL. */
  'login_auth_code',
  /** What a mini program's `wx.qy.login` gives. */
  'js_code',
  /** What a member's choice of others in the client gives. */
  'selected_ticket',
  /** With which a card that was sent can be changed once. */
  'response_code',
] as const
export type CredentialKind = (typeof credentialKinds)[number]

/** Whose it is: a suite's own, one company's in one suite, or (both null) the provider's. */
export interface Owner {
  readonly suiteId: string | null
  readonly corpid: string | null
}

export interface Credential extends Owner {
  readonly kind: CredentialKind
  readonly value: string
  readonly issuedAt: number
  /** Epoch milliseconds; good before, expired from then on. */
  readonly expiresAt: number
  /** The member a login is about; null if nobody or somebody of no company. */
  readonly userid: string | null
  /** Of somebody who is no member, in a login's code. */
  readonly openid: string | null
  readonly externalUserid: string | null
  /** The OAuth scope under which a code was asked for. */
  readonly scope: string | null
  /** Whether `set_session_info` made a pre_auth_code one for tests. */
  isTest: boolean
  /** How it ended before its time. */
  ended: 'used' | 'superseded' | 'killed' | 'expired' | null
}

export interface Credentials {
  readonly byValue: Map<string, Credential>
  readonly byOwner: Map<string, Credential[]>
}

export const createCredentials = (): Credentials => ({ byValue: new Map(), byOwner: new Map() })

/** Expired ones are remembered for a while, so that they are told from those never issued. */
const rememberedMs = dayMs

const ownerKey = (kind: CredentialKind, { suiteId, corpid }: Owner) =>
  `${kind}/${suiteId ?? ''}/${corpid ?? ''}`

/** Those of one kind and owner that are still remembered, oldest first. */
export const credentialsOf = (
  credentials: Credentials,
  kind: CredentialKind,
  owner: Owner,
): readonly Credential[] => credentials.byOwner.get(ownerKey(kind, owner)) ?? []

export const addCredential = (credentials: Credentials, credential: Credential): Credential => {
  const key = ownerKey(credential.kind, credential)
  const owned = credentials.byOwner.get(key) ?? []
  const forgottenBefore = credential.issuedAt - rememberedMs
  for (let oldest = owned[0]; oldest && oldest.expiresAt < forgottenBefore; oldest = owned[0]) {
    credentials.byValue.delete(oldest.value)
    owned.shift()
  }
  owned.push(credential)
  credentials.byOwner.set(key, owned)
  credentials.byValue.set(credential.value, credential)
  return credential
}

export const isGood = (credential: Credential, now: number): boolean =>
  credential.ended === null && now < credential.expiresAt

/** Why a value is not good, or the credential that it is. */
export type Judged =
  | { readonly ok: true; readonly credential: Credential }
  | { readonly ok: false; readonly why: 'unknown' | 'used' | 'ended' | 'expired' }

/** What a value is worth as a credential of this kind; one of another kind counts as unknown. */
export const judgeCredential = (
  credentials: Credentials,
  kind: CredentialKind,
  value: string,
  now: number,
): Judged => {
  const credential = credentials.byValue.get(value)
  if (credential?.kind !== kind) return { ok: false, why: 'unknown' }
  if (credential.ended === 'used') return { ok: false, why: 'used' }
  if (credential.ended === 'expired') return { ok: false, why: 'expired' }
  if (credential.ended !== null) return { ok: false, why: 'ended' }
  if (now >= credential.expiresAt) return { ok: false, why: 'expired' }
  return { ok: true, credential }
}

export interface CredentialFilter {
  readonly kind?: CredentialKind | undefined
  readonly suiteId?: string | undefined
  readonly corpid?: string | undefined
}

/** Those that a filter may be about: one owner's are found without looking at all the others. */
const candidates = (
  { byValue, byOwner }: Credentials,
  { kind, suiteId, corpid }: CredentialFilter,
): Iterable<Credential> => {
  if (suiteId === undefined || corpid === undefined) return byValue.values()
  const kinds = kind === undefined ? credentialKinds : [kind]
  return kinds.flatMap((one) => byOwner.get(ownerKey(one, { suiteId, corpid })) ?? [])
}

/** Ends every good credential that fits, and returns how many that were. */
export const endCredentials = (
  credentials: Credentials,
  filter: CredentialFilter,
  now: number,
  how: NonNullable<Credential['ended']>,
): number => {
  let count = 0
  for (const credential of candidates(credentials, filter)) {
    if (filter.kind !== undefined && credential.kind !== filter.kind) continue
    if (filter.suiteId !== undefined && credential.suiteId !== filter.suiteId) continue
    if (filter.corpid !== undefined && credential.corpid !== filter.corpid) continue
    if (!isGood(credential, now)) continue
    credential.ended = how
    count += 1
  }
  return count
}
