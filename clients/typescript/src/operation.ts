/** What each operation takes and gives, out of the generated types. */
import type { routes } from './generated/routes'
import type { operations } from './generated/types'

export type OperationId = keyof typeof routes & keyof operations

type ParametersOf<Id extends OperationId> = operations[Id]['parameters']

/** An optional part that is there; nothing where the operation has none. */
type Part<Given> = [NonNullable<Given>] extends [never] ? unknown : NonNullable<Given>

type BodyOf<Id extends OperationId> = operations[Id] extends {
  requestBody: { content: { 'application/json': infer Body } }
}
  ? { body: Body }
  : operations[Id] extends { requestBody?: { content: { 'application/json': infer Body } } }
    ? { body?: Body }
    : unknown

/** Parameters of path and query side by side, and the `body`. */
export type Input<Id extends OperationId> = Part<ParametersOf<Id>['path']> &
  Part<ParametersOf<Id>['query']> &
  BodyOf<Id>

type Success = 200 | 201 | 202

/** The JSON of a good answer; undefined where there is none. */
export type Answer<Id extends OperationId> =
  operations[Id]['responses'][keyof operations[Id]['responses'] & Success] extends {
    content: { 'application/json': infer Body }
  }
    ? Body
    : undefined

export interface CallOptions {
  /** Breaks the call off. */
  readonly signal?: AbortSignal
  /** More of the query than the document names: WeCom's own parameters in a proxied call. */
  readonly query?: Readonly<Record<string, string | number | boolean>>
}

/** One operation as a function; its input may be left out where nothing in it is required. */
export type Call<Id extends OperationId> =
  object extends Input<Id>
    ? (input?: Input<Id>, options?: CallOptions) => Promise<Answer<Id>>
    : (input: Input<Id>, options?: CallOptions) => Promise<Answer<Id>>
