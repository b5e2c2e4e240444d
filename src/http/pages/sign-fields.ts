/** What a request for a signature says: the company, the page, the type. */
import type { Static } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { t } from 'elysia'
import { escapedQuery, notEncoded } from '../../suite/pages/refused-page'
import { signatureTypes } from '../../suite/pages/signing'
import {
  decodedWrongBecause,
  isEscapedForHtml,
  mayBeTorn,
  notEncodedBecause,
} from '../../suite/pages/torn-query'
import { invalidFields } from '../answer/problem'
import { queryOf } from '../request/address'

export const SignInput = t.Object({
  corpid: t.String({
    minLength: 1,
    maxLength: 64,
    description: 'The company of the logged-in member, exactly as WeCom gave it.',
    examples: ['wpCorpA'],
  }),
  url: t.String({
    minLength: 1,
    maxLength: 8192,
    description: 'The address of the page. In a query: encodeURIComponent(location.href).',
    examples: ['https://crm.example.com/orders?id=7'],
  }),
  type: t.Optional(
    t.UnionEnum([...signatureTypes], {
      description: '`config` for the company’s identity, `agent_config` for the app’s.',
      default: 'config',
    }),
  ),
})

export type SignFields = Static<typeof SignInput>

const signInput = TypeCompiler.Compile(SignInput)

/** @throws {ServiceError} invalid_request — with the fields */
export const fieldsOf = (sent: unknown): SignFields => {
  if (signInput.Check(sent)) return sent
  throw invalidFields(
    [...signInput.Errors(sent)].map(({ path, message, schema }) => ({
      field: path.slice(1) || 'body',
      message: schema.enum ? `Expected one of ${schema.enum.join(', ')}` : message,
    })),
  )
}

const refuseUnencoded = (query: string): void => {
  const because = notEncodedBecause(query)
  if (because !== null) throw notEncoded(because)
}

/**
 * Before anything else is judged: of such a query nobody knows what its fields are.
 *
 * @throws {ServiceError} url_not_encoded — the page's address was not; invalid_request — the query
 * was escaped for HTML
 */
export const refuseTornQuery = (request: Request): void => {
  const query = queryOf(request)
  if (!mayBeTorn(query)) return
  refuseUnencoded(query)
  if (isEscapedForHtml(query)) throw escapedQuery()
}

const decoded = (text: string): string =>
  /[%+]/.test(text) ? decodeURIComponent(text.replaceAll('+', ' ')) : text

/** What is sent, before it is judged. */
type SentFields = Partial<Record<keyof SignFields, string | undefined>>

/**
 * As an address's `searchParams` has them. Such an object for each request costs as much as all
 * that is done here.
 *
 * @throws {URIError} an escape stands for no character
 */
const plainFields = (query: string): SentFields => {
  const sent: SentFields = {}
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=')
    const end = equals === -1 ? pair.length : equals
    const name = decoded(pair.slice(0, end))
    if (name === 'corpid') sent.corpid = decoded(pair.slice(end + 1))
    else if (name === 'url') sent.url = decoded(pair.slice(end + 1))
    else if (name === 'type') sent.type = decoded(pair.slice(end + 1))
  }
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
 * The fields in a query.
 *
 * @throws {ServiceError} invalid_request — with the fields; url_not_encoded — the page's address
 * holds a broken escape
 */
export const fieldsOfQuery = (request: Request): SignFields => {
  const query = queryOf(request)
  try {
    return refuseDecodedWrong(fieldsOf(plainFields(query)))
  } catch (error) {
    if (!(error instanceof URIError)) throw error
    refuseUnencoded(query)
    return refuseDecodedWrong(fieldsOf(lenientFields(query)))
  }
}
