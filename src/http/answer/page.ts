/** The shape of every list: newest first, a page at a time. */
import { type TSchema, t } from 'elysia'

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
