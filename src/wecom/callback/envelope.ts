/**
 * The envelope around a callback: finding the ciphertext, proving the sender, opening it; and
 * sealing one, as WeCom does. No I/O. No clock.
 */
import { equalInConstantTime } from '../../constant-time'
import { fail, type Result, succeed } from '../../errors'
import { beginsAsObject } from '../lenient-json'
import { callbackSignature, type Decrypted, type DecryptFailure, decrypt, encrypt } from './crypto'

/** A callback Token with its key. Several may be good at once: rotation, companies of their own. */
export interface CallbackPair {
  readonly token: string
  /** 32 bytes, see `parseEncodingAesKey`. */
  readonly aesKey: Buffer
}

export const isSamePair = (one: CallbackPair, other: CallbackPair): boolean =>
  one.token === other.token && one.aesKey.equals(other.aesKey)

/** The query parameters that WeCom adds to every callback, as the strings that came. */
export interface SignedQuery {
  readonly msgSignature: string
  readonly timestamp: string
  readonly nonce: string
}

/** Seconds since 1970, from 2001 to 2286. One of another length is a nonce's digits moved over. */
const timestampShape = /^\d{10}$/
/** SHA-1 in hexadecimal, as WeCom writes it. */
const signatureShape = /^[0-9a-f]{40}$/
/**
 * WeCom's have ten digits. In more than 64 characters whole blocks of the ciphertext would find
 * room.
 */
const longestNonce = 64

/** The first parameter that hasn't the form that WeCom gives it; null if all have it. */
export const queryFault = ({
  msgSignature,
  timestamp,
  nonce,
}: SignedQuery): 'msg_signature' | 'timestamp' | 'nonce' | null => {
  if (!signatureShape.test(msgSignature)) return 'msg_signature'
  if (!timestampShape.test(timestamp)) return 'timestamp'
  return nonce === '' || nonce.length > longestNonce ? 'nonce' : null
}

export type EnvelopeFailure =
  | { readonly kind: 'bad_signature' }
  | { readonly kind: 'stale_timestamp'; readonly ageSeconds: number | null }
  | { readonly kind: 'undecryptable'; readonly step: DecryptFailure }

export interface Opened extends Decrypted {
  /** Which pair fitted, counted from 0. */
  readonly pair: number
}

export interface Freshness {
  /** Epoch milliseconds. */
  readonly now: number
  /** Signed timestamps further away than this, either way, are refused; 0 takes any. */
  readonly maxAgeSeconds: number
}

/** Those of `pairs` that signed a ciphertext, each with its place. Compared in constant time. */
const pairsThatSigned = (
  pairs: readonly CallbackPair[],
  query: SignedQuery,
  ciphertext: string,
): (CallbackPair & { readonly at: number })[] =>
  pairs
    .map((pair, at) => ({ ...pair, at }))
    .filter(({ token }) =>
      equalInConstantTime(
        callbackSignature(token, query.timestamp, query.nonce, ciphertext),
        query.msgSignature,
      ),
    )

/** Whether one of `pairs` signed a ciphertext, however long ago. */
export const isSigned = (
  pairs: readonly CallbackPair[],
  query: SignedQuery,
  ciphertext: string,
): boolean => pairsThatSigned(pairs, query, ciphertext).length > 0

/**
 * The message of a callback, if one of `pairs` signed it. The signature is compared in constant
 * time and before anything is decoded. Pairs may share a Token: then the key decides.
 */
export const openEnvelope = (
  pairs: readonly CallbackPair[],
  query: SignedQuery,
  ciphertext: string,
  freshness: Freshness,
): Result<Opened, EnvelopeFailure> => {
  const fitting = pairsThatSigned(pairs, query, ciphertext)
  if (fitting.length === 0) return fail({ kind: 'bad_signature' })
  if (freshness.maxAgeSeconds > 0) {
    const signedAt = timestampShape.test(query.timestamp) ? Number(query.timestamp) : null
    const ageSeconds = signedAt === null ? null : Math.round(freshness.now / 1000) - signedAt
    if (ageSeconds === null || Math.abs(ageSeconds) > freshness.maxAgeSeconds) {
      return fail({ kind: 'stale_timestamp', ageSeconds })
    }
  }
  let step: DecryptFailure = 'not_base64'
  for (const { aesKey, at } of fitting) {
    const decrypted = decrypt(aesKey, ciphertext)
    if (decrypted.ok) return succeed({ ...decrypted.value, pair: at })
    step = decrypted.reason
  }
  return fail({ kind: 'undecryptable', step })
}

// Each alternative can match a text in one way only: anybody may send a body of any shape, and
// ways to share out a run of blanks would multiply.
const encryptElement =
  /<Encrypt>([A-Za-z0-9+/=\s]*|\s*<!\[CDATA\[[A-Za-z0-9+/=\s]*\]\]>\s*)<\/Encrypt>/
const cdataMarks = /<!\[CDATA\[|\]\]>/g
const rootElement = /^\s*(?:<\?xml[^>]*\?>\s*)?<(\w+)>[\s\S]*<\/\1>\s*$/

const encryptElementOf = (body: string): string | null => {
  if (!rootElement.test(body)) return null
  return encryptElement.exec(body)?.[1]?.replace(cdataMarks, '') ?? null
}

// Anybody may send a large object: it is searched, not parsed. No ciphertext has a quote in it.
const encryptMember = /"encrypt"\s*:\s*("[^"]*")/i

const encryptMemberOf = (body: string): string | null => {
  if (!body.trimEnd().endsWith('}')) return null
  const found = encryptMember.exec(body)?.[1]
  try {
    return found === undefined ? null : JSON.parse(found)
  } catch {
    return null
  }
}

/**
 * The ciphertext of a pushed body, XML or JSON, whatever its content type said; null if there is
 * none. Nothing else of the outer body is read, because nothing else of it is signed.
 */
export const ciphertextOf = (body: string): string | null => {
  const text = body.replace(/^\uFEFF/, '')
  const found = beginsAsObject(text) ? encryptMemberOf(text) : encryptElementOf(text)
  return found?.trim() || null
}

/**
 * The ciphertext of a URL check. Proxies and careless decoders turn its `+` into blanks; base64
 * has no blanks, so turning them back is safe.
 */
export const repairEchostr = (echostr: string): string => echostr.replaceAll(' ', '+')

export interface Sealing {
  readonly pair: CallbackPair
  readonly receiveId: string
  /** Seconds, as the text that is signed. */
  readonly timestamp: string
  readonly nonce: string
  /** 16 fresh random bytes. */
  readonly random16: Uint8Array
}

/** A message sealed as WeCom seals it: the ciphertext and the signature for the query. */
export const sealEnvelope = (
  message: string,
  { pair, receiveId, timestamp, nonce, random16 }: Sealing,
): { ciphertext: string; query: SignedQuery } => {
  const ciphertext = encrypt(pair.aesKey, message, receiveId, random16)
  const msgSignature = callbackSignature(pair.token, timestamp, nonce, ciphertext)
  return { ciphertext, query: { msgSignature, timestamp, nonce } }
}

/** The outer body of a passive reply: the answer to a push. */
export const replyBody = (
  ciphertext: string,
  { msgSignature, timestamp, nonce }: SignedQuery,
): string =>
  `<xml><Encrypt><![CDATA[${ciphertext}]]></Encrypt><MsgSignature><![CDATA[${msgSignature}]]></MsgSignature><TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`

/** The outer body of a push. */
export const pushBody = (ciphertext: string, toUserName: string, agentId = ''): string =>
  `<xml><ToUserName><![CDATA[${toUserName}]]></ToUserName><AgentID><![CDATA[${agentId}]]></AgentID><Encrypt><![CDATA[${ciphertext}]]></Encrypt></xml>`
