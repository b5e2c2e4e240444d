/**
 * The pages of a login. Each function gives a whole document for `htmlAnswer`, in both languages
 * with the given one first (`languageOf`). Names come as they are and are cleaned here.
 */
import { html } from './document/html'
import { renderPage } from './document/layout'
import { qrImage } from './document/qr-image'
import { shownName } from './document/shown-name'
import type { Language } from './texts/language'
import { labels, pageTexts } from './texts/page-texts'

/**
 * The beginning in a browser where nobody can sign in: the link to open in WeCom, as a QR code and
 * to copy.
 *
 * @param link a whole address; beyond 1000 bytes it comes without a QR code, which none could scan
 */
export const openInWecomPage = (
  language: Language,
  { link }: { readonly link: string },
): string => {
  const qr = qrImage(link, labels.qrCode[language])
  return renderPage(language, {
    mark: 'scan',
    text: pageTexts.openInWecom,
    figure: qr && html`<div class="code">${qr}</div>\n`,
    facts: [{ label: labels.link, value: link, whole: true }],
  })
}

export interface SignedIn {
  /** Empty for somebody of no company. */
  readonly corpName: string
  readonly userid: string
}

/** The return of a login without a `redirect`: who the member is. */
export const signedInPage = (language: Language, { corpName, userid }: SignedIn): string =>
  renderPage(language, {
    mark: 'done',
    text: pageTexts.signedIn,
    facts: [
      ...(corpName === '' ? [] : [{ label: labels.company, value: shownName(corpName) }]),
      { label: labels.account, value: shownName(userid) },
    ],
  })
