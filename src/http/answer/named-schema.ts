/**
 * Schemas with a name and an example: the OpenAPI document lists them under `components/schemas`.
 */
import type { Static, TSchema } from '@sinclair/typebox'

/** Where a schema keeps its name until the document is written. */
export const nameKeyword = 'x-name'
/** Where the schema of a text says what kind of text it is, if it isn't plain. */
export const mediaTypeKeyword = 'x-media-type'

/**
 * A schema under this name: wherever it stands in the document there is a reference to it, and a
 * client generator makes one type of it. Two schemas of one name are an error.
 *
 * @param example a whole value, as the running service gives it; types and tests compare
 */
export const named = <T extends TSchema>(name: string, schema: T, example: Static<T>): T => ({
  ...schema,
  [nameKeyword]: name,
  examples: [example],
})

/** The example of a named schema, to be put into that of another one. */
export const exampleOf = <T extends TSchema>(schema: T): Static<T> => {
  const [example] = schema.examples ?? []
  if (example === undefined) throw new Error('this schema has no example')
  return example
}
