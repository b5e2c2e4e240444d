/**
 * The pages of failures, of installations and logins alike. Each function gives a whole document
 * for `htmlAnswer`, in both languages with the given one first (`languageOf`).
 */

import { type Fact, renderPage } from './document/layout'
import { shownName } from './document/shown-name'
import { failureTexts, type PageFailureCode } from './texts/failure-texts'
import type { Bilingual, Language } from './texts/language'
import { buttons, labels } from './texts/page-texts'

export interface Failed {
  /** `shownCodeOf` makes one of any code. */
  readonly code: PageFailureCode
  /** Eight letters that the log line has, too. */
  readonly supportCode: string
  /** Where the button starts over, keeping `redirect`, `corpid` and `way`; null for no button. */
  readonly again: string | null
  /** One safe sentence or WeCom's errcode, for whoever helps the reader. */
  readonly detail?: string | null
}

const longestDetail = 200

const startsOver: Partial<Record<PageFailureCode, Bilingual>> = {
  bad_state: buttons.startAgain,
  code_spent: buttons.startAgain,
  cookies_lost: buttons.goOn,
}

const render = (
  language: Language,
  { code, supportCode, again, detail }: Failed,
  facts: readonly Fact[],
  button = again === null ? null : { label: startsOver[code] ?? buttons.tryAgain, address: again },
): string =>
  renderPage(language, {
    mark: code === 'cookies_lost' ? 'onward' : 'attention',
    text: failureTexts[code],
    facts: detail
      ? [...facts, { label: labels.detail, value: shownName(detail, longestDetail) }]
      : facts,
    codes: { code, supportCode },
    button,
  })

/** Anything that fails, by its code. */
export const failedPage = (language: Language, failed: Failed): string =>
  render(language, failed, [])

export interface WrongCorp extends Omit<Failed, 'code'> {
  /** Names of companies, or their ids where the name isn't known. */
  readonly expectedCorp: string
  readonly otherCorp: string
}

/** `wrong_corp`: which company the link is for, and which one it was opened with. */
export const wrongCorpPage = (language: Language, wrong: WrongCorp): string =>
  render(language, { ...wrong, code: 'wrong_corp' }, [
    { label: labels.expectedCompany, value: shownName(wrong.expectedCorp) },
    { label: labels.otherCompany, value: shownName(wrong.otherCorp) },
  ])

export interface PermissionMissing extends Omit<Failed, 'code'> {
  /** WeCom's page where an administrator grants it; null where none is known. */
  readonly permissionPage: string | null
}

/** `permission_missing`: with WeCom's permission page as the button. */
export const permissionMissingPage = (language: Language, missing: PermissionMissing): string => {
  const { permissionPage: address } = missing
  const failed: Failed = { ...missing, code: 'permission_missing' }
  if (address === null) return render(language, failed, [])
  return render(language, failed, [], { label: buttons.openPermissions, address })
}
