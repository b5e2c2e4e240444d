/** The JSON of a record: what it must hold, and how its secrets are sealed in it. No I/O. */
import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { fail, type Result, succeed } from '../../../errors'
import { openFailureText, type Place, type Sealing } from '../sealing'
import { changeTexts } from './secret-fields'
import { storable } from './storable'

export interface RecordKind<S extends TSchema> {
  /** Of its content, the secrets in clear. */
  readonly schema: S
  /** Whether the content names the owner in whose place it was found. */
  belongs(content: Static<S>): boolean
  /** Whose it is; corpid null: the suite's own; both null: the service's. */
  readonly owner: { readonly suiteId: string | null; readonly corpid: string | null }
  /** What its secrets are bound to, together with their field. */
  readonly record: Place
  /** Where its secrets stand, as paths; `*` stands for any name. */
  readonly secrets: readonly string[]
}

/** The JSON of a record as its content, or what is wrong with it in a few safe words. */
export const openContent = <S extends TSchema>(
  kind: RecordKind<S>,
  json: unknown,
  sealing: Sealing,
): Result<Static<S>, string> => {
  const problems: string[] = []
  const content = changeTexts(json, kind.secrets, (stored, field) => {
    const opened = sealing.open(stored, [...kind.record, field])
    if (opened.ok) return opened.value
    problems.push(`its field ${field} ${openFailureText(opened.reason)}`)
    return stored
  })
  const [problem] = problems
  if (problem !== undefined) return fail(problem)
  if (!Value.Check(kind.schema, content)) {
    const wrong = Value.Errors(kind.schema, content).First()
    return fail(`its field ${wrong?.path} is wrong (${wrong?.message})`)
  }
  return kind.belongs(content) ? succeed(content) : fail('its content names another owner')
}

/**
 * The content of a record as the JSON that is kept of it.
 *
 * @throws {Error} it doesn't fit its schema: a mistake of the program
 */
export const sealContent = <S extends TSchema>(
  kind: RecordKind<S>,
  content: Static<S>,
  sealing: Sealing,
): unknown =>
  changeTexts(storable(kind.schema, content), kind.secrets, (text, field) =>
    sealing.seal(text, [...kind.record, field]),
  )

/** Whether every secret in the JSON of a record is sealed with the key that seals now. */
export const isSealedContent = (
  { secrets }: Pick<RecordKind<TSchema>, 'secrets'>,
  json: unknown,
  sealing: Sealing,
): boolean => {
  let sealed = true
  changeTexts(json, secrets, (stored) => {
    if (!sealing.isCurrent(stored)) sealed = false
    return stored
  })
  return sealed
}
