/**
 * The refusals that a page, or whoever wrote it, gets where its address or its company can't be
 * signed for.
 */
import { ServiceError } from '../../errors'
import type { PageUrlFailure, Site } from './page-url'
import { howToEncode } from './torn-query'

const invalid = (field: 'corpid' | 'url', detail: string, message: string) =>
  new ServiceError('invalid_request', detail, { extra: { errors: [{ field, message }] } })

const placeholder = (field: 'corpid' | 'url', what: string) =>
  invalid(
    field,
    `${what} still holds the placeholder $CORPID$. WeCom replaces it in the addresses of its console alone, when it opens them: take the company’s id from there or from your login.`,
    'holds $CORPID$',
  )

/** Why an address is none that could be signed. */
export const refusedAddress = (failure: PageUrlFailure): ServiceError => {
  switch (failure.kind) {
    case 'missing':
      return invalid('url', 'The address of the page is missing.', 'is required')
    case 'not_http':
      return invalid(
        'url',
        'The address of the page is no http(s) address.',
        'must begin with https:// or http://',
      )
    case 'encoded_twice':
      return invalid(
        'url',
        'The address of the page was encoded once too often: a query wants it through encodeURIComponent once, JSON not at all.',
        'is still encoded',
      )
    case 'escaped_for_html':
      return invalid(
        'url',
        'The address of the page holds &amp;, as templates write an &, and a browser shows it without: take it from location.href.',
        'holds &amp;',
      )
    case 'placeholder':
      return placeholder('url', 'The address of the page')
    case 'not_encoded':
      return notEncoded(failure.because)
  }
}

/** A query with an address that was not put through encodeURIComponent. */
export const notEncoded = (because: string): ServiceError =>
  new ServiceError('url_not_encoded', `The url was not encoded: ${because}. ${howToEncode}`)

/** A query whose own parameters were escaped. */
export const escapedQuery = (): ServiceError =>
  new ServiceError(
    'invalid_request',
    'The address of this request holds &amp; where an & belongs: a template escaped it for HTML.',
  )

/** A corpid that nobody filled in. */
export const unreplacedCorpid = (): ServiceError => placeholder('corpid', 'The corpid')

/** Names in DNS are no longer. */
const longestHost = 253

/** A page on a host that isn't trusted. */
export const untrustedPage = ({ protocol, host }: Site): ServiceError => {
  const shown = host.length > longestHost ? `${host.slice(0, longestHost)}…` : host
  return new ServiceError(
    'url_not_trusted',
    `Pages on ${protocol}//${shown} get no signature: it is not among the trusted domains.`,
  )
}
