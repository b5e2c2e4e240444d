/** A signature for a page: the fields that a request brings, how they are read, and the answer. */
import { type Static, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { t } from 'elysia'
import { escapedQuery, notEncoded } from '../../suite/pages/refused-page'
import { type PageSignature, signatureTypes } from '../../suite/pages/signing'
import {
  decodedWrongBecause,
  isEscapedForHtml,
  mayBeTorn,
  notEncodedBecause,
} from '../../suite/pages/torn-query'
import { named } from '../answer/named-schema'
import { invalidBody } from '../answer/problem'
import { queryOf } from '../request/address'
import { eachPair } from '../request/query-pairs'
import { allowOrigin, type TrustingSite } from './cors'

export const SignInput = named(
  'SignatureRequest',
  t.Object({
    corpid: t.String({
      minLength: 1,
      maxLength: 64,
      description: 'The company of the logged-in member, exactly as WeCom gave it.',
    }),
    url: t.String({
      minLength: 1,
      maxLength: 8192,
      description: 'The address of the page. In a query: encodeURIComponent(location.href).',
    }),
    type: t.Optional(
      t.UnionEnum([...signatureTypes], {
        description: '`config` for the company’s identity, `agent_config` for the app’s.',
        default: 'config',
      }),
    ),
  }),
  { corpid: 'wpCorpA', url: 'https://crm.example.com/orders?id=7', type: 'config' },
)

// Elysia's own Integer takes texts too and is translated at every answer.
export const Signature = named(
  'Signature',
  t.Object({
    corpid: t.String(),
    agentid: t.Optional(Type.Integer({ description: 'With `agent_config`.' })),
    timestamp: Type.Integer({ description: 'Seconds.' }),
    nonceStr: t.String(),
    signature: t.String(),
    sign: t.String({ description: 'The signature again, under the article’s name.' }),
    noncestr: t.String({ description: 'The nonceStr again, under the article’s name.' }),
  }),
  {
    corpid: 'wpCorpA',
    timestamp: 1_795_334_400,
    nonceStr: 'Wm3WZYTPz0wzccnW',
    signature: '0f9de62fce790f9a083d5c99e95740ceb90c27ed',
    sign: '0f9de62fce790f9a083d5c99e95740ceb90c27ed',
    noncestr: 'Wm3WZYTPz0wzccnW',
  },
)

/** What a page asks a signature for. */
export type SignFields = Required<Static<typeof SignInput>>

const signInput = TypeCompiler.Compile(SignInput)

/**
 * The fields of a body, or of a query once it is decoded.
 *
 * @throws {ServiceError} invalid_request — with the fields
 */
export const signFieldsOf = (sent: unknown): SignFields => {
  if (signInput.Check(sent)) {
    const { corpid, url, type = 'config' } = sent
    return { corpid, url, type }
  }
  throw invalidBody(signInput.Errors(sent))
}

const refuseUnencoded = (query: string): void => {
  const because = notEncodedBecause(query)
  if (because !== null) throw notEncoded(because)
}

const refuseTornQuery = (query: string): void => {
  if (!mayBeTorn(query)) return
  refuseUnencoded(query)
  if (isEscapedForHtml(query)) throw escapedQuery()
}

/** As browsers write a query: with a `+` for a blank. */
const decoded = (text: string): string =>
  /[%+]/.test(text) ? decodeURIComponent(text.replaceAll('+', ' ')) : text

/** What is sent, before it is judged. */
type SentFields = { [Name in keyof SignFields]?: string | undefined }

/**
 * As an address's `searchParams` has them. Such an object for each request costs as much as all
 * that is done here.
 *
 * @throws {URIError} an escape stands for no character
 */
const plainFields = (query: string): SentFields => {
  const sent: SentFields = {}
  eachPair(query, (rawName, rawValue) => {
    const name = decoded(rawName)
    if (name === 'corpid') sent.corpid = decoded(rawValue)
    else if (name === 'url') sent.url = decoded(rawValue)
    else if (name === 'type') sent.type = decoded(rawValue)
  })
  return sent
}

/** The same, with broken escapes left as they stand. */
const lenientFields = (query: string): SentFields => {
  const { corpid, url, type } = Object.fromEntries(new URLSearchParams(`?${query}`))
  return { corpid, url, type }
}

/** What a query says, whatever else it holds. Of a field that stands twice the last counts. */
export const sentFields = (query: string): SentFields => {
  try {
    return plainFields(query)
  } catch {
    return lenientFields(query)
  }
}

const refuseDecodedWrong = (fields: SignFields): SignFields => {
  const because = decodedWrongBecause(fields.url)
  if (because !== null) throw notEncoded(because)
  return fields
}

/**
 * The fields in a query. Whether it is torn is asked first: of such a query nobody knows what its
 * fields are.
 *
 * @throws {ServiceError} url_not_encoded — the page's address was not; invalid_request — with the
 * fields, or the query was escaped for HTML
 */
export const signFieldsOfQuery = (request: Request): SignFields => {
  const query = queryOf(request)
  refuseTornQuery(query)
  try {
    return refuseDecodedWrong(signFieldsOf(plainFields(query)))
  } catch (error) {
    if (!(error instanceof URIError)) throw error
    refuseUnencoded(query)
    return refuseDecodedWrong(signFieldsOf(lenientFields(query)))
  }
}

/** A trusted host has as many origins as ports, and whoever calls names them. */
const mostOrigins = 1000

export type SignatureAnswer = (
  trusting: TrustingSite,
  origin: string | null,
  signature: PageSignature,
) => Response

/**
 * Their headers are the same for all pages of one origin, and to put them together anew would cost
 * more than the signature.
 *
 * @param always what every answer of this listener has
 */
export const createSignatureAnswer = (
  always: Readonly<Record<string, string>>,
): SignatureAnswer => {
  const known = new WeakMap<TrustingSite, Map<string, Headers>>()

  const headersFor = (trusting: TrustingSite, origin: string | null): Headers => {
    const ofSite = known.get(trusting) ?? new Map<string, Headers>()
    known.set(trusting, ofSite)
    const before = ofSite.get(origin ?? '')
    if (before) return before
    const allowed = allowOrigin(trusting, origin)
    // All that are not named share one.
    const named = allowed['access-control-allow-origin'] ?? ''
    const headers =
      ofSite.get(named) ??
      new Headers({ ...always, ...allowed, 'content-type': 'application/json;charset=utf-8' })
    if (ofSite.size >= mostOrigins) ofSite.clear()
    ofSite.set(named, headers)
    return headers
  }

  return (trusting, origin, signature) =>
    new Response(JSON.stringify(signature), { headers: headersFor(trusting, origin) })
}
