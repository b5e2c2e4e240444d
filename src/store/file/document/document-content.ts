/** The content of a document: what it must hold, and how its secrets are sealed in it. No I/O. */
import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { fail, type Result, succeed } from '../../../errors'
import { storable } from '../../driver/records/storable'
import { openFailureText, type Place, type Sealing } from '../../driver/sealing'
import { changeTexts } from './secret-fields'

export interface DocumentKind<S extends TSchema> {
  /** Path below the data folder. */
  readonly file: string
  /** Of its content, the secrets in clear. */
  readonly schema: S
  /** Whether the content names the same owner as the file does. */
  belongs(content: Static<S>): boolean
  /** Written durably, with a copy beside it; damage to it is an error for the log. */
  readonly precious: boolean
  /** Whose it is; corpid null: the suite's own; both null: the service's. */
  readonly owner: { readonly suiteId: string | null; readonly corpid: string | null }
  /** What its secrets are bound to, together with their field. */
  readonly record: Place
  /** Where its secrets stand, as paths; `*` stands for any name. */
  readonly secrets: readonly string[]
}

/** The JSON of a document's file as its content, or what is wrong with it in a few safe words. */
export const openContent = <S extends TSchema>(
  kind: DocumentKind<S>,
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
 * The content of a document as the JSON of its file.
 *
 * @throws {Error} it doesn't fit its schema: a mistake of the program
 */
export const sealContent = <S extends TSchema>(
  kind: DocumentKind<S>,
  content: Static<S>,
  sealing: Sealing,
): unknown =>
  changeTexts(storable(kind.schema, content), kind.secrets, (text, field) =>
    sealing.seal(text, [...kind.record, field]),
  )

/** Whether every secret in the JSON of a document's file is sealed with the key that seals now. */
export const isSealedContent = (
  { secrets }: Pick<DocumentKind<TSchema>, 'secrets'>,
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
