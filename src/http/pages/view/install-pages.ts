/**
 * The pages of an installation. Each function gives a whole document for `htmlAnswer`, in both
 * languages with the given one first (`languageOf`). Names come as they are and are cleaned here.
 */
import { html } from './document/html'
import { both, renderPage } from './document/layout'
import { qrImage } from './document/qr-image'
import { shownName } from './document/shown-name'
import { goOnScript, waitScript } from './scripts/scripts'
import type { Bilingual, Language } from './texts/language'
import {
  buttons,
  labels,
  pageTexts,
  redirectWithheld,
  scanStates,
  tellSupportCode,
} from './texts/page-texts'

/**
 * The beginning: goes on to WeCom's install page by itself, with our origin as its Referer.
 *
 * @param address WeCom's install page with everything in its query
 */
export const goOnPage = (language: Language, { address }: { readonly address: string }): string =>
  renderPage(language, {
    mark: 'onward',
    text: pageTexts.goOn,
    button: { label: buttons.goOn, address },
    refresh: { seconds: 0, address },
    script: goOnScript,
  })

export interface InstallQr {
  /** What the QR code holds: the `qrcode_url` of `get_customized_auth_url`. */
  readonly qrLink: string
  /**
   * The path that the page asks every two seconds, with its query. Its answer is JSON
   * `{ "next": ADDRESS | null }`: where the page goes on once the company has installed. A 4xx
   * other than 429 ends the asking; the page then says that it is too old.
   */
  readonly waitingPath: string
}

/** The beginning for a customised suite: a QR code, until an administrator has scanned it. */
export const installQrPage = (language: Language, { qrLink, waitingPath }: InstallQr): string =>
  renderPage(language, {
    mark: 'scan',
    text: pageTexts.installQr,
    figure: html`<div class="code">${qrImage(qrLink, labels.qrCode[language])}
<p class="state" id="waiting" role="status" data-ask="${waitingPath}">${both(language, scanStates.waiting)}</p>
<p class="state" id="over" role="alert" hidden>${both(language, scanStates.over)}</p></div>
`,
    script: waitScript,
  })

/** The return while the exchange takes long: loads the same address again in 2 s. */
export const installingPage = (language: Language): string =>
  renderPage(language, {
    mark: 'waiting',
    text: pageTexts.installing,
    refresh: { seconds: 2, address: '' },
  })

export interface Installed {
  readonly corpName: string
  /** The company had the app before. */
  readonly already: boolean
  /** The state didn't fit: the company is kept, the browser isn't sent on. */
  readonly redirectWithheld: boolean
  /** What was wrong with the state, and the letters that the log has too; null for nothing. */
  readonly refusedState: { readonly code: string; readonly supportCode: string } | null
}

/** The return where there is nowhere to go on to. */
export const installedPage = (language: Language, installed: Installed): string => {
  const text = installed.already ? pageTexts.alreadyInstalled : pageTexts.installed
  return renderPage(language, {
    mark: 'done',
    text: installed.redirectWithheld
      ? { ...text, sentences: [...text.sentences, redirectWithheld] }
      : text,
    facts: [{ label: labels.company, value: shownName(installed.corpName) }],
    ...(installed.refusedState && { codes: installed.refusedState }),
  })
}

export interface InstallFailed {
  /** A code of ours: `wecom_error`, `code_spent` … */
  readonly code: string
  /** Why, and what helps, as `explain` of an errcode says it; null where nobody knows. */
  readonly reason: Bilingual | null
  readonly cure: Bilingual | null
  /** Eight letters that the log line has, too. */
  readonly supportCode: string
  /** Where the button begins a new installation; null for no button. */
  readonly again: string | null
}

/** The return of an installation that WeCom or we refused. */
export const installFailedPage = (language: Language, failed: InstallFailed): string => {
  const { title, sentences } = pageTexts.installFailed
  return renderPage(language, {
    mark: 'attention',
    text: {
      title,
      sentences: [
        ...sentences,
        ...[failed.reason, failed.cure].filter((sentence) => sentence !== null),
        tellSupportCode,
      ],
    },
    codes: { code: failed.code, supportCode: failed.supportCode },
    button: failed.again === null ? null : { label: buttons.tryAgain, address: failed.again },
  })
}
