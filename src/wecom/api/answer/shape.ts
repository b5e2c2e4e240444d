/**
 * An answer held against the schema of what a call needs: numbers that came as text are numbers,
 * and what is odd and not needed is left out. Pure.
 */
import { type Static, type TSchema, Type, TypeGuard } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

/** A token, a code, a ticket or an id: WeCom documents 512 bytes at most. */
export const boundedText = Type.String({ minLength: 1, maxLength: 4096, isTrimmed: true })

/** None of them begins or ends with what a careless writer may put around it. */
const surroundings = /^[\s\p{Cc}\uFFFD]+|[\s\p{Cc}\uFFFD]+$/gu

/** A number that WeCom counts or numbers things with. */
export const countingNumber = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

const decimal = /^\s*[+-]?\d{1,16}(?:\.\d{1,16})?\s*$/

/** The number that a value is or spells; undefined if it is none. */
export const numberIn = (value: unknown): number | undefined => {
  if (typeof value === 'string') return decimal.test(value) ? Number(value) : undefined
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/**
 * The value in the schema's own type as far as it can be had; whether it fits is another question.
 */
const shaped = (schema: TSchema, value: unknown): unknown => {
  if (TypeGuard.IsNumber(schema) || TypeGuard.IsInteger(schema)) return numberIn(value) ?? value
  if (schema.isTrimmed === true && typeof value === 'string') return value.replace(surroundings, '')
  if (TypeGuard.IsArray(schema) && Array.isArray(value)) {
    const items = value.map((item) => shaped(schema.items, item))
    return items.filter((item) => Value.Check(schema.items, item))
  }
  if (!TypeGuard.IsObject(schema) || typeof value !== 'object' || value === null) return value
  const members: Record<string, unknown> = { ...value }
  for (const [name, own] of Object.entries(schema.properties)) {
    if (!Object.hasOwn(members, name)) continue
    const item = shaped(own, members[name])
    const needed = !TypeGuard.IsOptional(own) || own.askedFor === true
    if (!needed && !Value.Check(own, item)) delete members[name]
    else members[name] = item
  }
  return members
}

/**
 * The answer as the call needs it; null if something is missing that it can't do without, or odd
 * although it is `askedFor`, as the schema's own option says.
 */
export const fitted = <S extends TSchema>(schema: S, answer: unknown): Static<S> | null => {
  const value = shaped(schema, answer)
  return Value.Check(schema, value) ? value : null
}

/** Whether a call needs anything at all of its answer. */
export const needsSomething = (schema: TSchema): boolean =>
  TypeGuard.IsObject(schema) && (schema.required?.length ?? 0) > 0
