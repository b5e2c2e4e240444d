/** The check before a write that what is written can be read again. No I/O. No clock. */
import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

/**
 * A record as it will read when it comes back from storage.
 *
 * @throws {Error} it doesn't fit its schema: a mistake of the program, found before the disk has it
 */
export const storable = <S extends TSchema>(schema: S, record: Static<S>): Static<S> => {
  const copy: unknown = JSON.parse(JSON.stringify(record))
  if (Value.Check(schema, copy)) return copy
  // The field alone: its value may be a secret.
  throw new Error(
    `A record does not fit its schema: see ${Value.Errors(schema, copy).First()?.path}`,
  )
}
