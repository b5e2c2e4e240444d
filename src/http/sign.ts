/** Signatures for pages, and the CORS that lets the pages ask. */

import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { Elysia, t } from 'elysia'
import type { Clock } from '../clock'
import { ServiceError } from '../errors'
import { notEncodedBecause, trustedDomainOf } from '../suite/page-url'
import { type SignatureType, type Signing, signatureTypes } from '../suite/signing'
import type { Suite, Suites } from '../suite/suites'
import { queryOf } from './address'
import { readJson } from './body'
import type { ClientLimit, ClientOf } from './client-limit'
import { pathNames } from './path-names'
import { invalidFields, problems } from './problem'

const largestBodyBytes = 64 * 1024

const SignInput = t.Object({
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
    t.Union(
      signatureTypes.map((type) => t.Literal(type)),
      {
        description: '`config` for the company’s identity, `agent_config` for the app’s.',
        default: 'config',
      },
    ),
  ),
})

// Elysia's own Integer takes texts too and is translated at every answer.
const Signature = t.Object({
  corpid: t.String({ examples: ['wpCorpA'] }),
  agentid: t.Optional(Type.Integer({ description: 'With `agent_config`.', examples: [1000007] })),
  timestamp: Type.Integer({ description: 'Seconds.', examples: [1700000000] }),
  nonceStr: t.String({ examples: ['Wm3WZYTPz0wzccnW'] }),
  signature: t.String({ examples: ['0f9de62fce790f9a083d5c99e95740ceb90c27ed'] }),
  sign: t.String({ description: 'The signature again, under the article’s name.' }),
  noncestr: t.String({ description: 'The nonceStr again, under the article’s name.' }),
})

const detail = {
  tags: ['Pages'],
  description:
    'A JS-SDK signature. The answer can be handed to `ww.register`’s signature callbacks as it is.',
}

const answers = { 200: Signature, ...problems(400, 403, 404, 413, 415, 429, 502, 503, 504) }

/** The header that lets a trusted page read the answer. */
const allowOrigin = ({ trustedDomains }: Suite, origin: string | null): Record<string, string> => {
  if (trustedDomains.length === 0) return { 'access-control-allow-origin': '*' }
  const trusted =
    origin !== null && URL.canParse(origin) && trustedDomainOf(origin, trustedDomains) !== null
  return trusted ? { 'access-control-allow-origin': origin, vary: 'Origin' } : { vary: 'Origin' }
}

const headersFor = (suite: Suite, request: Request): Record<string, string> => ({
  'cache-control': 'no-store',
  ...allowOrigin(suite, request.headers.get('origin')),
})

export const signRoutes = (parts: {
  suites: Suites
  signing: Signing
  clientOf: ClientOf
  /** Of requests by pages. */
  pageLimit: ClientLimit
  clock: Clock
}) => {
  const { suites, signing, clientOf, pageLimit, clock } = parts

  const suiteOf = (params: unknown) => suites.find(pathNames(params).suite)

  const refuseTornQuery = (request: Request) => {
    const because = notEncodedBecause(queryOf(request))
    if (because !== null) {
      throw new ServiceError(
        'url_not_encoded',
        `The url was not encoded: ${because}. Put the page address through encodeURIComponent once, or use POST with JSON.`,
      )
    }
  }

  const fieldsOf = (body: unknown) => {
    if (Value.Check(SignInput, body)) return body
    throw invalidFields(
      [...Value.Errors(SignInput, body)].map(({ path, message }) => ({
        field: path.slice(1) || 'body',
        message,
      })),
    )
  }

  const ofSuite = <const Prefix extends '' | '/suites/:suite'>(prefix: Prefix) => {
    const sign = (suite: Suite, fields: { corpid: string; url: string; type?: SignatureType }) =>
      signing.sign({ suite, ...fields, type: fields.type ?? 'config' })
    return new Elysia({ prefix })
      .onTransform(({ params, request, set }) => {
        // Before anything is judged, so that pages can read refusals too.
        try {
          Object.assign(set.headers, headersFor(suiteOf(params), request))
        } finally {
          // Whatever was asked for. A preflight is no request of the page's own.
          if (request.method !== 'OPTIONS') pageLimit.take(clientOf(request))
        }
        if (request.method === 'GET') refuseTornQuery(request)
      })
      .get('/sign', ({ params, query }) => sign(suiteOf(params), query), {
        query: SignInput,
        response: answers,
        detail: { ...detail, summary: 'Sign a page' },
      })
      .post(
        '/sign',
        async ({ params, request }) =>
          sign(suiteOf(params), fieldsOf(await readJson(request, largestBodyBytes, clock))),
        {
          parse: 'none',
          response: answers,
          detail: {
            ...detail,
            summary: 'Sign a page',
            requestBody: {
              required: true,
              content: { 'application/json': { schema: SignInput as never } },
            },
          },
        },
      )
      .options(
        '/sign',
        ({ params, request }) =>
          new Response(null, {
            status: 204,
            headers: {
              ...allowOrigin(suiteOf(params), request.headers.get('origin')),
              'access-control-allow-methods': 'GET, POST',
              'access-control-allow-headers': 'content-type',
              'access-control-max-age': '600',
            },
          }),
        { detail: { hide: true } },
      )
  }

  return new Elysia().use(ofSuite('')).use(ofSuite('/suites/:suite'))
}
