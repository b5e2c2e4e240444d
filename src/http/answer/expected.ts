/**
 * What a field should have been, in words, by its schema: of a choice the validator says "union
 * value". Pure.
 */
import { isJsonObject } from '../../json-object'

/** Elysia takes numbers as text too and says so in every schema, answers included. */
export const isCoercion = (schema: unknown): boolean =>
  isJsonObject(schema) &&
  schema.type === 'string' &&
  (schema.format === 'integer' || schema.format === 'numeric')

const listIn = (schema: Record<string, unknown>, name: string): readonly unknown[] | null => {
  const list = schema[name]
  return Array.isArray(list) ? list : null
}

const alternatives = (words: readonly string[]): string =>
  words.length > 2 ? `one of ${words.join(', ')}` : words.join(' or ')

const wordsFor = (schema: unknown): string => {
  if (!isJsonObject(schema)) return 'something else'
  const { const: literal, type, items } = schema
  const choices = listIn(schema, 'anyOf')?.filter((choice) => !isCoercion(choice))
  if (choices) return alternatives(choices.map(wordsFor))
  const values = listIn(schema, 'enum')
  if (values) return `one of ${values.join(', ')}`
  if (literal !== undefined) return String(literal)
  if (type === 'array') return `array of ${wordsFor(items)}`
  return typeof type === 'string' ? type : 'something else'
}

/**
 * The sentence for a field that is none of its choices, with what the field is for.
 *
 * @param schema a TypeBox schema
 * @returns null where it is no choice: the validator's own sentence says it
 */
export const expectedOf = (schema: object): string | null => {
  const one = schema as Record<string, unknown>
  if (!listIn(one, 'anyOf') && !listIn(one, 'enum')) return null
  const purpose = typeof one.description === 'string' ? `. ${one.description}` : ''
  return `Expected ${wordsFor(one)}${purpose}`
}
