/** The document that every page is: the asked language large, the other one below it. Pure. */

import {
  type Bilingual,
  type Language,
  langTag,
  otherLanguage,
  type PageText,
} from '../texts/language'
import { labels } from '../texts/page-texts'
import { Html, html, linkTo } from './html'
import { type Mark, markImage } from './marks'
import { styleElement } from './style'

/** Something that differs from reader to reader, under its label. */
export interface Fact {
  readonly label: Bilingual
  readonly value: string
  /** A code or a link: in a font for that, and taken whole by one touch. */
  readonly whole?: boolean
}

export interface PageContent {
  readonly mark: Mark
  readonly text: PageText
  /** A QR code and what stands below it. */
  readonly figure?: Html | null
  readonly facts?: readonly Fact[]
  readonly button?: { readonly label: Bilingual; readonly address: string } | null
  /** What a provider needs to find the failure in its log, small at the end. */
  readonly codes?: { readonly code: string; readonly supportCode: string }
  /** Where the page goes by itself, and after how many seconds; an empty address is its own. */
  readonly refresh?: { readonly seconds: number; readonly address: string } | null
  /** One of `scripts`, which CSP knows. */
  readonly script?: string
}

/** A text in both languages, the other one small. */
export const both = (language: Language, text: Bilingual): Html => {
  const other = otherLanguage(language)
  return html`${text[language]} <small lang="${langTag[other]}">${text[other]}</small>`
}

const refreshOf = ({ refresh, script }: PageContent): Html | null => {
  if (!refresh) return null
  const target = refresh.address === '' ? '' : `; url=${linkTo(refresh.address)}`
  const tag = html`<meta http-equiv="refresh" content="${refresh.seconds}${target}">`
  // Where a script goes on, the refresh is for browsers that run none.
  return script === undefined ? tag : html`<noscript>${tag}</noscript>`
}

const factOf = (language: Language, { label, value, whole }: Fact): Html => {
  const place = whole ? html` class="whole"` : null
  return html`<div class="fact"><dt>${both(language, label)}</dt><dd${place}><bdi>${value}</bdi></dd></div>
`
}

const factsOf = (language: Language, facts: readonly Fact[], kind: string): Html | null =>
  facts.length === 0
    ? null
    : html`<dl class="${kind}">
${facts.map((fact) => factOf(language, fact))}</dl>
`

const codesOf = (language: Language, { codes }: PageContent): Html | null =>
  codes === undefined
    ? null
    : factsOf(
        language,
        [
          { label: labels.errorCode, value: codes.code, whole: true },
          { label: labels.supportCode, value: codes.supportCode, whole: true },
        ],
        'codes',
      )

const buttonOf = (language: Language, { button }: PageContent): Html | null =>
  button
    ? html`<a class="button" id="go" href="${linkTo(button.address)}">${both(language, button.label)}</a>\n`
    : null

const sentencesOf = (language: Language, { sentences }: PageText): Html[] =>
  sentences.map((sentence) => html`<p class="says">${sentence[language]}</p>\n`)

/** The whole document. */
export const renderPage = (language: Language, content: PageContent): string => {
  const { mark, text, figure, facts, script } = content
  const other = otherLanguage(language)
  return html`<!doctype html>
<html lang="${langTag[language]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no">
<title>${text.title[language]}</title>
<link rel="icon" href="data:,">
${styleElement}
${refreshOf(content)}
</head>
<body>
<main>
${markImage(mark)}
<h1>${text.title[language]}</h1>
${sentencesOf(language, text)}${figure ?? null}${factsOf(language, facts ?? [], 'facts')}${buttonOf(language, content)}<section class="other" lang="${langTag[other]}">
<p class="title">${text.title[other]}</p>
${sentencesOf(other, text)}</section>
${codesOf(language, content)}</main>
${script === undefined ? null : Html.fixed(`<script>${script}</script>`)}
</body>
</html>
`.toString()
}
