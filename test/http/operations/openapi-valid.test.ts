/**
 * The OpenAPI document, judged by those who define the format; its examples, by its own schemas.
 */
import { describe, expect, test } from 'bun:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import Ajv from 'ajv/dist/2020'
import { document, type MediaType, operations, resolve } from './printed-document'

const base = 'https://suited.invalid/openapi.json'

/** Our descriptions stand beside `$ref`, and formats are words for readers. */
const ajv = new Ajv({ strict: false, allErrors: true })
ajv.addSchema({ components: document.components }, base)

const judges = new Map<string, ReturnType<typeof ajv.compile>>()

const judgeOf = ($ref: string) => {
  const judge = judges.get($ref) ?? ajv.compile({ $ref: `${base}${$ref}` })
  judges.set($ref, judge)
  return judge
}

/** What is wrong with a value by a schema of the document, each with its place. */
const faults = (schema: object, value: unknown): string[] => {
  const { $ref } = schema as { $ref?: string }
  const validate = $ref === undefined ? ajv.compile(schema) : judgeOf($ref)
  validate(value)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

const examplesOf = ({ example, examples = {} }: MediaType): unknown[] => [
  ...(example === undefined ? [] : [example]),
  ...Object.values(examples).map(({ $ref }) => (resolve($ref) as { value: unknown }).value),
]

test('the whole document is valid by the schema of OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate({ ...document })
  expect(errors).toBeUndefined()
  expect(valid).toBe(true)
})

test('the judge refuses a document that is none', async () => {
  const { valid } = await new Validator().validate({ ...document, paths: [] })
  expect(valid).toBe(false)
})

describe('the example', () => {
  const parts = operations.flatMap(([method, path, { requestBody, responses }]) => [
    ...Object.values(requestBody?.content ?? {}).map(
      (media) => [`${method} ${path} takes`, media] as const,
    ),
    ...Object.entries(responses).flatMap(([status, { content = {} }]) =>
      Object.values(content).map((media) => [`${method} ${path} ${status}`, media] as const),
    ),
  ])

  test('of each body and of each answer fits its schema', () => {
    const wrong = parts.flatMap(([name, media]) =>
      examplesOf(media).flatMap((example) =>
        faults(media.schema, example).map((fault) => `${name}: ${fault}`),
      ),
    )
    expect(parts.length).toBeGreaterThan(300)
    expect(wrong).toEqual([])
  })

  test('of each named schema fits it', () => {
    const wrong = Object.entries(document.components.schemas).flatMap(([name, schema]) =>
      ((schema.examples as unknown[] | undefined) ?? [undefined]).flatMap((example) =>
        faults({ $ref: `#/components/schemas/${name}` }, example).map((it) => `${name}: ${it}`),
      ),
    )
    expect(wrong).toEqual([])
  })

  test('of a list is refused where a field of its items is missing', () => {
    const list = { items: [{ corpid: 'wpCorpA' }], next: null, unreadable: 0 }
    expect(faults({ $ref: '#/components/schemas/CorpList' }, list)).not.toEqual([])
  })
})

test('the problem of each example has the status that it stands under, and the code', () => {
  const wrong = operations.flatMap(([method, path, { responses }]) =>
    Object.entries(responses).flatMap(([status, { content = {} }]) =>
      Object.values(content).flatMap(({ examples = {} }) =>
        Object.entries(examples)
          .filter(([code, { $ref }]) => {
            const { value } = resolve($ref) as { value: { status: number; code: string } }
            return value.status !== Number(status) || value.code !== code
          })
          .map(([code]) => `${method} ${path} ${status} ${code}`),
      ),
    ),
  )
  expect(wrong).toEqual([])
})
