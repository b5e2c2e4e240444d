import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { htmlAnswer } from '../../../../src/http/pages/view/html-answer'
import { everyPage } from './every-page'

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

test('an answer keeps its page to itself', () => {
  const answer = htmlAnswer(403, everyPage.bad_state?.('zh') ?? '')
  expect(answer.status).toBe(403)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
})

test('the policy allows the styles and scripts of every page by their hashes, and no others', () => {
  const policy = htmlAnswer(200, '').headers.get('content-security-policy') ?? ''
  expect(policy).toStartWith("default-src 'none'; ")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('unsafe')
  const directive = (name: string) =>
    policy
      .split('; ')
      .find((one) => one.startsWith(`${name} `))
      ?.split(' ')
      .slice(1) ?? []
  const pages = Object.values(everyPage).map((page) => page('en'))
  const hashes = (tag: string) => [
    ...new Set(
      pages.flatMap((page) =>
        [...page.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))].map(([, text]) =>
          hashOf(text ?? ''),
        ),
      ),
    ),
  ]
  expect(hashes('style')).toEqual(directive('style-src'))
  expect(hashes('script').toSorted()).toEqual(directive('script-src').toSorted())
})

test('cookies and other headers of the caller stay, all of them', () => {
  const headers = new Headers({ 'retry-after': '60' })
  headers.append('set-cookie', 'a=1')
  headers.append('set-cookie', 'b=2')
  const answer = htmlAnswer(429, '', headers)
  expect(answer.headers.get('retry-after')).toBe('60')
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
})
