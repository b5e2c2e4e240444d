/** Schemas of fields that stand in many answers. */
import { t } from 'elysia'

/** A text or null; the description says what null means. */
export const nullableText = (description: string) =>
  t.Union([t.String(), t.Null()], { description })

/** A whole number or null, likewise. */
export const nullableInteger = (description: string) =>
  t.Union([t.Integer(), t.Null()], { description })
