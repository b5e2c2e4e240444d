/**
 * The refusals of the OpenAPI document: those of the same codes stand once, under
 * `components/responses`.
 */
import type { ErrorCode } from '../../errors'
import { type Audience, meanings, problemDocument } from '../answer/problem'
import { exampleFailures } from '../answer/problem-examples'
import { codesKeyword } from '../answer/problem-schema'
import type { Part } from './schema-components'

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

const pascalCase = (code: string): string =>
  code.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** `SuiteNotFoundOrCorpNotAuthorized`: the codes say the status too, and what is meant by it. */
const refusalName = (codes: readonly ErrorCode[], audience: Audience): string =>
  codes.map((code) => pascalCase(exampleName(code, audience))).join('Or')

const refusal = (description: string, codes: readonly ErrorCode[], audience: Audience): Part => {
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

/** Gathers the refusals of all routes. */
export const createRefusalComponents = () => {
  const refusals = new Map<string, Part>()

  return {
    /** A reference to the refusal that a route declares. */
    refer({ description = '', content = {} }: Answer, audience: Audience): Part {
      const [declared] = Object.values(content)
      const codes = ((declared?.schema?.[codesKeyword] ?? []) as ErrorCode[]).toSorted()
      const name = refusalName(codes, audience)
      refusals.set(name, refusal(description, codes, audience))
      return { $ref: `#/components/responses/${name}` }
    },
    /** In the order of the alphabet. */
    all: () => Object.fromEntries([...refusals].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

export type RefusalComponents = ReturnType<typeof createRefusalComponents>
