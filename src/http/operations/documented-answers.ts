/** The answers and bodies of an operation as the OpenAPI document has them, each with an example. */
import type { ErrorCode } from '../../errors'
import { mediaTypeKeyword } from '../answer/named-schema'
import { type Audience, meanings, problemDocument } from '../answer/problem'
import { exampleFailures } from '../answer/problem-examples'
import { codesKeyword } from '../answer/problem-schema'
import { isObject, type Part } from './schema-components'

export interface Answer {
  readonly description?: string
  readonly content?: Readonly<Record<string, { readonly schema?: Part }>>
}

/** A failure of WeCom's is told to pages in fewer words; all others are the same for everybody. */
const exampleName = (code: ErrorCode, audience: Audience): string =>
  code === 'wecom_error' && audience === 'page' ? 'wecom_error_for_pages' : code

/** Every problem that a route may answer, under `components/examples`. */
export const problemExamples = (): Record<string, Part> => {
  const example = (code: ErrorCode, audience: Audience) => [
    exampleName(code, audience),
    { summary: meanings[code].title, value: problemDocument(exampleFailures[code], audience) },
  ]
  const codes = Object.keys(meanings) as ErrorCode[]
  return Object.fromEntries([
    ...codes.map((code) => example(code, 'operator')),
    example('wecom_error', 'page'),
  ])
}

const refusal = ({ description, content }: Answer, audience: Audience) => {
  const [declared] = Object.values(content ?? {})
  const codes = (declared?.schema?.[codesKeyword] ?? []) as ErrorCode[]
  const examples = codes.map((code) => [
    code,
    { $ref: `#/components/examples/${exampleName(code, audience)}` },
  ])
  return {
    description,
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(examples),
      },
    },
  }
}

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

export const documentedAnswer = (status: string, answer: Answer, audience: Audience) => {
  if (Number(status) >= 400) return refusal(answer, audience)
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
