/**
 * The subject of a message, whom or what it is about besides its company: the texts that the
 * catalogue points to. Pure.
 */
import { catalogueEntry } from '../catalogue/catalogue'
import { textOf, type XmlObject, type XmlValue } from './xml'

/** By the element's name, with dots for those inside others; one that repeats is a list. */
export type Subject = Readonly<Record<string, string | string[]>>

/** The texts at a path of elements, whatever of it repeats. */
const textsAt = (value: XmlValue | undefined, path: readonly string[]): string[] => {
  if (value === undefined) return []
  if (Array.isArray(value)) return value.flatMap((item) => textsAt(item, path))
  const [name, ...rest] = path
  if (name === undefined) return typeof value === 'string' && value !== '' ? [value] : []
  return typeof value === 'object' && Object.hasOwn(value, name) ? textsAt(value[name], rest) : []
}

/** The subject of a message; empty for a type that isn't in the catalogue. */
export const subjectOf = (type: string, payload: XmlObject): Subject => {
  const entry = catalogueEntry(type)
  const subject: Record<string, string | string[]> = {}
  for (const path of entry?.subject ?? []) {
    const texts = textsAt(payload, path.split('.'))
    const [only] = texts
    if (only !== undefined) subject[path] = texts.length === 1 ? only : texts
  }
  const changeType = entry?.changeTypes && textOf(payload, 'ChangeType')
  return changeType ? { ChangeType: changeType, ...subject } : subject
}
