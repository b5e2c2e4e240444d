/**
 * The schemas of the OpenAPI document that have names: each stands once, under
 * `components/schemas`.
 */
import { isJsonObject } from '../../json-object'
import { isCoercion } from '../answer/expected'
import { nameKeyword } from '../answer/named-schema'

export type Part = Record<string, unknown>

export const isObject: (value: unknown) => value is Part = isJsonObject

/** Elysia writes this into a schema when a request first needs it: none of ours is closed. */
const isClosing = ([name, value]: readonly [string, unknown]): boolean =>
  name === 'additionalProperties' && value === false

/** An object of the document as it was declared, without what Elysia adds for its own use. */
const asDeclared = ({ anyOf, ...rest }: Part): Part => {
  if (!Array.isArray(anyOf)) return anyOf === undefined ? rest : { ...rest, anyOf }
  const choices = anyOf.filter((choice) => !isCoercion(choice))
  return choices.length === 1 ? { ...choices[0], ...rest } : { ...rest, anyOf: choices }
}

/** Gathers named schemas out of parts of the document. */
export const createSchemaComponents = () => {
  const schemas = new Map<string, Part>()

  const refer = (name: string, schema: Part): Part => {
    const known = schemas.get(name)
    if (known && !Bun.deepEquals(known, schema)) throw new Error(`two schemas are called ${name}`)
    schemas.set(name, schema)
    return { $ref: `#/components/schemas/${name}` }
  }

  /** The same part, as it was declared, with references in place of what has a name. */
  const withReferences = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(withReferences)
    if (!isObject(part)) return part
    const inner = Object.entries(part)
      .filter((entry) => !isClosing(entry))
      .map(([name, value]) => [name, withReferences(value)])
    const { [nameKeyword]: name, ...schema } = asDeclared(Object.fromEntries(inner))
    return typeof name === 'string' ? refer(name, schema) : schema
  }

  return {
    withReferences,
    /** In the order of the alphabet. */
    all: () => Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}
