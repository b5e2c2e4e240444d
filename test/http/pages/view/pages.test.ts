/** What holds for every page, and what each says of its own. */
import { describe, expect, test } from 'bun:test'
import { wrongCorpPage } from '../../../../src/http/pages/view/failure-pages'
import { installedPage, installFailedPage } from '../../../../src/http/pages/view/install-pages'
import { openInWecomPage, signedInPage } from '../../../../src/http/pages/view/login-pages'
import { shownCodeOf } from '../../../../src/http/pages/view/texts/failure-texts'
import type { Language } from '../../../../src/http/pages/view/texts/language'
import { corpName, everyPage, link, supportCode } from './every-page'

const languages = ['zh', 'en'] as const
const tagOf = { zh: 'zh-CN', en: 'en' }
const pages = Object.entries(everyPage)

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '')

/** Title and sentences, of which each language has its own. */
const said = (page: string): string[] => matches(page, /<(?:h1|p class="(?:says|title)")>([^<]*)</g)

describe.each(pages)('the page %s', (_, page) => {
  test.each(languages)('is a whole document in %s first', (language) => {
    const text = page(language)
    expect(text).toStartWith(`<!doctype html>\n<html lang="${tagOf[language]}">`)
    expect(matches(text, /<h1>([^<]+)<\/h1>/g)).toHaveLength(1)
    expect(matches(text, /<title>([^<]+)<\/title>/g)).toEqual(matches(text, /<h1>([^<]+)</g))
  })

  test('says the same in both languages, whichever is first', () => {
    const [zh, en] = [said(page('zh')), said(page('en'))]
    expect(zh.length).toBeGreaterThanOrEqual(4)
    expect(zh.toSorted()).toEqual(en.toSorted())
    const half = zh.length / 2
    expect(zh.slice(0, half)).toEqual(en.slice(half))
    for (const text of en.slice(0, half)) expect(text).not.toMatch(/\p{Script=Han}/u)
    for (const text of zh.slice(0, half)) expect(text).toMatch(/\p{Script=Han}/u)
    expect(page('zh')).toContain('<section class="other" lang="en">')
    expect(page('en')).toContain('<section class="other" lang="zh-CN">')
  })

  test('asks no other host for anything', () => {
    const text = page('en')
    const loaded = matches(text, /(?:\bsrc|srcset|poster|<link[^>]+href)="([^"]*)"/g)
    expect(loaded.filter((address) => !address.startsWith('data:'))).toEqual([])
    expect(text).not.toMatch(/@import|url\(|<(?:iframe|object|embed|form|base)\b/)
  })
})

describe('what came from outside', () => {
  const evil = `<script>alert(1)</script>" onload='x'\u202e${'x'.repeat(10_000)}`

  const facts = { supportCode, again: '/login', expectedCorp: evil, otherCorp: evil }
  const shown: Record<string, (language: Language) => string> = {
    installed: (language) =>
      installedPage(language, {
        corpName: evil,
        already: true,
        redirectWithheld: true,
        refusedState: null,
      }),
    signedIn: (language) => signedInPage(language, { corpName: evil, userid: evil }),
    wrong_corp: (language) => wrongCorpPage(language, facts),
    installFailed: (language) =>
      installFailedPage(language, {
        code: 'wecom_error',
        reason: { zh: evil, en: evil },
        cure: null,
        supportCode: evil,
        again: null,
      }),
    openInWecom: (language) => openInWecomPage(language, { link: evil }),
  }

  test.each(Object.entries(shown))('is text on the page %s', (_, page) => {
    const text = page('en')
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39;')
    expect(text).not.toContain('<script>alert')
  })

  test.each(['installed', 'signedIn', 'wrong_corp'])('is cut on the page %s', (name) => {
    const text = shown[name]?.('en') ?? ''
    expect(text).not.toContain('\u202e')
    expect(text.length).toBeLessThan(8000)
  })

  test('stays in its place by a bdi of its own', () => {
    const text = signedInPage('zh', { corpName: 'شركة', userid: 'li' })
    expect(text).toContain('<bdi>شركة</bdi>')
  })

  test('stands nowhere where there is none', () => {
    expect(signedInPage('en', { corpName: '', userid: 'oSomebody' })).not.toContain('Company')
  })

  test('is no link but to the web', () => {
    expect(() => wrongCorpPage('en', { ...facts, again: 'javascript:alert(1)' })).toThrow(TypeError)
  })
})

describe('each page', () => {
  const buttonOf = (page: string) => /<a class="button" id="go" href="([^"]*)">/.exec(page)?.[1]

  test('that goes on does so by script, by refresh without one, and by its button', () => {
    const text = everyPage.goOn?.('zh') ?? ''
    const address = 'https://open.work.weixin.qq.com/3rdapp/install?suite_id=ww1&amp;state=abc'
    expect(buttonOf(text)).toBe(address)
    expect(text).toContain(
      `<noscript><meta http-equiv="refresh" content="0; url=${address}"></noscript>`,
    )
  })

  test('that waits for the exchange loads itself again', () => {
    expect(everyPage.installing?.('zh')).toContain('<meta http-equiv="refresh" content="2">')
  })

  test.each(['bad_state', 'wrong_corp', 'installFailed'])(
    'of a failure shows the code and the support code: %s',
    (name) => {
      const text = everyPage[name]?.('zh') ?? ''
      expect(text).toContain(`<bdi>${name === 'installFailed' ? 'wecom_error' : name}</bdi>`)
      expect(text).toContain(`<bdi>${supportCode}</bdi>`)
      expect(buttonOf(text)).toBe('/install?redirect=https%3A%2F%2Fapp.example.com%2Fstart')
    },
  )

  test('with both companies names both', () => {
    const text = everyPage.wrong_corp?.('en') ?? ''
    expect(text).toContain(`<bdi>${corpName}</bdi>`)
    expect(text).toContain('<bdi>Northwind Traders (Shanghai) Co., Ltd.</bdi>')
  })

  test('about a permission leads to WeCom’s page for it', () => {
    expect(buttonOf(everyPage.permission_missing?.('en') ?? '')).toContain('work.weixin.qq.com')
  })

  test('without a way back has no button', () => {
    expect(buttonOf(everyPage.invalid_request?.('en') ?? '')).toBeUndefined()
  })

  test('for WeCom shows its link, and no QR code that nobody could scan', () => {
    expect(openInWecomPage('en', { link })).toContain('<img class="qr"')
    const long = `${link}&x=${'x'.repeat(1000)}`
    expect(openInWecomPage('en', { link: long })).not.toContain('<img')
    expect(openInWecomPage('en', { link: long })).toContain('x'.repeat(1000))
  })
})

test('a code without a page of its own has that of an inner failure', () => {
  expect(shownCodeOf('bad_state')).toBe('bad_state')
  expect(shownCodeOf('undecryptable')).toBe('internal_error')
  expect(shownCodeOf('toString')).toBe('internal_error')
})
