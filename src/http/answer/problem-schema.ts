/** The problem answers that routes declare, by the codes of the failures that they may meet. */
import { type TSchema, t } from 'elysia'
import type { ErrorCode } from '../../errors'
import { named } from './named-schema'
import { meanings, problemDocument } from './problem'
import { exampleFailures } from './problem-examples'

/** Where the schema of a problem answer keeps its codes until the document is written. */
export const codesKeyword = 'x-codes'

const FieldError = named('FieldError', t.Object({ field: t.String(), message: t.String() }), {
  field: 'limit',
  message: 'Expected integer to be less or equal to 200',
})

export const Problem = named(
  'Problem',
  t.Object(
    {
      type: t.String({ description: 'A name of the kind of problem, as a URI.' }),
      title: t.String({ description: 'The kind of problem in words.' }),
      status: t.Integer({ description: 'The HTTP status.' }),
      detail: t.String({ description: 'What is wrong here and what to do.' }),
      code: t.String({ description: 'Stable, for programs.' }),
      errors: t.Optional(
        t.Array(FieldError, { description: 'With `invalid_request`: the fields.' }),
      ),
      reason: t.Optional(
        t.String({ description: 'With `corp_not_authorized`: how the company stands.' }),
      ),
      suites: t.Optional(
        t.Array(t.String(), { description: 'With `suite_required`: keys to choose from.' }),
      ),
      errcode: t.Optional(t.Integer({ description: 'With `wecom_error`: WeCom’s own.' })),
      errmsg: t.Optional(t.String({ description: 'WeCom’s words, for callers with a token.' })),
      cause: t.Optional(t.String({ description: 'Why WeCom usually says so, likewise.' })),
      cure: t.Optional(t.String({ description: 'What helps, likewise.' })),
    },
    { additionalProperties: true, description: 'RFC 9457 problem document' },
  ),
  problemDocument(exampleFailures.corp_not_authorized, 'operator'),
)

const statusDescriptions: Readonly<Record<number, string>> = {
  400: 'The request is not valid.',
  401: 'No admin token or API key came, or one that is not right.',
  403: 'Refused; `code` says why.',
  404: 'Not found; `code` says what.',
  405: 'Not with this method.',
  409: 'It stands in the way of what is there; `detail` says what.',
  413: 'The body is too large.',
  415: 'Not in this media type.',
  429: 'Too many requests; see `Retry-After`.',
  500: 'Something went wrong inside.',
  502: 'WeCom refused or failed; `errcode` is what it said.',
  503: 'Not now; see `code` and `Retry-After`.',
  504: 'WeCom did not answer in time.',
}

type StatusOf<Code extends ErrorCode> = (typeof meanings)[Code]['status']

/**
 * A schema for the document alone, as Standard Schema has them: for one of TypeBox, Elysia compiles
 * two functions per route and status at its first request, which nothing returned ever meets.
 */
const describing = (said: Readonly<Record<string, unknown>>) => ({
  '~standard': {
    version: 1 as const,
    vendor: 'suited',
    validate: (value: unknown) => ({ value }),
    jsonSchema: { input: () => said, output: () => said },
  },
})

const declare = (codes: readonly ErrorCode[]): Record<number, object> => {
  const byStatus = Map.groupBy(new Set(codes), (code) => meanings[code].status)
  const declared = [...byStatus].map(([status, ofStatus]) => [
    status,
    describing({ description: statusDescriptions[status] ?? '', [codesKeyword]: ofStatus }),
  ])
  return Object.fromEntries(declared)
}

/** Most routes may fail in one of a few ways. */
const declaredBefore = new Map<string, Record<number, object>>()

/**
 * The answers of a route that may fail with these codes, by status: part of its `response`. The
 * document says what they look like; problems are thrown, so there is no returned one to check.
 */
export const problems = <const Code extends ErrorCode>(
  ...codes: readonly Code[]
): Record<StatusOf<Code>, TSchema> => {
  const which = codes.join()
  const declared = declaredBefore.get(which) ?? declare(codes)
  declaredBefore.set(which, declared)
  return declared as Record<StatusOf<Code>, TSchema>
}

/**
 * What every route of `/api` may answer: it looks at the token, then at the query, then at state.
 */
const ofOperators = [
  'unauthorized',
  'admin_disabled',
  'forbidden',
  'too_many_requests',
  'invalid_request',
  'store_unavailable',
] as const

/** The same for a route of `/api`: the codes beyond those that all of them share. */
export const operatorProblems = <const Code extends ErrorCode>(...codes: readonly Code[]) =>
  problems<(typeof ofOperators)[number] | Code>(...ofOperators, ...codes)
