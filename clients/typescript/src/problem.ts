/** What a call throws: suited's own word on what is wrong, or that there was none. */
import type { KnownProblemCode } from './generated/routes'
import type { Problem } from './generated/types'

/**
 * A code of suited's, one that a newer suited has, or of this client: `no_answer` where none came,
 * `not_from_suited` where something in between answered.
 */
export type ProblemCode = KnownProblemCode | 'no_answer' | 'not_from_suited' | (string & {})

export class SuitedProblem extends Error {
  override readonly name = 'SuitedProblem'

  private constructor(
    /** Stable, for programs. */
    readonly code: ProblemCode,
    /** The HTTP status; 0 where no answer came. */
    readonly status: number,
    /** What is wrong here and what to do. */
    readonly detail: string,
    /** When asking again may help; null where suited doesn't say. */
    readonly retryAfterSeconds: number | null,
    /** Everything that suited said: fields, `errcode`, `cause`, `cure`. */
    readonly problem: Problem | null,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options)
  }

  /** @param body the answer's, as JSON where it is some */
  static fromAnswer({ status, headers }: Response, body: unknown): SuitedProblem {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN)
    const retryAfterSeconds = Number.isFinite(seconds) ? seconds : null
    const problem = isProblem(body) ? body : null
    const { code, detail } = problem ?? {
      code: 'not_from_suited',
      detail: `The answer with status ${status} isn't suited's. Is its address right, and which proxy is in front?`,
    }
    return new SuitedProblem(code, status, detail, retryAfterSeconds, problem)
  }

  static noAnswer(cause: unknown): SuitedProblem {
    const detail = `suited doesn't answer: ${cause instanceof Error ? cause.message : String(cause)}`
    return new SuitedProblem('no_answer', 0, detail, null, null, { cause })
  }
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' &&
  body !== null &&
  'code' in body &&
  typeof body.code === 'string' &&
  'detail' in body &&
  typeof body.detail === 'string'
