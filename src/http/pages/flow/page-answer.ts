/** How a flow is answered: a page of ours, or the way on. */
import type { FlowAnswer } from '../../../suite/pages/flow/flow-answer'
import type { PageFailure } from '../../../suite/pages/flow/flow-refusal'
import { meanings } from '../../answer/problem'
import { queryOf } from '../../request/address'
import { failedPage, permissionMissingPage, wrongCorpPage } from '../view/failure-pages'
import { htmlAnswer } from '../view/html-answer'
import { installedPage, installFailedPage } from '../view/install-pages'
import { signedInPage } from '../view/login-pages'
import { failureTexts, shownCodeOf } from '../view/texts/failure-texts'
import { type Language, languageOf } from '../view/texts/language'

/** The language of whoever reads the answer. */
export const readerOf = (request: Request): Language =>
  languageOf(
    new URLSearchParams(queryOf(request)).get('lang'),
    request.headers.get('accept-language'),
  )

const withCookies = (setCookies: readonly string[]): Headers => {
  const headers = new Headers()
  for (const cookie of setCookies) headers.append('set-cookie', cookie)
  return headers
}

/** The way on. Nobody keeps it: a flow is of one browser and one moment. */
export const goAnswer = (location: string, setCookies: readonly string[] = []): Response => {
  const headers = withCookies(setCookies)
  headers.set('location', location)
  headers.set('cache-control', 'no-store')
  return new Response(null, { status: 302, headers })
}

/** A page with cookies. */
export const pageAnswer = (
  status: number,
  page: string,
  setCookies: readonly string[] = [],
): Response => htmlAnswer(status, page, withCookies(setCookies))

/** 企业微信管理后台 → 应用管理: where an administrator sees and grants what an app may do. */
const permissionPage = 'https://work.weixin.qq.com/wework_admin/frame#apps'

/** Codes of pages alone stand beside those of all answers. */
const statuses: Readonly<Record<string, { readonly status: number }>> = {
  ...meanings,
  declined: { status: 403 },
  permission_missing: { status: 403 },
  cookies_lost: { status: 400 },
  code_spent: { status: 400 },
}

const statusOf = (code: string): number => (statuses[code] ?? meanings.internal_error).status

/**
 * The page of a failure.
 *
 * @param again where its button begins anew, or null
 */
export const failureAnswer = (
  language: Language,
  { code, detail, supportCode, corps, retryAfterSeconds }: PageFailure,
  again: string | null,
  setCookies: readonly string[] = [],
): Response => {
  const told = { supportCode, again, detail }
  const page =
    code === 'wrong_corp' && corps !== null
      ? wrongCorpPage(language, { ...told, expectedCorp: corps[0], otherCorp: corps[1] })
      : code === 'permission_missing'
        ? permissionMissingPage(language, { ...told, permissionPage })
        : failedPage(language, { ...told, code: shownCodeOf(code) })
  const headers = withCookies(setCookies)
  if (retryAfterSeconds !== null) headers.set('retry-after', String(retryAfterSeconds))
  return htmlAnswer(statusOf(code), page, headers)
}

/** The end of a flow. */
export const flowAnswer = (
  language: Language,
  answer: FlowAnswer,
  setCookies: readonly string[],
): Response => {
  switch (answer.kind) {
    case 'go':
      return goAnswer(answer.location, setCookies)
    case 'signed_in':
      return pageAnswer(200, signedInPage(language, answer), setCookies)
    case 'installed': {
      const status = answer.refusedState === null ? 200 : statusOf(answer.refusedState.code)
      return pageAnswer(status, installedPage(language, answer), setCookies)
    }
    case 'install_failed': {
      const { failure, again } = answer
      const { code, supportCode } = failure
      const [reason = null] = failureTexts[shownCodeOf(code)].sentences
      const page = installFailedPage(language, { code, supportCode, again, reason, cure: null })
      return pageAnswer(statusOf(code), page, setCookies)
    }
    case 'failed':
      return failureAnswer(language, answer.failure, answer.again, setCookies)
  }
}
