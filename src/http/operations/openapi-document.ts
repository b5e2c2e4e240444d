/** The OpenAPI document, out of what the routes declare. */
import { toOpenAPISchema } from '@elysiajs/openapi'
import type { AnyElysia } from 'elysia'
import { idsKeyword } from '../answer/operation-detail'
import { operationTags } from '../answer/operation-tags'
import { Problem } from '../answer/problem-schema'
import { documentedAnswer, documentedBody } from './documented-answers'
import {
  type Answer,
  createRefusalComponents,
  problemExamples,
  type RefusalComponents,
} from './refusal-components'
import { createSchemaComponents, type Part } from './schema-components'

export interface DocumentFacts {
  readonly version: string
  /** SUITED_PUBLIC_URL; never taken from a request. */
  readonly publicUrl: string | null
}

type Operation = Record<string, unknown> & {
  parameters?: readonly Parameter[]
  requestBody?: Part
  /** One of them must be met; an empty one always is. */
  security?: readonly object[]
  responses?: Record<string, Answer>
}

interface Parameter {
  readonly name: string
  readonly description?: string
  readonly schema?: { readonly description?: string }
}

/** Schemas are open unless they say otherwise; said aloud, examples show an `additionalProp1`. */
const { additionalProperties: _, ...openProblem } = Problem

/** Swagger UI shows the description of a parameter, not that of its schema. */
const described = (parameter: Parameter): Parameter => {
  const description = parameter.description ?? parameter.schema?.description
  return description === undefined ? parameter : { ...parameter, description }
}

/**
 * What the generator can't know: problem documents, examples, parameters beside those of the path.
 */
const finish = (operation: Operation, refusals: RefusalComponents): Operation => {
  const { 'x-parameters': more, requestBody, ...rest } = operation
  const { security = [{}] } = operation
  const audience = security.some((needs) => Object.keys(needs).length === 0) ? 'page' : 'operator'
  const responses = Object.entries(operation.responses ?? {}).map(([status, answer]) => [
    status,
    documentedAnswer(status, answer, audience, refusals),
  ])
  const parameters = [...(operation.parameters ?? []), ...((more as [] | undefined) ?? [])].map(
    described,
  )
  return {
    ...rest,
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody: documentedBody(requestBody) }),
    ...(responses.length > 0 && { responses: Object.fromEntries(responses) }),
  }
}

/** What is said of one method of a route for all methods; null if nothing is. */
const ofMethod = (method: string, operation: Operation): Operation | null => {
  const { [idsKeyword]: ids, requestBody, ...rest } = operation
  if (ids === undefined) return operation
  const operationId = (ids as Record<string, string>)[method]
  if (operationId === undefined) return null
  return { ...rest, operationId, ...(method !== 'get' && requestBody && { requestBody }) }
}

/** Relative to the document: where it was loaded from, whatever that address is called. */
const here = { url: '..', description: 'The listener that this document came from.' }

/** The document that describes the routes of `app`. */
export const openapiDocument = (app: AnyElysia, { version, publicUrl }: DocumentFacts) => {
  const { paths } = toOpenAPISchema(app)
  const schemas = createSchemaComponents()
  const refusals = createRefusalComponents()
  const finished = Object.entries(paths).map(([path, operations]) => [
    path.replace('*', '{path}'),
    Object.fromEntries(
      Object.entries(operations as Record<string, Operation>).flatMap(([method, operation]) => {
        const described = ofMethod(method, operation)
        return described ? [[method, finish(described, refusals)]] : []
      }),
    ),
  ])
  schemas.withReferences(openProblem)
  return {
    openapi: '3.1.0',
    info: {
      title: 'suited',
      version,
      description:
        'The backend of a WeCom (企业微信) third-party app: callbacks, tokens, authorisations, page signatures, events.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers:
      publicUrl === null
        ? [here]
        : [{ url: publicUrl, description: 'What WeCom and browsers reach.' }, here],
    tags: operationTags,
    paths: schemas.withReferences(Object.fromEntries(finished)) as Record<
      string,
      Record<string, Operation>
    >,
    components: {
      schemas: schemas.all(),
      responses: refusals.all(),
      examples: problemExamples(),
      securitySchemes: {
        adminToken: {
          type: 'http',
          scheme: 'bearer',
          description:
            'SUITED_ADMIN_TOKEN (suited keygen makes one), or an API key (POST /api/keys) whose scopes open the route.',
        },
      },
    },
  }
}
