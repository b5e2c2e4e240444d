/**
 * The answers and bodies of an operation as the OpenAPI document has them, each with an example.
 */
import { mediaTypeKeyword } from '../answer/named-schema'
import type { Audience } from '../answer/problem'
import type { Answer, RefusalComponents } from './refusal-components'
import { isObject, type Part } from './schema-components'

/** The example of a schema stands beside it too: there every tool finds it. */
const withExample = (media: Part): Part => {
  const { schema } = media
  if (!isObject(schema) || !Array.isArray(schema.examples) || 'example' in media) return media
  return { ...media, example: schema.examples[0] }
}

/** The example of a text stands beside its schema alone. */
const withoutNotes = ({ schema, ...rest }: Part): Part => {
  if (!isObject(schema) || schema.type !== 'string') return { schema, ...rest }
  const { [mediaTypeKeyword]: _, examples: __, ...bare } = schema
  return { schema: bare, ...rest }
}

const success = ({ description = '', content }: Answer) => ({
  description: /^Response for status/.test(description) ? 'Success.' : description,
  content: Object.fromEntries(
    Object.entries(content ?? {}).map(([type, media]) => [
      media.schema?.[mediaTypeKeyword] ?? type,
      withoutNotes(withExample(media)),
    ]),
  ),
})

export const documentedAnswer = (
  status: string,
  answer: Answer,
  audience: Audience,
  refusals: RefusalComponents,
) => {
  if (Number(status) >= 400) return refusals.refer(answer, audience)
  // The generator gives it a body all the same.
  return status === '204' ? { description: answer.description } : success(answer)
}

/** What a request may send. */
export const documentedBody = ({ content = {}, ...rest }: Part): Part => ({
  ...rest,
  content: Object.fromEntries(
    Object.entries(content as Record<string, Part>).map(([type, media]) => [
      type,
      withExample(media),
    ]),
  ),
})
