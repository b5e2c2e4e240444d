/** The search for the secrets in the JSON of a record. No I/O. */
import { isJsonObject } from '../../../json-object'

type Change = (text: string, field: string) => string

const changeAt = (
  value: unknown,
  path: readonly string[],
  field: string,
  change: Change,
): unknown => {
  const [step, ...rest] = path
  if (step === undefined) return typeof value === 'string' ? change(value, field) : value
  if (Array.isArray(value) && step === '*') {
    return value.map((item, i) => changeAt(item, rest, `${field}/${i}`, change))
  }
  if (!isJsonObject(value)) return value
  const names = Object.keys(value).filter((name) => step === '*' || name === step)
  const changed = names.map((name) => [
    name,
    changeAt(value[name], rest, `${field}/${name}`, change),
  ])
  return { ...value, ...Object.fromEntries(changed) }
}

/**
 * The same content with the texts at some fields changed. What is not there, or is no text, is left
 * as it is: whether it should be there is for the record's schema to say.
 *
 * @param fields paths like `/ticket/value`; `*` stands for any name, and for each item of an array
 * @param change gets a text and the path where it was found
 */
export const changeTexts = (content: unknown, fields: readonly string[], change: Change): unknown =>
  fields.reduce((next, path) => changeAt(next, path.split('/').slice(1), '', change), content)
