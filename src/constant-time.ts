/** How secrets are compared. */
import { hash, timingSafeEqual } from 'node:crypto'

const digest = (text: string): Buffer => hash('sha256', text, 'buffer')

/**
 * Compares two texts in a time that tells nothing of what is in them, nor whether they are as long.
 */
export const equalInConstantTime = (one: string, other: string): boolean =>
  timingSafeEqual(digest(one), digest(other))
