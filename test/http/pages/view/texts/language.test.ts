import { expect, test } from 'bun:test'
import { languageOf } from '../../../../../src/http/pages/view/texts/language'

test.each([
  [null, null, 'zh'],
  [null, '', 'zh'],
  [null, '*', 'zh'],
  [null, 'zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  [null, 'en-US,en;q=0.9,zh-CN;q=0.8', 'en'],
  [null, 'zh;q=0.1, en', 'en'],
  [null, 'en;q=0, zh', 'zh'],
  [null, 'ja,zh-TW;q=0.5', 'zh'],
  [null, 'fr-FR,fr;q=0.9', 'en'],
  [null, 'EN-GB', 'en'],
  [null, ';;,q=;,\u0000', 'en'],
  ['en', 'zh-CN', 'en'],
  ['zh_CN', 'en', 'zh'],
  ['ZH-Hans', 'en', 'zh'],
  ['tlh', 'en', 'en'],
  ['tlh', null, 'zh'],
] as const)('lang=%j with Accept-Language %j is read as %s', (asked, header, language) => {
  expect(languageOf(asked, header)).toBe(language)
})

test('a header of any length takes no time', () => {
  expect(languageOf(null, `en,${'x,'.repeat(1_000_000)}`)).toBe('en')
})
