/**
 * The part of the OpenAPI document that programs call: what answers JSON, or nothing. WeCom's own
 * addresses answer text; exports are streams, and no function of a client holds them.
 */

export interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly description?: string
  readonly responses: Readonly<Record<string, { readonly content?: Record<string, unknown> }>>
}

export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

export interface Document {
  readonly openapi: string
  readonly info: object
  readonly paths: Paths
  readonly components: {
    readonly schemas: object
    readonly examples: Readonly<Record<string, { readonly value: { readonly code: string } }>>
  }
}

const isSuccess = ([status]: readonly [string, unknown]) => Number(status) < 400

const successesOf = ({ responses }: Operation) =>
  Object.fromEntries(Object.entries(responses).filter(isSuccess))

const answersJsonOrNothing = (operation: Operation): boolean =>
  Object.values(successesOf(operation)).every(({ content = {} }) =>
    Object.keys(content).every((type) => type === 'application/json'),
  )

/** Without refusals: they are problems, all of one shape, and thrown. */
const withoutRefusals = (operation: Operation): Operation => ({
  ...operation,
  responses: successesOf(operation),
})

export type ClientDocument = ReturnType<typeof ofTheClient>

export const ofTheClient = ({ openapi, info, paths, components }: Document) => {
  const kept = Object.entries(paths).map(([path, methods]) => {
    const called = Object.entries(methods).filter(([, operation]) =>
      answersJsonOrNothing(operation),
    )
    const operations = called.map(([method, operation]) => [method, withoutRefusals(operation)])
    return [path, Object.fromEntries(operations)] as const
  })
  return {
    openapi,
    info,
    paths: Object.fromEntries(
      kept.filter(([, methods]) => Object.keys(methods).length > 0),
    ) as Paths,
    components: { schemas: components.schemas },
  }
}
