/** All cases share one page and a reload of it: Swagger UI takes seconds to load. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import type { BrowserContext, Page } from 'playwright-core'
import { closedTags } from '../../src/http/answer/operation-tags'
import { adminToken, type Suited } from '../binary/suited'
import { useWorkshop } from '../binary/workshop'
import type { Document } from '../http/operations/printed-document'
import { describeWithTool } from '../optional-tool'
import { findChromium, startChromium } from './chromium'
import {
  authorize,
  execute,
  headingOf,
  isAuthorized,
  openSwagger,
  takeBack,
  unfolded,
} from './swagger-page'

/** Nothing answers there: whatever goes to it has gone astray. */
const publicUrl = 'https://gw.example.com/wecom'
/** Where a proxy on another port puts the page. */
const prefix = '/hidden/suited'

describeWithTool('Chromium', findChromium, 'Swagger UI behind a proxy', (executablePath) => {
  const workshop = useWorkshop(afterAll)
  let context: BrowserContext
  let suited: Suited
  let page: Page
  let troubles: string[]
  const proxy = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const { pathname, search } = new URL(request.url)
      if (!pathname.startsWith(prefix)) return new Response(null, { status: 404 })
      const path = pathname.slice(prefix.length)
      return fetch(new Request(`${suited.url}${path}${search}`, request), { redirect: 'manual' })
    },
  })
  const address = `http://127.0.0.1:${proxy.port}${prefix}`

  beforeAll(async () => {
    context = await (await startChromium(executablePath)).newContext()
    suited = await workshop.serviceFor(workshop.wecom(), await workshop.folder(), {
      SUITED_PUBLIC_URL: publicUrl,
    })
    ;({ page, troubles } = await openSwagger(context, `${address}/swagger/`))
    expect(troubles).toEqual([])
  })
  afterAll(async () => {
    await context.close()
    await proxy.stop(true)
  })
  beforeEach(() => {
    troubles.length = 0
  })

  test('tries operations out where the page came from, though the public address is another host, and sends WeCom’s path as WeCom writes it, with the query that is typed behind it', async () => {
    const [first = '', ...others] = await page.locator('.servers select option').allTextContents()
    expect(first).toStartWith(`${address} `)
    expect(others).toHaveLength(1)
    expect(others[0]).toStartWith(publicUrl)

    await authorize(page, adminToken)
    const block = await unfolded(page, 'get', '/proxy/corps/{corpid}/cgi-bin/{path}')
    await block.locator('[data-param-name="corpid"] input').fill('wpNobody')
    await block.locator('[data-param-name="path"] input').fill('user/get?userid=lihua')
    const sent = page.waitForRequest(/\/proxy\//)
    // Without the token it would be a 401.
    expect(await execute(block, '404')).toMatchObject({ code: 'corp_not_authorized' })
    expect((await sent).url()).toBe(`${address}/proxy/corps/wpNobody/cgi-bin/user/get?userid=lihua`)
  })

  test('shows every operation, old names and twins once they are asked for; keeps the key over a reload, for this tab alone and until it is taken back', async () => {
    const isOpen = (tag: string) => headingOf(page, tag).getAttribute('data-is-open')
    const { paths } = (await suited.ask('/swagger/json')) as Document
    const tags = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map((operation) => operation.tags![0]!),
    )
    const atOnce = tags.filter((tag) => !closedTags.some((closed) => closed === tag))
    expect(await isOpen('WeCom')).toBe('true')
    expect(await page.locator('.opblock').count()).toBe(atOnce.length)
    for (const tag of closedTags) {
      expect([tag, await isOpen(tag)]).toEqual([tag, 'false'])
      await headingOf(page, tag).click()
    }
    expect(await page.locator('.opblock').count()).toBe(tags.length)
    expect(await page.locator('.info .title').textContent()).toStartWith('suited')

    await authorize(page, adminToken)
    // Without the fragment of the address, which would unfold an operation.
    await page.goto('about:blank')
    await page.goto(`${address}/swagger/`)
    await page.locator('.opblock').first().waitFor()
    expect(await isAuthorized(page)).toBe(true)
    expect(troubles).toEqual([])
    const everywhere = await page.evaluate('JSON.stringify({ ...localStorage }) + document.cookie')
    expect(everywhere).toBe('{}')
    const next = await context.newPage()
    // Of the same origin, and nothing in it that takes seconds to load.
    await next.goto(`${address}/swagger/start.js`)
    expect(await next.evaluate('sessionStorage.length')).toBe(0)
    await next.close()
    expect(await page.evaluate('sessionStorage.length')).toBe(1)
    await takeBack(page)
    expect(await isAuthorized(page)).toBe(false)
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
  })

  test('shows an example of a refusal, with its code', async () => {
    const block = await unfolded(page, 'get', '/api/corps/{corpid}')
    const refusals = block.locator('.responses-table .response').filter({
      has: page.locator('.response-col_status', { hasText: '404' }),
    })
    await refusals.locator('select.examples-select-element').waitFor()
    expect(await refusals.textContent()).toContain('corp_not_authorized')
    expect(troubles).toEqual([])
  })
})
