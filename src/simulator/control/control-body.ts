/** What bodies of the control API are: JSON whatever the content type says. */
import { t } from 'elysia'
import { boundedText } from '../api/call/bounded-text'

/** The JSON of a body; none at all means `{}`. */
export const jsonBody = async ({ request }: { request: Request }): Promise<unknown> => {
  const text = await boundedText(request)
  return text.trim() === '' ? {} : JSON.parse(text)
}

export const oneOf = <const T extends readonly string[]>(values: T) =>
  t.Union(values.map((value) => t.Literal(value as T[number])))
