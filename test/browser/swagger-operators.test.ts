/** All cases share one page where they can: Swagger UI takes seconds to load. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { adminToken } from '../binary/suited'
import { useWorkshop } from '../binary/workshop'
import { describeWithTool } from '../optional-tool'
import { findChromium, flags } from './chromium'
import {
  authorize,
  execute,
  headingOf,
  isAuthorized,
  openSwagger,
  operation,
  type Swagger,
  takeBack,
  unfold,
} from './swagger-page'

/** Nothing answers there: whatever goes to it has gone astray. */
const publicUrl = 'https://gw.example.com/wecom'

describeWithTool('Chromium', findChromium, 'Swagger UI for operators', (executablePath) => {
  const workshop = useWorkshop(afterAll)
  const tunnels: Bun.Server<undefined>[] = []
  let browser: Browser
  let context: BrowserContext
  let adminUrl: string
  /** The one that cases share, on the operators' listener. */
  let page: Page
  let troubles: string[]

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, headless: true, args: flags })
    context = await browser.newContext()
    const suited = await workshop.serviceFor(workshop.wecom(), await workshop.folder(), {
      SUITED_PUBLIC_URL: publicUrl,
      SUITED_ADMIN_HOST: '127.0.0.1',
      SUITED_ADMIN_PORT: '0',
    })
    adminUrl = String(suited.logs().find((line) => line.adminUrl !== undefined)?.adminUrl)
    ;({ page, troubles } = await openSwagger(context, `${adminUrl}/swagger`))
    expect(troubles).toEqual([])
  })
  afterAll(async () => {
    await browser.close()
    await Promise.all(tunnels.map((tunnel) => tunnel.stop(true)))
  })
  beforeEach(() => {
    troubles.length = 0
  })

  /** Another port of this machine that leads to the operators' listener, below a path. */
  const tunnel = (prefix: string): string => {
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch(request) {
        const { pathname, search } = new URL(request.url)
        if (!pathname.startsWith(prefix)) return new Response(null, { status: 404 })
        const path = pathname.slice(prefix.length)
        return fetch(new Request(`${adminUrl}${path}${search}`, request), { redirect: 'manual' })
      },
    })
    tunnels.push(server)
    return `http://127.0.0.1:${server.port}${prefix}`
  }

  /** Without the fragment of the address, which would unfold an operation. */
  const reload = async () => {
    await page.goto(`${adminUrl}/swagger`)
    await page.locator('.opblock').first().waitFor()
  }

  const serversOf = (page: Page) => page.locator('.servers select option').allTextContents()

  const tryStatus = async (page: Page) => {
    const block = operation(page, 'get', '/api/status')
    if (!(await block.locator('.execute').isVisible())) await unfold(block)
    return execute(block, '200')
  }

  /** The page sends what is tried out to `address`, and knows the public one too. */
  const expectsItselfAt = async (address: string, { page, troubles }: Swagger) => {
    const [first = '', ...others] = await serversOf(page)
    expect(first).toStartWith(`${address} `)
    expect(others).toHaveLength(1)
    expect(others[0]).toStartWith(publicUrl)
    await authorize(page, adminToken)
    expect(await tryStatus(page)).toMatchObject({ suites: [{ key: 'default' }] })
    expect(troubles).toEqual([])
  }

  describe('tries operations out where the page came from, though the public address is another host', () => {
    test('on their own listener', () => expectsItselfAt(adminUrl, { page, troubles }))

    test('behind a proxy on another port that puts it below a path', async () => {
      const address = tunnel('/hidden/suited')
      const opened = await openSwagger(context, `${address}/swagger/`)
      await expectsItselfAt(address, opened)
      await opened.page.close()
    })
  })

  test('keeps the key over a reload, for this tab alone and until it is taken back', async () => {
    await authorize(page, adminToken)
    await reload()
    expect(await isAuthorized(page)).toBe(true)
    expect(await tryStatus(page)).toMatchObject({ suites: [{ key: 'default' }] })
    expect(troubles).toEqual([])
    const everywhere = await page.evaluate('JSON.stringify({ ...localStorage }) + document.cookie')
    expect(everywhere).toBe('{}')
    const next = await context.newPage()
    // Of the same origin, and nothing in it that takes seconds to load.
    await next.goto(`${adminUrl}/swagger/start.js`)
    expect(await next.evaluate('sessionStorage.length')).toBe(0)
    await next.close()
    expect(await page.evaluate('sessionStorage.length')).toBe(1)
    await takeBack(page)
    expect(await isAuthorized(page)).toBe(false)
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
  })

  test('shows old names and twins folded until they are asked for', async () => {
    const isOpen = (tag: string) => headingOf(page, tag).getAttribute('data-is-open')
    expect(await isOpen('WeCom')).toBe('true')
    expect(await isOpen('Old names')).toBe('false')
    expect(await isOpen('Of one suite')).toBe('false')
    await headingOf(page, 'Old names').click()
    await operation(page, 'get', '/orderUrl').waitFor()
    expect(await isOpen('Old names')).toBe('true')
    expect(troubles).toEqual([])
  })

  test('sends WeCom’s path as WeCom writes it, with the query that is typed behind it', async () => {
    await authorize(page, adminToken)
    const block = operation(page, 'get', '/proxy/corps/{corpid}/cgi-bin/{path}')
    await unfold(block)
    await block.locator('[data-param-name="corpid"] input').fill('wpNobody')
    await block.locator('[data-param-name="path"] input').fill('user/get?userid=lihua')
    const sent = page.waitForRequest(/\/proxy\//)
    expect(await execute(block, '404')).toMatchObject({ code: 'corp_not_authorized' })
    const { pathname, search } = new URL((await sent).url())
    expect(pathname + search).toBe('/proxy/corps/wpNobody/cgi-bin/user/get?userid=lihua')
  })

  test('shows an example of a refusal, with its code', async () => {
    const block = operation(page, 'get', '/api/corps/{corpid}')
    await unfold(block)
    const refusals = block.locator('.responses-table .response').filter({
      has: page.locator('.response-col_status', { hasText: '404' }),
    })
    await refusals.locator('select.examples-select-element').waitFor()
    expect(await refusals.textContent()).toContain('corp_not_authorized')
    expect(troubles).toEqual([])
  })
})
