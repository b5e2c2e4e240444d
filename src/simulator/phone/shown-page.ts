/** What somebody reads of a page: its title, its words, its links, where it goes on to. Pure. */

export interface ShownPage {
  readonly title: string
  readonly text: string
  /** The addresses of its links, absolute, as they follow one another. */
  readonly links: readonly string[]
  /** Where it goes on by itself, and after how long. */
  readonly refresh: { readonly address: string; readonly seconds: number } | null
}

const longestText = 4000
const mostLinks = 50

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

const characterOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '')

const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    if (decimal) return characterOf(Number(decimal))
    if (hex) return characterOf(Number.parseInt(hex, 16))
    return entities[name] ?? whole
  })

const wordsOf = (html: string): string =>
  unescaped(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()

const attribute = (tag: string, name: string): string | null => {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag)
  return found ? unescaped(found[1] ?? found[2] ?? found[3] ?? '') : null
}

const refreshOf = (html: string, base: URL): ShownPage['refresh'] => {
  for (const [tag] of html.matchAll(/<meta\b[^>]*>/gi)) {
    if (attribute(tag, 'http-equiv')?.toLowerCase() !== 'refresh') continue
    const content = /^\s*(\d+)\s*(?:[;,]\s*(?:url\s*=\s*)?(.*))?$/is.exec(
      attribute(tag, 'content') ?? '',
    )
    const address = URL.parse(content?.[2]?.trim() ?? '', base.href)?.href
    if (content && address) return { address, seconds: Number(content[1]) }
  }
  return null
}

const linksOf = (html: string, base: URL): string[] =>
  [...html.matchAll(/<a\b[^>]*>/gi)]
    .map(([tag]) => URL.parse(attribute(tag, 'href') ?? '', base.href)?.href)
    .filter((href) => href !== undefined)
    .slice(0, mostLinks)

/** @param base the address of the page */
export const shownPage = (html: string, base: URL): ShownPage => {
  const visible = html.replace(/<(script|style|template|svg)\b[\s\S]*?<\/\1\s*>/gi, ' ')
  const title = /<title\b[^>]*>([\s\S]*?)<\/title>/i.exec(visible)
  return {
    title: wordsOf(title?.[1] ?? ''),
    text: wordsOf(visible.replace(title?.[0] ?? '', ' ')).slice(0, longestText),
    links: linksOf(visible, base),
    refresh: refreshOf(html, base),
  }
}
