import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import type { Suited } from '../binary/suited'
import type { Wecom } from '../binary/wecom'
import { useWorkshop } from '../binary/workshop'
import { describeWithTool } from '../optional-tool'
import { findChromium, startChromium } from './chromium'

interface Asked {
  readonly gateway: string
  readonly fields: Readonly<Record<string, string>>
  readonly method: 'GET' | 'POST'
}

interface Seen {
  /** What the page could read; undefined where its browser kept it from it. */
  readonly status?: number
  readonly body?: Record<string, unknown>
  readonly failed?: string
}

/** Runs in the page. */
const ask = async ({ gateway, fields, method }: Asked): Promise<Seen> => {
  const json = { 'content-type': 'application/json' }
  try {
    const response = await (method === 'GET'
      ? fetch(`${gateway}/sign?${new URLSearchParams(fields)}`)
      : fetch(`${gateway}/sign`, { method, headers: json, body: JSON.stringify(fields) }))
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  } catch (error) {
    return { failed: String(error) }
  }
}

describeWithTool('Chromium', findChromium, 'a page in a browser', (executablePath) => {
  const workshop = useWorkshop(afterAll)
  /** Where all of them are looked at, one after the other. */
  let page: Page
  const pages = Bun.serve({
    port: 0,
    fetch: () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }),
  })

  beforeAll(async () => {
    page = await (await startChromium(executablePath)).newPage()
  })
  afterAll(async () => {
    await page.close()
    await pages.stop(true)
  })

  /** The same pages under two names: suited trusts the first one, with its port. */
  const trusted = `127.0.0.1:${pages.port}`
  const other = `localhost:${pages.port}`

  let wecom: Wecom
  let suited: Suited
  let corpid: string

  beforeAll(async () => {
    wecom = workshop.wecom()
    wecom.suite.trustedDomains = [trusted]
    suited = await workshop.serviceFor(wecom, await workshop.folder(), {
      SUITED_TRUSTED_DOMAINS: trusted,
    })
    corpid = wecom.corpids[0]
    await wecom.giveTicket(suited)
    await wecom.install(suited, corpid)
  })

  /** What a page at `path` of a host gets for its own address, or for another one. */
  const from = async (host: string, path: string, own: Partial<Asked['fields']> = {}) => {
    await page.goto(`http://${host}${path}`)
    const url = await page.evaluate('location.href')
    const fields = { corpid, url: String(url), ...own } as Record<string, string>
    const [byGet, byPost] = await Promise.all(
      (['GET', 'POST'] as const).map((method) =>
        page.evaluate(ask, { gateway: suited.url, fields, method }),
      ),
    )
    return { url: String(url), byGet: byGet!, byPost: byPost! }
  }

  test('on a trusted domain gets a signature that WeCom accepts, whatever its address holds', async () => {
    for (const path of [
      '/',
      '/orders?next=%2Fa%2Fb&share=100%25#/客户 b',
      '/a b/客户?x=[1]|{2}&y=$1',
    ]) {
      const { url, byGet, byPost } = await from(trusted, path)
      for (const { status, body } of [byGet, byPost]) {
        expect(status).toBe(200)
        const { simulator, suiteId } = wecom
        const signed = { ...body, suiteId, corpid, type: 'config', url: url.split('#')[0] }
        expect(simulator.acceptsSignature(signed as never)).toEqual({ ok: true })
      }
    }
  })

  test('that is not trusted reads that it is not, and nothing else', async () => {
    const { byGet, byPost } = await from(other, '/')
    for (const refused of [byGet, byPost]) {
      expect(refused).toMatchObject({ status: 403, body: { code: 'url_not_trusted' } })
    }

    const unknown = await from(other, '/', { corpid: 'wpNobody' })
    expect([unknown.byGet, unknown.byPost]).toEqual([byGet, byPost])

    for (const own of [{ url: `http://${trusted}/` }, { corpid: '' }, { url: 'nonsense' }]) {
      const kept = await from(other, '/', own)
      expect(kept.byGet.failed).toContain('Failed to fetch')
      expect(kept.byPost.failed).toContain('Failed to fetch')
    }
  })
})
