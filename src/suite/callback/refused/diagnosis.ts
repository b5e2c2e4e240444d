/**
 * The diagnosis of a callback that is refused: with whose Token and key it would open, whose app
 * sent it. Pure, and only made once something was refused.
 */
import {
  type CallbackPair,
  type EnvelopeFailure,
  isSigned,
  openEnvelope,
  queryFault,
  type SignedQuery,
} from '../../../wecom/callback/envelope'
import type { ReceiverVerdict } from '../../../wecom/callback/receiver'
import { beginsAsObject } from '../../../wecom/lenient-json'
import type { KnownPair } from './known-pairs'
import type { Mistake } from './mistake'

/** What was to be opened. */
export interface Sealed {
  readonly query: SignedQuery
  readonly ciphertext: string
  /** The body around it; null for a URL check. */
  readonly body: string | null
}

/** Beyond any message of WeCom's: what is longer is tried with no other Token. */
const longestTried = 16 * 1024

/** Of ids that came: a Token's holder may sign a message of any length. */
const longestId = 64

const aesBlockBytes = 16

const isLikeCiphertext = (text: string): boolean =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(text) &&
  text.length % 4 === 0 &&
  Buffer.from(text, 'base64').length % aesBlockBytes === 0

/** Outer bodies of 公众号 and mini-programs name an account by its original id. */
const isWeixins = (body: string): boolean => /<ToUserName>\s*(?:<!\[CDATA\[)?gh_/.test(body)

/** What no Token that is expected here has signed. */
const unsigned = (
  sealed: Sealed,
  own: readonly CallbackPair[],
  others: readonly KnownPair[],
): Mistake => {
  const { query, ciphertext, body } = sealed
  if (queryFault(query) !== null) return { code: 'broken_signature' }
  if (ciphertext.length <= longestTried) {
    const other = others.find(({ pair }) => isSigned([pair], query, ciphertext))
    if (other) {
      return { code: other.former ? 'former_pair' : 'another_suites_pair', owner: other.owner }
    }
    // Read as a form, a body has blanks where its base64 had pluses.
    const repaired = ciphertext.replaceAll(' ', '+')
    if (repaired !== ciphertext && isSigned(own, query, repaired)) return { code: 'plus_lost' }
  }
  if (body !== null && isWeixins(body)) return { code: 'weixin_platform' }
  if (body !== null && beginsAsObject(body)) return { code: 'json_of_another_app' }
  return { code: isLikeCiphertext(ciphertext) ? 'wrong_token' : 'changed_body' }
}

const undecryptable = (
  sealed: Sealed,
  step: string,
  all: readonly KnownPair[],
  own: readonly CallbackPair[],
): Mistake => {
  if (step === 'not_base64' || step === 'wrong_block_length') {
    return { code: 'broken_ciphertext', step }
  }
  const { query, ciphertext } = sealed
  const signer = own.find((pair) => isSigned([pair], query, ciphertext))
  const opens = ({ aesKey }: CallbackPair): boolean =>
    signer !== undefined &&
    ciphertext.length <= longestTried &&
    openEnvelope([{ token: signer.token, aesKey }], query, ciphertext, { now: 0, maxAgeSeconds: 0 })
      .ok
  const other = all.find(({ pair }) => opens(pair))
  return { code: 'wrong_encoding_aes_key', step, ...(other && { owner: other.owner }) }
}

/**
 * Why an envelope could not be opened.
 *
 * @param own the pairs that are expected at its URL
 * @param others all others that this process knows
 */
export const diagnoseSeal = (
  failure: EnvelopeFailure,
  sealed: Sealed,
  own: readonly CallbackPair[],
  others: readonly KnownPair[],
): Mistake => {
  switch (failure.kind) {
    case 'bad_signature':
      return unsigned(sealed, own, others)
    case 'stale_timestamp':
      return { code: 'stale_timestamp', ageSeconds: failure.ageSeconds }
    case 'undecryptable':
      return undecryptable(sealed, failure.step, others, own)
  }
}

/** A body in which no ciphertext was found. */
export const diagnoseBody = (query: SignedQuery, body: string): Mistake => {
  if (isWeixins(body)) return { code: 'weixin_platform' }
  return { code: queryFault(query) === null ? 'changed_body' : 'broken_signature' }
}

const codeFor = {
  SuiteId: 'wrong_suite_id',
  ServiceCorpId: 'wrong_provider_corpid',
  receiveid: 'wrong_receive_id',
  'corpid of the path': 'wrong_company',
} as const

const shortened = (id: string): string =>
  id.length > longestId ? `${id.slice(0, longestId)}…` : id

/**
 * Whom a message was for, if not for us.
 *
 * @param keyOf the key of a suite of ours by its id
 */
export const diagnoseReceiver = (
  { which, came, expected }: Extract<ReceiverVerdict, { ok: false }>,
  keyOf: (suiteId: string) => string | null,
): Mistake => {
  const key = which === 'corpid of the path' ? null : keyOf(came)
  const ids = { which, came: shortened(came), expected: expected.map(shortened) }
  if (key !== null) return { ...ids, code: 'another_suites_url', owner: key }
  if (which === 'receiveid' && came === '') return { ...ids, code: 'empty_receive_id' }
  return { ...ids, code: codeFor[which] }
}
