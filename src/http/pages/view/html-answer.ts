/** A page as an answer, with the headers that keep it to itself. */
import { createHash } from 'node:crypto'
import { pageHeaders } from '../../answer/headers'
import { style } from './document/style'
import { goOnScript, waitScript } from './scripts/scripts'

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** One policy for all pages: nothing from another host, no script or style but ours. */
const headersOfPage = {
  ...pageHeaders([
    `style-src ${hashOf(style)}`,
    `script-src ${hashOf(goOnScript)} ${hashOf(waitScript)}`,
    "connect-src 'self'",
    'img-src data:',
  ]),
  'cache-control': 'no-store',
  // WeCom's install page wants to know our origin; nobody needs the query, which has codes.
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/**
 * The answer with a page: never kept by anybody, never framed.
 *
 * @param page what a function of `install-pages`, `login-pages` or `failure-pages` gave
 * @param headers more headers: `Set-Cookie`, `Retry-After`
 */
export const htmlAnswer = (
  status: number,
  page: string,
  headers?: Headers | Record<string, string>,
): Response => {
  const answer = new Headers(headers)
  for (const [name, value] of Object.entries(headersOfPage)) answer.set(name, value)
  return new Response(page, { status, headers: answer })
}
