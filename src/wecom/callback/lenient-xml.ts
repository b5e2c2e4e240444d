/**
 * The second reader: of documents that break XML's rules about characters. Members type control
 * characters, WeCom's wrapper lets them through, and a message that can't be had twice is worth
 * more than a rule. What is careless is put right first; `fast-xml-parser` then sees to it that the
 * elements match. No I/O. No clock.
 */
import { XMLParser } from 'fast-xml-parser'

/**
 * Longer documents are left unread. WeCom's have a few kilobytes, those with tickets and codes less
 * than one, and what is careless takes ten times as long to read as what is right.
 */
export const longestMended = 128 * 1024

/** As many as the parser allows by itself: what it would refuse need not be put right. */
const deepestNesting = 100

// Attributes carry nothing in WeCom's messages and are left out. A quoted value with a bracket in
// it is no tag here: the parser might see it end elsewhere. Control characters in a tag stand for
// nothing. Each alternative can match in one way only, so that none of this takes long.
const control = '[\\0-\\u0008\\u000E-\\u001F\\u007F]'
const gap = '[\\s\\0-\\u001F\\u007F]'
const letter = `[^\\s\\0-\\u001F\\u007F<>"'/=&!?]`
const nameOf = `${control}*(?![\\d.-])${letter}+(?:${control}+${letter}+)*`
const attributeValue = `(?:"[^"<>]*"|'[^'<>]*'|[^\\s\\0-\\u001F\\u007F<>"'/=]+)`
const attribute = `${gap}+${letter}+${gap}*=${gap}*${attributeValue}`
const cdata = '!\\[[Cc][Dd][Aa][Tt][Aa]\\['
const markup = new RegExp(
  `<(?:${cdata}|!--|\\?|(\\/?)(${nameOf})(?:${attribute})*${gap}*(\\/?)>)`,
  'y',
)
const controls = new RegExp(control, 'g')

/** What may follow the end of a section, and what a member's own `]]>` has rarely behind it. */
const tagFollows = new RegExp(`[ \\t\\r\\n]*<(?:\\/?[A-Za-z_]|${cdata}|!--|\\?)`, 'y')

const reference = /&(?:(amp|lt|gt|quot|apos)|#(?:x0*([0-9a-fA-F]{1,6})|0*([0-9]{1,7})));/g
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const blankOrNull = (text: string, at: number): boolean => ' \t\r\n\0'.includes(text.charAt(at))

/**
 * What stands between the first bracket and the last one: blanks and NULs around a document, and
 * text behind it, are no part of it.
 */
const withoutSurroundings = (text: string): string => {
  let start = text.startsWith('\uFEFF') ? 1 : 0
  while (start < text.length && blankOrNull(text, start)) start += 1
  return text.slice(start, text.lastIndexOf('>') + 1)
}

/**
 * A bracket that begins neither an element's end nor a section, a comment or a declaration is text.
 */
const isText = (text: string, at: number): boolean => !'!/?'.includes(text.charAt(at + 1) || '!')

const section = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`

/** Text outside of CDATA, as a section. What refers to nothing, such as a bare `&`, is text. */
const mendText = (text: string, mark: string): string => {
  if (/^[ \t\r\n]*$/.test(text)) return text
  const resolved = text.replace(
    reference,
    (found, name: string | undefined, hex: string | undefined, decimal: string | undefined) => {
      if (name !== undefined) return named[name] ?? found
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      if (code > 0x10ffff) return found
      // Half of a pair meets its other half when the pieces are put together.
      const character = String.fromCodePoint(code)
      return code <= 0x20 ? mark + character + mark : character
    },
  )
  return section(resolved)
}

/** Where a CDATA section ends: a member's `]]>`, which no tag follows, doesn't end it. */
const sectionEnd = (text: string, from: number, careless: boolean): number => {
  let end = text.indexOf(']]>', from)
  while (careless && end !== -1) {
    tagFollows.lastIndex = end + 3
    if (tagFollows.test(text)) return end
    end = text.indexOf(']]>', end + 3)
  }
  return end
}

/** The document as the parser can take it; null if a piece of it is no markup at all. */
const mend = (text: string, mark: string, careless: boolean): string | null => {
  let mended = ''
  let at = 0
  let searchFrom = 0
  let depth = 0
  for (;;) {
    const next = text.indexOf('<', searchFrom)
    if (next === -1) return (mended + mendText(text.slice(at), mark)).toWellFormed()
    markup.lastIndex = next
    const found = markup.exec(text)
    if (!found) {
      if (!isText(text, next)) return null
      searchFrom = next + 1
      continue
    }
    mended += mendText(text.slice(at, next), mark)
    const [opening, closing, name, selfClosing] = found
    at = next + opening.length
    searchFrom = at
    if (name !== undefined) {
      mended += `<${closing}${name.replace(controls, '')}${selfClosing}>`
      if (!selfClosing) depth += closing ? -1 : 1
      if (depth > deepestNesting) return null
      continue
    }
    const isSection = opening.endsWith('[')
    const [end, length] = isSection
      ? [sectionEnd(text, at, careless), 3]
      : opening === '<?'
        ? [text.indexOf('?>', at), 2]
        : [text.indexOf('-->', at), 3]
    if (end === -1) return null
    if (isSection) mended += section(mark + text.slice(at, end) + mark)
    at = end + length
    searchFrom = at
  }
}

const parser = new XMLParser({
  maxNestedTags: deepestNesting,
  parseTagValue: false,
  trimValues: false,
  jPath: false,
  onDangerousProperty: (name) => name,
})

const rootOf = (mended: string): unknown => {
  try {
    const document: Record<string, unknown> = parser.parse(mended, true)
    const [name, ...more] = Object.keys(document)
    const root = name === undefined ? undefined : document[name]
    return more.length > 0 || Array.isArray(root) ? undefined : root
  } catch {
    return undefined
  }
}

/**
 * The root's content, in the shape of `Bun.XML.parse`, with a mark at each border of what was meant
 * to the letter; undefined if it can't be read. Elements that don't match and a DOCTYPE stay
 * refused.
 *
 * @param mark a character that the text doesn't hold
 */
export const parseCarelessXml = (text: string, mark: string): unknown => {
  if (text.length > longestMended) return undefined
  const body = withoutSurroundings(text)
  for (const careless of [true, false]) {
    const mended = mend(body, mark, careless)
    const root = mended === null ? undefined : rootOf(mended)
    if (root !== undefined) return root
  }
  return undefined
}
