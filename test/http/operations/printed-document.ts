/** The OpenAPI document as `suited openapi` prints it, taken apart for tests. */
import { printedDocument } from '../../../src/commands/openapi'

export interface MediaType {
  readonly schema: { readonly $ref?: string }
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>
}

export interface Response {
  readonly description: string
  readonly content?: Readonly<Record<string, MediaType>>
}

export interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema: object
  }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> }
  readonly security?: readonly Record<string, readonly string[]>[]
  readonly responses: Readonly<Record<string, Response>>
}

/** As the document has it: refusals are references. */
type WrittenOperation = Omit<Operation, 'responses'> & {
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>
}

export interface Document {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Record<string, Record<string, WrittenOperation>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>>
    readonly responses: Readonly<Record<string, Response>>
    readonly examples: Readonly<Record<string, { readonly value: Record<string, unknown> }>>
    readonly securitySchemes: Readonly<Record<string, object>>
  }
}

/** Printed before any route is used in this process. */
export const document: Document = JSON.parse(printedDocument({ version: 'test', publicUrl: null }))

/** The operation with each answer in its place. */
const withAnswers = (operation: WrittenOperation, { components }: Document): Operation => {
  const answers = Object.entries(operation.responses).map(([status, answer]) => [
    status,
    '$ref' in answer
      ? components.responses[answer.$ref.replace('#/components/responses/', '')]
      : answer,
  ])
  return { ...operation, responses: Object.fromEntries(answers) }
}

/** Method, path and operation of each. */
export const operationsOf = (document: Document) =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) =>
        [method.toUpperCase(), path, withAnswers(operation, document)] as const,
    ),
  )

export const operations = operationsOf(document)

/** What a JSON pointer in a reference stands for. */
export const resolve = (ref: string): unknown =>
  ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>(
      (part, name) => (part as Record<string, unknown> | undefined)?.[name],
      document,
    )

/** Every object in a part of the document, however deep. */
export function* objectsIn(part: unknown): Generator<Record<string, unknown>> {
  if (typeof part !== 'object' || part === null) return
  if (!Array.isArray(part)) yield part as Record<string, unknown>
  for (const inner of Object.values(part)) yield* objectsIn(inner)
}
