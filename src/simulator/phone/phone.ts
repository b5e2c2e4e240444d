/**
 * A phone: opens an address as a browser does, with cookies of its own, and goes on wherever it is
 * led. WeCom's pages know whose phone it is. I/O through what is handed in alone.
 */
import { secondMs } from '../../clock'
import { type Answer, type AskParts, createAsk } from './ask'
import { type CookieJar, createCookieJar } from './cookie-jar'
import { type From, refererFor } from './referer'
import { shownPage } from './shown-page'
import { userAgentNamed } from './user-agents'
import type { Stop, Visit, VisitOptions } from './visit'

const mostRedirects = 15
const mostPhones = 100
const longestWaitSeconds = 5

/** Where an answer leads on: at once, or when a page has waited. */
const nextOf = (url: URL, { location, html }: Answer) => {
  if (location !== null) return { address: location, seconds: 0 }
  const { refresh } = shownPage(html, url)
  return refresh && refresh.seconds <= longestWaitSeconds ? refresh : null
}

const namesIn = (cookies: string | null): string[] =>
  cookies?.split('; ').map((pair) => pair.slice(0, pair.indexOf('='))) ?? []

export interface Phones {
  visit(options: VisitOptions): Promise<Visit>
}

export const createPhones = (parts: AskParts): Phones => {
  const { clock, isWecomPage } = parts
  const ask = createAsk(parts)
  const jars = new Map<string, CookieJar>()

  const jarOf = (phone: string | undefined): CookieJar => {
    if (phone === undefined) return createCookieJar()
    const jar = jars.get(phone) ?? createCookieJar()
    jars.delete(phone)
    jars.set(phone, jar)
    for (const oldest of jars.keys()) if (jars.size > mostPhones) jars.delete(oldest)
    return jar
  }

  return {
    async visit(options) {
      const { visitor, loseCookies, userAgent = 'wecom-ios', language = 'zh-CN,zh;q=0.9' } = options
      const limit = Math.min(options.maxRedirects ?? mostRedirects, mostRedirects)
      const jar = jarOf(options.phone)
      const trail: Stop[] = []
      const askedTwice = new Set<string>()
      let from: From | null = options.referer
        ? { url: new URL(options.referer), policy: 'unsafe-url' }
        : null
      let hasLost = false
      let url = new URL(options.url)
      for (;;) {
        const target = url
        const isFromElsewhere = trail.some((stop) => new URL(stop.url).hostname !== target.hostname)
        const cookies = jar.headerFor(url, clock.now(), isFromElsewhere)
        const referer = refererFor(from, url)
        const headers = new Headers({
          accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
          'accept-language': language,
          'user-agent': userAgentNamed(userAgent),
          ...(cookies !== null && { cookie: cookies }),
          ...(referer !== null && { referer }),
        })
        const hasCode = url.searchParams.has('code') || url.searchParams.has('auth_code')
        const isTwice = options.askTwice && hasCode && !askedTwice.has(url.href)
        if (isTwice) askedTwice.add(url.href)
        const [twin, answer] = await Promise.all([
          isTwice && !isWecomPage(url) ? ask(url, headers, visitor) : null,
          ask(url, headers, visitor),
        ])
        const setCookies = answer.headers.getSetCookie()
        if (loseCookies !== true) jar.keep(setCookies, url, clock.now())
        if (loseCookies === 'once' && !hasLost && isWecomPage(url)) {
          jar.clear()
          hasLost = true
        }
        const next = nextOf(url, answer)
        const { title, text, links } = shownPage(answer.html, url)
        const stop: Stop = {
          url: url.href,
          referer,
          sentCookies: namesIn(cookies),
          status: answer.status,
          problem: answer.problem,
          setCookies,
          location: next?.address ?? null,
          title,
          text,
          twin: twin && { status: twin.status, location: twin.location },
        }
        trail.push(stop)
        const goesOn = next !== null && /^https?:/.test(next.address)
        if (!goesOn || trail.length > limit) {
          return { trail, page: { ...stop, html: answer.html, links }, stopped: goesOn }
        }
        // A redirect keeps the page that began it as its Referer.
        if (answer.location === null) {
          from = { url, policy: answer.headers.get('referrer-policy') }
          await clock.sleep(next.seconds * secondMs)
        }
        url = new URL(next.address)
      }
    },
  }
}
