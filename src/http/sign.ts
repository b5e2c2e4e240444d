/** Signatures for pages, and the CORS that lets the pages ask. */

import { type Static, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { Elysia, t } from 'elysia'
import type { Clock } from '../clock'
import { ServiceError } from '../errors'
import { notEncodedBecause, trustedDomainOf } from '../suite/page-url'
import { type PageSignature, type Signing, signatureTypes } from '../suite/signing'
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
    t.UnionEnum([...signatureTypes], {
      description: '`config` for the company’s identity, `agent_config` for the app’s.',
      default: 'config',
    }),
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

const answers = { 200: Signature, ...problems(400, 403, 404, 413, 415, 429, 502, 503, 504) }

const detail = {
  tags: ['Pages'],
  summary: 'Sign a page',
  description:
    'A JS-SDK signature. The answer can be handed to `ww.register`’s signature callbacks as it is.',
}

const queryDetail = {
  ...detail,
  'x-parameters': Object.entries(SignInput.properties).map(([name, schema]) => ({
    name,
    in: 'query' as const,
    required: SignInput.required.includes(name as never),
    schema,
  })),
}

const signInput = TypeCompiler.Compile(SignInput)

/** @throws {ServiceError} invalid_request — with the fields */
const fieldsOf = (sent: unknown): Static<typeof SignInput> => {
  if (signInput.Check(sent)) return sent
  throw invalidFields(
    [...signInput.Errors(sent)].map(({ path, message, schema }) => ({
      field: path.slice(1) || 'body',
      message: schema.enum ? `Expected one of ${schema.enum.join(', ')}` : message,
    })),
  )
}

/** Of a field that stands twice the last counts. */
const fieldsOfQuery = (request: Request): unknown =>
  Object.fromEntries(new URLSearchParams(queryOf(request)))

/** The header that lets a trusted page read the answer. */
const allowOrigin = ({ trustedDomains }: Suite, origin: string | null): Record<string, string> => {
  if (trustedDomains.length === 0) return { 'access-control-allow-origin': '*' }
  const trusted =
    origin !== null && URL.canParse(origin) && trustedDomainOf(origin, trustedDomains) !== null
  return trusted ? { 'access-control-allow-origin': origin, vary: 'Origin' } : { vary: 'Origin' }
}

const mostOrigins = 1000

/**
 * Answers with signatures. Their headers are the same for all pages of one origin, and to put them
 * together anew would cost more than the signature.
 */
const createAnswer = () => {
  const headersByOrigin = new Map<string, Headers>()

  const headersLike = (given: Record<string, string | number>): Headers => {
    const origin = String(given['access-control-allow-origin'] ?? '')
    const known = headersByOrigin.get(origin)
    if (known) return known
    const headers = new Headers({ 'content-type': 'application/json;charset=utf-8' })
    for (const [name, value] of Object.entries(given)) headers.set(name, String(value))
    if (headersByOrigin.size >= mostOrigins) headersByOrigin.clear()
    headersByOrigin.set(origin, headers)
    return headers
  }

  /** @param set what Elysia would add to the answer; nothing is left of it */
  return (signature: PageSignature, set: { headers: Record<string, string | number> }) => {
    const headers = headersLike(set.headers)
    set.headers = {}
    return new Response(JSON.stringify(signature), { headers })
  }
}

export const signRoutes = (parts: {
  suites: Suites
  signing: Signing
  clientOf: ClientOf
  /** Of requests by pages. */
  pageLimit: ClientLimit
  clock: Clock
}) => {
  const { suites, signing, clientOf, pageLimit, clock } = parts
  const answer = createAnswer()

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

  const ofSuite = <const Prefix extends '' | '/suites/:suite'>(prefix: Prefix) => {
    const sign = (suite: Suite, { corpid, url, type = 'config' }: Static<typeof SignInput>) =>
      signing.sign({ suite, corpid, url, type })
    return new Elysia({ prefix })
      .onTransform(({ params, request, set }) => {
        // Before anything is judged, so that pages can read refusals too.
        try {
          Object.assign(set.headers, allowOrigin(suiteOf(params), request.headers.get('origin')))
        } finally {
          // Whatever was asked for. A preflight is no request of the page's own.
          if (pageLimit.isOn && request.method !== 'OPTIONS') pageLimit.take(clientOf(request))
        }
        if (request.method === 'GET') refuseTornQuery(request)
      })
      .get(
        '/sign',
        async ({ params, request, set }) =>
          answer(await sign(suiteOf(params), fieldsOf(fieldsOfQuery(request))), set),
        { response: answers, detail: queryDetail },
      )
      .post(
        '/sign',
        async ({ params, request, set }) => {
          const sent = await readJson(request, largestBodyBytes, clock)
          return answer(await sign(suiteOf(params), fieldsOf(sent)), set)
        },
        {
          parse: 'none',
          response: answers,
          detail: {
            ...detail,
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
