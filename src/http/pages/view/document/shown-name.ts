/** Names that others chose, as a page shows them. Pure. */

/** Code points of a name; a sentence may have more. */
const longestName = 60

/**
 * Signs that show nothing and change how others are read: controls, line and paragraph separators,
 * marks and overrides of direction, zero width spaces. The joiner of emoji stays.
 */
const invisible = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]+/gu

/** A name on one line, without signs that would turn the page around it, cut to 60 characters. */
export const shownName = (name: string, longest = longestName): string => {
  // Cut first, so that no length makes work; a character has at most two units.
  const start = name.slice(0, 20 * longest).toWellFormed()
  const clean = start.replace(invisible, ' ').replace(/\s+/g, ' ').trim()
  const characters = [...clean]
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : clean
}
