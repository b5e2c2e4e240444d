/** Checks of bodies that few requests carry. */
import type { Static, TSchema } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'

export interface LateCheck<T extends TSchema> {
  Check(sent: unknown): sent is Static<T>
  Errors(sent: unknown): ReturnType<TypeCheck<T>['Errors']>
}

/**
 * Compiled by the first body that it is asked about: compiling takes milliseconds, and every start
 * of the service, and of most commands, would wait for all of them.
 */
export const lateCheck = <T extends TSchema>(schema: T): LateCheck<T> => {
  let compiled: TypeCheck<T> | null = null
  const check = () => {
    compiled ??= TypeCompiler.Compile(schema)
    return compiled
  }
  return {
    Check: (sent): sent is Static<T> => check().Check(sent),
    Errors: (sent) => check().Errors(sent),
  }
}
