/** The two languages, and which of them a page is in first. Pure. */
import type { Bilingual, Language } from '../../../../wecom/errcode/errcode'

export type { Bilingual, Language }

/** What a page says. Nobody can leave out a language. */
export interface PageText {
  readonly title: Bilingual
  readonly sentences: readonly Bilingual[]
}

/** What `lang=` says of an element. */
export const langTag: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en' }

/** The one that comes below. */
export const otherLanguage = (language: Language): Language => (language === 'zh' ? 'en' : 'zh')

const longestHeader = 200

/** The languages of `Accept-Language`, most wanted first. */
const wanted = (header: string): string[] =>
  header
    .slice(0, longestHeader)
    .toLowerCase()
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((text) => text.trim())
      const quality = parameters.find((text) => text.startsWith('q='))
      return { tag, q: quality === undefined ? 1 : Number(quality.slice(2)) }
    })
    .filter(({ tag, q }) => tag !== '' && tag !== '*' && q > 0)
    .toSorted((a, b) => b.q - a.q)
    .map(({ tag }) => tag.split('-')[0] ?? '')

const isOurs = (tag: string | undefined): tag is Language => tag === 'zh' || tag === 'en'

/** The language that `lang` asks for (`zh`, `zh-CN`, `en` …); null if that is none of ours. */
export const languageAsked = (asked: string | null | undefined): Language | null => {
  const tag = asked?.toLowerCase().split(/[-_]/)[0]
  return isOurs(tag) ? tag : null
}

/**
 * The language that a browser asks for: `?lang=` (`zh`, `zh-CN`, `en` …), else the first that we
 * have of `Accept-Language`. Who asks for neither gets English, who asks for nothing Chinese, since
 * WeCom's members are.
 *
 * @param asked the query's `lang`
 * @param acceptLanguage the header
 */
export const languageOf = (
  asked: string | null | undefined,
  acceptLanguage: string | null | undefined,
): Language => {
  const accepted = wanted(acceptLanguage ?? '')
  const ours = languageAsked(asked) ?? accepted.find(isOurs)
  return ours ?? (accepted.length > 0 ? 'en' : 'zh')
}
