/**
 * Marks that tell the blanks of an XML text that somebody wrote from the document's layout. Parsers
 * hand out one text for both. So the borders of what was meant to the letter, CDATA sections and
 * references to blanks, are marked with a character that the document doesn't hold before it is
 * parsed, and the marks are taken out afterwards. No I/O. No clock.
 */

/** Private-use characters: they stand for nothing, and XML allows them. */
const firstPrivate = 0xe000
const privateUse = 0x1900

/** A character that a text doesn't hold; null if it holds each that could be one. */
export const unusedMark = (text: string): string | null => {
  const first = String.fromCharCode(firstPrivate)
  if (!text.includes(first)) return first
  const used = new Uint8Array(privateUse)
  for (let at = 0; at < text.length; at++) {
    const place = text.charCodeAt(at) - firstPrivate
    if (place >= 0 && place < privateUse) used[place] = 1
  }
  const free = used.indexOf(0)
  return free === -1 ? null : String.fromCharCode(firstPrivate + free)
}

const toTheLetter = /<!\[CDATA\[|\]\]>|&#(?:0*(?:9|10|13|32)|x0*(?:9|[aAdD]|20));/g

/** A well-formed document with a mark at each border of what was meant to the letter. */
export const markXml = (text: string, mark: string): string =>
  text.replace(toTheLetter, (found) => {
    if (found === ']]>') return mark + found
    return found.startsWith('&') ? mark + found + mark : found + mark
  })

/**
 * A document with a mark in place of each carriage return that somebody wrote: parsers make line
 * feeds of them, as XML wants it.
 */
export const markReturns = (text: string, mark: string): string =>
  text.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, (section) => section.replaceAll('\r', mark))

const layoutBefore = /^[ \t\r\n]+/
const isLayout = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at)
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d
}

/** Without regular expression: one that looks for blanks at the end is slow on blanks elsewhere. */
const withoutLayout = (text: string): string => {
  let end = text.length
  while (end > 0 && isLayout(text, end - 1)) end -= 1
  return text.slice(0, end).replace(layoutBefore, '')
}

/** How some samples of WeCom's print a CDATA section: outside of one, and without its bracket. */
const brokenCdata = /^!\[CDATA\[([\s\S]*)\]\]$/

/** A parsed text without its layout and its marks: what was meant to the letter stays as it is. */
export const withoutMarks = (text: string, mark: string): string => {
  const trimmed = withoutLayout(text)
  const inside = brokenCdata.exec(trimmed)?.[1]
  return (inside === undefined ? trimmed : withoutLayout(inside)).replaceAll(mark, '')
}

/**
 * Whether a parsed text can only be understood with marks: layout at its ends, or a broken CDATA.
 */
export const needsMarks = (text: string): boolean =>
  text !== '' &&
  (isLayout(text, 0) || isLayout(text, text.length - 1) || text.startsWith('![CDATA['))
