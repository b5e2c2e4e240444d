/**
 * A provider's site that members log in to and companies install the app from, with Node alone.
 *
 * SUITED_PUBLIC_URL=https://gw.example.com SUITED_URL=http://127.0.0.1:8011 SUITED_KEY=sk_suited_… \
 *   SITE_URL=https://crm.example.com node site.mjs
 */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'

const { SUITED_PUBLIC_URL, SUITED_URL, SUITED_KEY } = process.env
const siteUrl = process.env.SITE_URL ?? 'http://127.0.0.1:3000'
const isSecure = siteUrl.startsWith('https:')

/** Who is signed in, by the value of the session's cookie. A real site keeps them in its database. */
const sessions = new Map()

const token = () => randomBytes(24).toString('base64url')
const escaped = (text) => String(text).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`)

const cookiesOf = (request) =>
  Object.fromEntries((request.headers.cookie ?? '').split('; ').map((pair) => pair.split('=', 2)))

const cookie = (name, value, seconds) =>
  `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`

const page = (response, status, body) => {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>CRM</title>${body}</html>`,
  )
}

/**
 * Sends the browser to suited. The state of this site's own travels in its redirect and comes back
 * there; only the browser that has the cookie beside it may finish what it began.
 */
const begin = (response, what) => {
  const state = token()
  const link = new URL(`${SUITED_PUBLIC_URL}/${what}`)
  link.searchParams.set('redirect', `${siteUrl}/welcome?state=${state}`)
  response.writeHead(302, { location: link.href, 'set-cookie': cookie(`state-${state}`, '1', 600) })
  response.end()
}

/** Who came, for the one-time code behind our redirect. It works once, for 60 s. */
const redeem = async (code) => {
  const answer = await fetch(`${SUITED_URL}/api/login`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SUITED_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  const told = await answer.json()
  if (!answer.ok) throw new Error(`${told.code}: ${told.detail}`)
  return told
}

const welcome = async (request, response, query) => {
  const state = `state-${query.get('state')}`
  if (!(state in cookiesOf(request))) {
    return page(
      response,
      403,
      '<p>This browser began no such login. <a href="/login">Log in</a></p>',
    )
  }
  const member = await redeem(query.get('code'))
  const session = token()
  // A userid is unique in its company alone: both together say who it is.
  sessions.set(session, member)
  const setCookies = [cookie(state, '', 0), cookie('session', session, 86400)]
  response.writeHead(302, { location: '/', 'set-cookie': setCookies })
  response.end()
}

const home = (request, response) => {
  const member = sessions.get(cookiesOf(request).session)
  const links = '<p><a href="/login">Log in</a> · <a href="/install">Install the app</a></p>'
  if (!member) return page(response, 200, `<h1>CRM</h1>${links}`)
  const { way, corpName, corpid, userid } = member
  const who = `${userid ?? 'nobody'} of ${corpName ?? corpid} (${corpid})`
  const text = way === 'install' ? `Installed by ${who}` : `Signed in: ${who}, by ${way}`
  page(response, 200, `<h1>${escaped(text)}</h1>${links}`)
}

const server = createServer((request, response) => {
  const answer = async () => {
    const { pathname, searchParams } = new URL(siteUrl + request.url)
    if (pathname === '/') return home(request, response)
    if (pathname === '/login' || pathname === '/install') return begin(response, pathname.slice(1))
    if (pathname === '/welcome') return welcome(request, response, searchParams)
    return page(response, 404, '<p>There is no such page.</p>')
  }
  answer().catch((error) => page(response, 502, `<p>${escaped(error.message)}</p>`))
})

const { hostname, port } = new URL(process.env.SITE_LISTEN ?? siteUrl)
server.listen(Number(port), hostname, () => console.log(`The site is at ${siteUrl}`))
