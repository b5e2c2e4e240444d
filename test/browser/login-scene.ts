/**
 * What a login in a real browser needs: the binary with plain http behind nginx under a path, the
 * simulator's pages, and the provider's own site, which turns the code into the member.
 */
import type { Page } from 'playwright-core'
import { createNginx } from '../binary/nginx'
import { adminToken, type Suited } from '../binary/suited'
import type { Wecom } from '../binary/wecom'
import type { Workshop } from '../binary/workshop'

export const path = '/wecom'

/** Stands before WeCom's page of the login in the client, where a browser comes by a redirect. */
export interface Gate {
  /** What is done about each browser that comes, before it goes on. */
  onArrival: (() => Promise<unknown>) | null
}

export interface LoginScene {
  readonly wecom: Wecom
  readonly gate: Gate
  /** SUITED_PUBLIC_URL. */
  readonly publicUrl: string
  /** Where the provider's site takes a code; shows the member as JSON. */
  readonly site: string
  suited(): Suited
  /** As after `kill -9`, on the same port and folder. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export const startLoginScene = async (workshop: Workshop, nginx: string): Promise<LoginScene> => {
  const wecom = workshop.wecom()
  const { origin, forwardTo } = await createNginx(
    workshop,
    nginx,
    (upstream) => `
    location ${path}/ {
      proxy_pass ${upstream}/;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }`,
  )
  const publicUrl = `${origin}${path}`
  const dataDir = await workshop.folder()
  let suited: Suited

  const pages = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const { searchParams } = new URL(request.url)
      const answer = await fetch(`${suited.url}/api/login`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ code: searchParams.get('code') }),
      })
      const member = (await answer.json()) as Record<string, unknown>
      return Response.json({ own: searchParams.get('state'), ...member })
    },
  })
  const site = `http://127.0.0.1:${pages.port}/after`
  const gate: Gate = { onArrival: null }
  const gateServer = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    // Tabs wait here until the test lets them go, on a busy machine for long.
    idleTimeout: 0,
    async fetch(request) {
      await gate.onArrival?.()
      const { pathname, search } = new URL(request.url)
      return Response.redirect(`${wecom.url}${pathname}${search}`)
    },
  })
  const start = (port: string) =>
    workshop.serviceFor(wecom, dataDir, {
      SUITED_PUBLIC_URL: publicUrl,
      SUITED_TRUSTED_DOMAINS: `127.0.0.1:${pages.port}`,
      SUITED_PORT: port,
      WECOM_OPEN_URL: wecom.url,
      WECOM_OAUTH_URL: gateServer.url.origin,
      WECOM_LOGIN_URL: wecom.url,
    })
  const { host } = new URL(publicUrl)
  wecom.suite.trustedDomains = [host]
  wecom.suite.installDomains = [host]
  suited = await start('0')
  await forwardTo(suited.url)
  await wecom.giveTicket(suited)

  return {
    wecom,
    gate,
    publicUrl,
    site,
    suited: () => suited,
    async restart() {
      await suited.process.kill()
      suited = await start(new URL(suited.url).port)
    },
    async stop() {
      await pages.stop(true)
      await gateServer.stop(true)
    },
  }
}

/** WeCom as it is on a phone. */
export const wecomPhone = {
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 wxwork/4.1.22 MicroMessenger/7.0.1 Language/zh',
  viewport: { width: 390, height: 844 },
  locale: 'zh-CN',
}

/** Opens a link and waits for what the provider's site shows of the member. */
export const memberAt = async (page: Page): Promise<Record<string, unknown>> => {
  await page.waitForURL(/\/after\?/)
  return JSON.parse((await page.textContent('body')) ?? '') as Record<string, unknown>
}

/** A page that somebody looks at: what its heading and its small print say. */
export const shownOn = async (page: Page): Promise<string> => {
  await page.waitForSelector('h1')
  return (await page.textContent('body')) ?? ''
}
