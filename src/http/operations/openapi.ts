/** The OpenAPI document, and Swagger UI out of the binary: no request goes to any other host. */
import { toOpenAPISchema } from '@elysiajs/openapi'
import { type AnyElysia, Elysia } from 'elysia'
import stylePath from 'swagger-ui-dist/swagger-ui.css' with { type: 'file' }
import bundlePath from 'swagger-ui-dist/swagger-ui-bundle.js' with { type: 'file' }
import { pageHeaders } from '../answer/headers'
import { Problem } from '../answer/problem'
import { routeGroup } from '../answer/route-group'
import { pathnameOf } from '../request/address'
import { nothingAtRoot } from './root'

export interface DocumentFacts {
  readonly version: string
  /** SUITED_PUBLIC_URL; never taken from a request. */
  readonly publicUrl: string | null
}

type Operation = Record<string, unknown> & {
  parameters?: readonly Parameter[]
  responses?: Record<string, { description?: string; content?: unknown }>
}

interface Parameter {
  readonly name: string
  readonly description?: string
  readonly schema?: { readonly description?: string }
}

const tags = [
  { name: 'Pages', description: 'For web pages: JS-SDK signatures.' },
  {
    name: 'Companies',
    description: 'Companies that installed the app, their access tokens and JS-SDK tickets.',
  },
  { name: 'Suites', description: 'Tokens of suites and of the provider; authorising templates.' },
  { name: 'Events', description: 'What WeCom told us, and how our work on it went.' },
  { name: 'Operations', description: 'Health, readiness, status.' },
  { name: 'WeCom', description: 'The addresses to paste into WeCom’s console.' },
]

/** Schemas are open unless they say otherwise; said aloud, examples show an `additionalProp1`. */
const { additionalProperties: _, ...openProblem } = Problem

const problemContent = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Elysia takes numbers as text too and says so in every schema, answers included. */
const isCoercion = (schema: unknown): boolean =>
  isObject(schema) &&
  schema.type === 'string' &&
  (schema.format === 'integer' || schema.format === 'numeric')

/** Elysia writes this into a schema when a request first needs it: none of ours is closed. */
const isClosing = ([name, value]: readonly [string, unknown]): boolean =>
  name === 'additionalProperties' && value === false

/** A part of the document as it was declared, without what Elysia adds for its own use. */
const asDeclared = (part: unknown): unknown => {
  if (Array.isArray(part)) return part.map(asDeclared)
  if (!isObject(part)) return part
  const { anyOf, ...rest } = Object.fromEntries(
    Object.entries(part)
      .filter((entry) => !isClosing(entry))
      .map(([name, inner]) => [name, asDeclared(inner)]),
  )
  if (!Array.isArray(anyOf)) return anyOf === undefined ? rest : { ...rest, anyOf }
  const choices = anyOf.filter((choice) => !isCoercion(choice))
  return choices.length === 1 ? { ...choices[0], ...rest } : { ...rest, anyOf: choices }
}

/** Swagger UI shows the description of a parameter, not that of its schema. */
const described = (parameter: Parameter): Parameter => {
  const description = parameter.description ?? parameter.schema?.description
  return description === undefined ? parameter : { ...parameter, description }
}

const describedAnswer = ({ description = '', ...rest }: { description?: string }) => ({
  description: /^Response for status/.test(description) ? 'Success.' : description,
  ...rest,
})

/** What the generator can't know: problem documents, plain text, parameters beside those of the path. */
const finish = (operation: Operation): Operation => {
  const { 'x-parameters': more, ...rest } = operation
  const responses = Object.entries(operation.responses ?? {}).map(([status, response]) => [
    status,
    Number(status) >= 400 ? { ...response, content: problemContent } : describedAnswer(response),
  ])
  const parameters = [...(operation.parameters ?? []), ...((more as [] | undefined) ?? [])].map(
    described,
  )
  return {
    ...rest,
    ...(parameters.length > 0 && { parameters }),
    ...(responses.length > 0 && { responses: Object.fromEntries(responses) }),
  }
}

/** The document that describes the routes of `app`. */
export const openapiDocument = (app: AnyElysia, { version, publicUrl }: DocumentFacts) => {
  const { paths, components } = toOpenAPISchema(app)
  const finished = Object.entries(paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations as Record<string, Operation>).map(([method, operation]) => [
        method,
        finish(operation),
      ]),
    ),
  ])
  const here = { url: '..', description: 'The address of this document.' }
  return {
    openapi: '3.1.0',
    info: {
      title: 'suited',
      version,
      description:
        'The backend of a WeCom (企业微信) third-party app: callbacks, tokens, authorisations, page signatures, events.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: publicUrl === null ? [here] : [{ url: publicUrl }, here],
    tags,
    paths: asDeclared(Object.fromEntries(finished)) as Record<string, Record<string, Operation>>,
    components: {
      ...components,
      schemas: asDeclared({ ...components.schemas, Problem: openProblem }),
      securitySchemes: {
        adminToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'SUITED_ADMIN_TOKEN; suited keygen makes one.',
        },
      },
    },
  }
}

const page = (base: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>suited API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${base}swagger-ui-bundle.js"></script>
<script src="${base}start.js"></script>
</body>
</html>
`

const start = `window.ui = SwaggerUIBundle({
  url: new URL('json', document.currentScript.src).href,
  dom_id: '#swagger-ui',
  deepLinking: true,
  docExpansion: 'list',
  tryItOutEnabled: true,
  validatorUrl: null,
  syntaxHighlight: { activated: true },
})
`

const ownSources = (publicUrl: string | null): string[] => {
  const elsewhere = publicUrl === null ? '' : ` ${new URL(publicUrl).origin}`
  return [
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src 'self'${elsewhere}`,
  ]
}

const hidden = { detail: { hide: true } }

const asset = (path: string, type: string): Response =>
  new Response(Bun.file(path), { headers: { 'content-type': type, 'cache-control': 'no-cache' } })

/** @param described gets the whole app when the first reader comes, long after it was built */
export const openapiRoutes = (described: () => AnyElysia, facts: DocumentFacts) => {
  let document: string | null = null
  const routes = new Elysia()
    .get(
      '/',
      ({ request }) => {
        if (!request.headers.get('accept')?.includes('text/html')) throw nothingAtRoot()
        // Relative, since the public address may have a path, and a tunnel another one.
        return new Response(null, { status: 302, headers: { location: './swagger/' } })
      },
      hidden,
    )
    .get(
      '/swagger',
      ({ request }) =>
        new Response(page(pathnameOf(request).endsWith('/') ? './' : './swagger/'), {
          headers: pageHeaders(ownSources(facts.publicUrl)),
        }),
      hidden,
    )
    .get('/swagger/swagger-ui.css', () => asset(stylePath, 'text/css; charset=utf-8'), hidden)
    .get(
      '/swagger/swagger-ui-bundle.js',
      () => asset(bundlePath, 'text/javascript; charset=utf-8'),
      hidden,
    )
    .get(
      '/swagger/start.js',
      () =>
        new Response(start, {
          headers: {
            'content-type': 'text/javascript; charset=utf-8',
            'cache-control': 'no-cache',
          },
        }),
      hidden,
    )
    .get(
      '/swagger/json',
      () => {
        document ??= JSON.stringify(openapiDocument(described(), facts))
        return new Response(document, {
          headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' },
        })
      },
      hidden,
    )

  return routeGroup({ audience: 'anyone' }, routes)
}
