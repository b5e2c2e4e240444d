/** The routes of signatures for pages. */
import { Elysia } from 'elysia'
import type { Clock } from '../../clock'
import type { Suite } from '../../suite/suites'
import type { Access } from '../access/access'
import { keyIn } from '../access/bearer'
import { keyIsOptional, publicOperations } from '../answer/operation-detail'
import { problems } from '../answer/problem-schema'
import { routeGroup } from '../answer/route-group'
import { queryOf } from '../request/address'
import type { BodyBudget } from '../request/body-budget'
import { jsonRequestBody, readJson } from '../request/json-body'
import { pathNames } from '../request/path-names'
import { allowOrigin, letAnyoneReadDistrust, type TrustingSite } from './cors'
import type { SignParts } from './sign-fast-path'
import {
  Signature,
  type SignatureAnswer,
  type SignFields,
  SignInput,
  signFieldsOf,
  signFieldsOfQuery,
} from './signature'

const failures = [
  'invalid_request',
  'unauthorized',
  'url_not_trusted',
  'forbidden',
  'suite_not_found',
  'corp_not_authorized',
  'too_many_requests',
  'wecom_error',
  'suite_ticket_missing',
  'suite_not_configured',
  'store_unavailable',
  'wecom_timeout',
] as const

const answers = {
  toQueries: { 200: Signature, ...problems(...failures, 'url_not_encoded') },
  toBodies: {
    200: Signature,
    ...problems(...failures, 'body_too_large', 'unsupported_media_type', 'overloaded'),
  },
}

const description =
  'A JS-SDK signature. The answer can be handed to `ww.register`’s signature callbacks as it is. Requests are counted by address; with an API key of scope `sign`, as `Authorization: Bearer`, by key.'

const inQuery = {
  'x-parameters': Object.entries(SignInput.properties).map(([name, schema]) => ({
    name,
    in: 'query' as const,
    required: SignInput.required.includes(name as never),
    schema,
  })),
}

/** The company that a request asks a signature for; undefined where it stands in the body. */
const corpidAskedFor = (request: Request): string | undefined =>
  new URLSearchParams(queryOf(request)).get('corpid')?.slice(0, 64)

/**
 * A preflight names no company, whose own domains may be the ones that trust the page: any page may
 * ask, and whether it may read the answer is told by that. `url_not_trusted` every page may.
 */
const preflightHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-max-age': '600',
}

interface Asked {
  readonly params: unknown
  readonly request: Request
  readonly set: { headers: Record<string, string | number> }
}

export interface SignRoutesParts extends SignParts {
  readonly access: Pick<Access, 'authenticateKey' | 'assertMay' | 'callerOf' | 'requireReach'>
  readonly bodyBudget: BodyBudget
  readonly clock: Clock
}

export const signRoutes = (parts: SignRoutesParts, answer: SignatureAnswer) => {
  const { access, suites, signing, clientOf, pageLimit, bodyBudget, clock } = parts

  /**
   * Whose page asks: its origin is on a trusted domain of the suite, or else of the company alone.
   */
  const trustingSite = async (
    suite: Suite,
    corpid: string,
    origin: string | null,
  ): Promise<TrustingSite> => {
    if (origin === null || 'access-control-allow-origin' in allowOrigin(suite, origin)) return suite
    return (await signing.siteOf(suite, corpid)) ?? suite
  }

  const suiteOf = (params: unknown) => suites.find(pathNames(params).suite)

  /** Counts a request: by the key that it shows, else by its address. */
  const admit = async (request: Request): Promise<void> => {
    const key = keyIn(request.headers.get('authorization'))
    if (key !== null) {
      const caller = await access.authenticateKey(key, request)
      access.assertMay(caller, { scopes: ['sign'], reach: 'later' })
    } else if (pageLimit.isOn) pageLimit.take(clientOf(request))
  }

  const ofSuite = <const Prefix extends '' | '/suites/:suite'>(prefix: Prefix) => {
    const operation = publicOperations(prefix === '' ? 'Pages' : 'Of one suite')
    const suffix = prefix === '' ? '' : 'OfSuite'
    const signed = async (
      { params, request, set }: Asked,
      fields: SignFields,
    ): Promise<Response> => {
      const suite = suiteOf(params)
      if (access.callerOf(request) !== null) {
        access.requireReach(request, { suiteKey: suite.key, corpid: fields.corpid })
      }
      const origin = request.headers.get('origin')
      const trusting = await trustingSite(suite, fields.corpid, origin)
      Object.assign(set.headers, allowOrigin(trusting, origin))
      const signature = await letAnyoneReadDistrust(set.headers, () =>
        signing.sign({ suite, ...fields }),
      )
      // The answer has them already.
      set.headers = {}
      return answer(trusting, origin, signature)
    }

    return new Elysia({ prefix })
      .onTransform(async ({ params, request, set }) => {
        // A preflight is no request of the page's own.
        if (request.method === 'OPTIONS') return
        // Before anything is judged, so that pages can read refusals too.
        try {
          Object.assign(set.headers, allowOrigin(suiteOf(params), request.headers.get('origin')))
        } finally {
          // Whatever was asked for.
          await admit(request)
        }
      })
      .get(
        '/sign',
        async ({ params, request, set }) =>
          signed({ params, request, set }, signFieldsOfQuery(request)),
        {
          response: answers.toQueries,
          detail: {
            ...operation(`signPage${suffix}`, 'Sign a page', description),
            ...inQuery,
            security: keyIsOptional,
          },
        },
      )
      .post(
        '/sign',
        async ({ params, request, set }) => {
          const sent = await readJson(request, clock, bodyBudget.roomFor(request))
          return signed({ params, request, set }, signFieldsOf(sent))
        },
        {
          parse: 'none',
          response: answers.toBodies,
          detail: {
            ...operation(
              `signPageByPost${suffix}`,
              'Sign a page, asked for in a body',
              description,
            ),
            ...jsonRequestBody(SignInput),
            security: keyIsOptional,
          },
        },
      )
      .options(
        '/sign',
        ({ params }) => {
          suiteOf(params)
          return new Response(null, { status: 204, headers: preflightHeaders })
        },
        { detail: { hide: true } },
      )
  }

  return routeGroup(
    {
      audience: 'page',
      // A page that gets no signature is what operators are called for.
      refusals: {
        message: 'a page got no signature',
        fields: (request) => ({ corpid: corpidAskedFor(request) }),
      },
    },
    new Elysia().use(ofSuite('')).use(ofSuite('/suites/:suite')),
  )
}
