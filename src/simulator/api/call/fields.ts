/**
 * What a request must hold, field by field, and the errcode of what is missing or wrong. No I/O.
 */
import { isJsonObject } from '../../../json-object'
import { Refusal } from '../../world/refusals'
import type { ApiCall, Given } from './endpoint'

type Fields = Readonly<Record<string, unknown>>

const isMissing = (value: unknown) => value === undefined || value === null || value === ''

/**
 * A text that a request must hold.
 *
 * @param missing the errcode if it is absent or empty
 * @throws {Refusal} `missing`, or 40058 if it is no text
 */
export const textIn = (fields: Fields, name: string, missing: number): string => {
  const value = fields[name]
  if (isMissing(value)) throw new Refusal(missing)
  if (typeof value !== 'string') throw new Refusal(40058)
  return value
}

/**
 * A whole number that a request must hold; numbers written as text count, as they do with WeCom.
 */
export const integerIn = (fields: Fields, name: string, missing: number): number => {
  const value = fields[name]
  if (isMissing(value)) throw new Refusal(missing)
  const number = typeof value === 'string' ? Number(value) : value
  if (!Number.isSafeInteger(number)) throw new Refusal(40058)
  return number as number
}

/** Reads one field of a request. Throws a refusal. */
export type Field<T> = (fields: Fields, name: string) => T

/** The field of a text, with the errcode if it is missing. */
export const text =
  (missing = 40058): Field<string> =>
  (fields, name) =>
    textIn(fields, name, missing)

/** The field of a whole number, with the errcode if it is missing. */
export const integer =
  (missing = 40058): Field<number> =>
  (fields, name) =>
    integerIn(fields, name, missing)

/** A list of 1 to `most` texts. */
export const texts =
  (most: number): Field<readonly string[]> =>
  (fields, name) => {
    const value = fields[name]
    if (!Array.isArray(value) || value.length === 0 || value.length > most) throw new Refusal(40058)
    if (!value.every((one) => typeof one === 'string')) throw new Refusal(40058)
    return value
  }

/** A list of 1 to `most` objects. */
export const objects =
  (most: number): Field<readonly Fields[]> =>
  (fields, name) => {
    const value = fields[name]
    if (!Array.isArray(value) || value.length === 0 || value.length > most) throw new Refusal(40058)
    if (!value.every(isJsonObject)) throw new Refusal(40058)
    return value
  }

/** The field of an object. */
export const object = (): Field<Fields> => (fields, name) => {
  const value = fields[name]
  if (!isJsonObject(value)) throw new Refusal(40058)
  return value
}

/** The same field where a request may leave it out. */
export const optional =
  <T>(field: Field<T>): Field<T | null> =>
  (fields, name) =>
    isMissing(fields[name]) ? null : field(fields, name)

type Values<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never }

const valuesOf = <F extends Readonly<Record<string, Field<unknown>>>>(
  wanted: F,
  fields: Fields,
): Values<F> =>
  Object.fromEntries(
    Object.entries(wanted).map(([name, field]) => [name, field(fields, name)]),
  ) as Values<F>

/** An answer to a request that holds these fields: in the query of a GET, in the body of a POST. */
export const needs =
  <F extends Readonly<Record<string, Field<unknown>>>, Rest extends readonly unknown[]>(
    wanted: F,
    answer: (values: Values<F>, call: ApiCall, ...rest: Rest) => Given,
  ): ((call: ApiCall, ...rest: Rest) => Given) =>
  (call, ...rest) =>
    answer(valuesOf(wanted, call.fields), call, ...rest)
