import { expect, test } from 'bun:test'
import { shownPage } from '../../../src/simulator/phone/shown-page'

const base = new URL('https://app.example.com/install?a=1')

test('a page is read as somebody reads it', () => {
  const html = `<!doctype html><title>A &amp; B</title><style>p{}</style><script>let x = '<p>'</script>
    <h1>Hi</h1><p>1 &lt; 2 &#20320;&#x597D; &unknown;</p><a class="b" href="/again?x=1&amp;y=2">go</a>`
  expect(shownPage(html, base)).toEqual({
    title: 'A & B',
    text: 'Hi 1 < 2 你好 &unknown; go',
    links: ['https://app.example.com/again?x=1&y=2'],
    refresh: null,
  })
})

test.each<[string, string, number]>([
  ['0; url=https://wecom.example/?a=1&amp;b=2', 'https://wecom.example/?a=1&b=2', 0],
  ['0;URL=next', 'https://app.example.com/next', 0],
  ['2', base.href, 2],
])('a refresh of %p leads to %s', (content, address, seconds) => {
  const html = `<noscript><meta http-equiv="refresh" content="${content}"></noscript>`
  expect(shownPage(html, base).refresh).toEqual({ address, seconds })
})
