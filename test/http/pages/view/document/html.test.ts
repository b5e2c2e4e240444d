import { describe, expect, test } from 'bun:test'
import { html, linkTo } from '../../../../../src/http/pages/view/document/html'

describe('the template', () => {
  test('escapes every part, in text and in attributes', () => {
    const evil = `<script>"&'\``
    expect(html`<p title="${evil}">${evil}</p>`.toString()).toBe(
      '<p title="&lt;script&gt;&quot;&amp;&#39;&#96;">&lt;script&gt;&quot;&amp;&#39;&#96;</p>',
    )
  })

  test('takes over markup, lists of it and numbers, and leaves null empty', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`)
    expect(html`<ul>${items}</ul>${null}${7}`.toString()).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul>7',
    )
  })

  test('takes nothing for markup that only looks like it', () => {
    const forged = { toString: () => '<script>' } as unknown as string
    expect(() => html`${forged}`.toString()).toThrow()
  })
})

describe('a link', () => {
  test.each([
    'https://a.example/?x="',
    'http://127.0.0.1:8080/',
    '/install?redirect=x',
    '/',
    '?code=x',
  ])('may be %s', (address) => {
    expect(linkTo(address)).toBe(address)
  })

  test.each([
    'javascript:alert(1)',
    ' https://a.example',
    '//a.example',
    '/\\a.example',
    'data:text/html,x',
    'install',
    '',
  ])('may not be %j', (address) => {
    expect(() => linkTo(address)).toThrow(TypeError)
  })
})
