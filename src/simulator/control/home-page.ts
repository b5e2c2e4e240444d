/** The page at `/`: what this is and what can be asked of it. No I/O. */
import { endpoints } from '../api/api'
import { escapeHtml } from '../api/call/reply'
import { pagePaths } from '../api/pages/pages'

const control: readonly (readonly [route: string, does: string])[] = [
  ['GET /simulator/state', 'provider, suites, companies and installations, with their secrets'],
  ['GET, DELETE /simulator/calls', 'what WeCom saw; ?path= &suiteId= &corpid= &errcode='],
  [
    'GET, POST, DELETE /simulator/faults',
    'make calls slow, silent, broken or refused: {path, suiteId?, corpid?, errcode?, status?, delayMs?, hang?, reset?, afterBytes?, garbage?, change?, endsToken?, afterEffect?, times?, forMs?, untilAt?}',
  ],
  ['DELETE /simulator/faults/{id}', 'switch one fault off'],
  ['PUT /simulator/clock', '{aheadMs}: the times that WeCom writes into its messages are wrong'],
  ['GET /simulator/messages', 'what the app sent to members'],
  ['GET /simulator/media', 'what was uploaded: size, SHA-256, media_id'],
  ['POST /simulator/media', '{corpid, size, type?, filename?}: a file of any size to be fetched'],
  ['PUT /simulator/media-limit', "{bytes}: how large uploads may be; null: WeCom's limits"],
  [
    'POST /simulator/code',
    '{kind, suiteId, corpid, userid}: an oauth_code, login_auth_code, js_code or selected_ticket',
  ],
  ['POST /simulator/registration', '{registerCode, corpid}: the company that a link brought'],
  ['GET /simulator/pushes', 'what was pushed, and how it was answered'],
  ['GET /simulator/types', 'every message that can be pushed'],
  ['PUT /simulator/urls', '{suiteId?, commandUrl?, dataUrl?, systemUrl?}: check and save'],
  ['POST /simulator/check-url', '{url, whose?}: the URL check alone'],
  ['POST /simulator/ticket', '{suiteId?}: push a fresh suite_ticket'],
  ['POST /simulator/install', '{suiteId?, corpid?, from?, state?}: a company installs the app'],
  ['POST /simulator/uninstall', '{suiteId?, corpid?}'],
  ['POST /simulator/change-auth', '{suiteId?, corpid?, status?, authMode?, privilege?}'],
  ['POST /simulator/reset-permanent-code', '{suiteId?, corpid?}: customised apps'],
  ['POST /simulator/message', '{suiteId?, corpid?, text, from?}: a member writes to the app'],
  ['POST /simulator/push/{type}', '{suiteId?, corpid?, userid?, fields?}: any message'],
  ['POST /simulator/business-code', '{corpid, userid}: the auth_code of 业务设置URL'],
  ['POST /simulator/kill-tokens', '{suiteId?, corpid?, kind?, as?}: end tokens early'],
  ['POST /simulator/check-signature', "what WeCom's client thinks of a JS-SDK signature"],
  [
    'PUT /simulator/visitor',
    '{corpid?, userid?, externalUserid?, openid?}: who is signed in on the pages below',
  ],
  [
    'POST /simulator/visits',
    '{url, corpid?, userid?, externalUserid?, openid?, userAgent?, language?, referer?, phone?, loseCookies?, askTwice?, maxRedirects?}: somebody opens an address on a phone',
  ],
  ['POST /simulator/open-business-url', 'the same from WeCom’s console, with an auth_code'],
  ['GET /simulator/qr-links', 'the QR codes of get_customized_auth_url, which an admin may scan'],
  ['POST /simulator/suites', 'one more suite'],
  [
    'PATCH /simulator/suites/{suiteId}',
    '{name?, trustedDomains?, installDomains?, receiveIdEmpty?}: one suite of those that are',
  ],
  ['POST /simulator/companies', 'one more company'],
]

const row = ([first, second]: readonly [string, string]) =>
  `<tr><td><code>${escapeHtml(first)}</code><td>${escapeHtml(second)}`

const list = (items: readonly string[]) =>
  `<ul>${items.map((item) => `<li><code>${escapeHtml(item)}</code>`).join('')}</ul>`

/** The whole page; it loads nothing from elsewhere. */
export const homePage = (): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>WeCom simulator</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
td { padding: .1rem 1rem .1rem 0; vertical-align: top }
ul { columns: 2; padding-left: 1rem }
</style>
<h1>WeCom simulator</h1>
<p>This server plays WeCom (企业微信) for the backend of a third-party app: its API, its install and
login pages, and the callbacks it pushes. Point your backend's four WeCom addresses here, take the
ids and secrets from <a href="/simulator/state">/simulator/state</a>, save your callback URLs, push
a ticket and install the app. Nothing here is real and nothing asks for a key: keep it off the
internet.</p>
<h2>Control</h2>
<p>JSON in, JSON out.</p>
<table>${control.map(row).join('\n')}</table>
<h2>WeCom's API</h2>
${list([...endpoints].map(([path, { methods }]) => `${methods.join(', ')} ${path}`))}
<h2>WeCom's pages</h2>
${list(pagePaths)}
</html>
`
