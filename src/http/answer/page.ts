/** The shape of every list: newest first, a page at a time. */
import { type Static, type TSchema, t } from 'elysia'
import { exampleOf, named } from './named-schema'

/** Where nobody says how many. */
export const itemsAPage = 50

export const pageQuery = {
  limit: t.Optional(
    t.Integer({
      title: 'limit',
      minimum: 1,
      maximum: 200,
      default: itemsAPage,
      description: 'Items a page.',
    }),
  ),
  cursor: t.Optional(t.String({ maxLength: 400, description: 'The `next` of the page before.' })),
}

export const pageOf = <T extends TSchema>(item: T) =>
  t.Object({
    items: t.Array(item),
    next: t.Union([t.String(), t.Null()], {
      description: 'The cursor of the page after, or null.',
    }),
  })

/** A page with the example of its items. */
export const examplePageOf = <T extends TSchema>(
  item: T,
): { items: Static<T>[]; next: string | null } => ({ items: [exampleOf(item)], next: null })

/** The list of a named schema, under a name of its own: `CorpList`. */
export const namedPageOf = <T extends TSchema>(name: string, item: T) =>
  named(name, pageOf(item), examplePageOf(item) as Static<ReturnType<typeof pageOf<T>>>)
