/** HTML in which everything is escaped but what is HTML already. Pure. */

/** A piece of markup. Only this file makes one, so that no text can pass for it. */
export class Html {
  readonly #markup: string

  private constructor(markup: string) {
    this.#markup = markup
  }

  /** Markup that is fixed or comes from a library. Never what came from outside. */
  static fixed(markup: string): Html {
    return new Html(markup)
  }

  toString(): string {
    return this.#markup
  }
}

/** What may stand in a template; null leaves its place empty. */
export type Part = string | number | Html | null | readonly Part[]

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

const markupOf = (part: Part): string => {
  if (part === null) return ''
  if (part instanceof Html) return part.toString()
  if (typeof part === 'object') return part.map(markupOf).join('')
  return String(part).replace(/[&<>"'`]/g, (sign) => escapes[sign] ?? '')
}

/**
 * Markup with its parts escaped, for text and for attributes in quotes alike. A link goes through
 * `linkTo` before.
 */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  Html.fixed(texts.map((text, at) => text + markupOf(parts[at] ?? null)).join(''))

/**
 * An address as a link may have it: `https:`, `http:`, a path of our own, a query of its page.
 *
 * @throws {TypeError} any other scheme, or what only looks like a path: `javascript:`, `//host`
 */
export const linkTo = (address: string): string => {
  if (/^(?:\?|\/(?![/\\]))/.test(address) || /^https?:\/\//i.test(address)) return address
  throw new TypeError('a link of a page is neither http(s) nor a path of our own')
}
