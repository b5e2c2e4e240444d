import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { adminToken, type Suited } from '../binary/suited'
import { useWorkshop } from '../binary/workshop'
import { describeWithTool } from '../optional-tool'
import { findChromium, flags } from './chromium'
import { authorize, execute, headingOf, openSwagger, operation, unfold } from './swagger-page'

/** Nothing answers there: whatever goes to it has gone astray. */
const publicUrl = 'https://gw.example.com/wecom'

describeWithTool('Chromium', findChromium, 'Swagger UI for operators', (executablePath) => {
  const workshop = useWorkshop()
  let browser: Browser
  let context: BrowserContext
  let suited: Suited
  let adminUrl: string
  let tunnels: Bun.Server<undefined>[] = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, headless: true, args: flags })
  })
  afterAll(() => browser.close())

  beforeEach(async () => {
    context = await browser.newContext()
    suited = await workshop.serviceFor(workshop.wecom(), await workshop.folder(), {
      SUITED_PUBLIC_URL: publicUrl,
      SUITED_ADMIN_HOST: '127.0.0.1',
      SUITED_ADMIN_PORT: '0',
    })
    adminUrl = String(suited.logs().find((line) => line.adminUrl !== undefined)?.adminUrl)
  })
  afterEach(async () => {
    await context.close()
    await Promise.all(tunnels.map((tunnel) => tunnel.stop(true)))
    tunnels = []
  })

  /** Another port of this machine that leads to the operators' listener, perhaps below a path. */
  const tunnel = (prefix = ''): string => {
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

  const serversOf = (page: Page) => page.locator('.servers select option').allTextContents()
  const isAuthorized = (page: Page) => page.locator('.auth-wrapper > .authorize.locked').isVisible()

  const tryStatus = async (page: Page) => {
    const block = operation(page, 'get', '/api/status')
    if (!(await block.locator('.execute').isVisible())) await unfold(block)
    return execute(block, '200')
  }

  describe.each([
    ['on their own listener', () => adminUrl],
    ['through a tunnel from another port', () => tunnel()],
    ['behind a proxy that puts it below a path', () => tunnel('/hidden/suited')],
  ])('%s', (_, reach) => {
    test('tries operations out there, though the public address is another host', async () => {
      const address = reach()
      const { page, troubles } = await openSwagger(context, `${address}/swagger/`)
      const [first = '', ...others] = await serversOf(page)
      expect(first).toStartWith(`${address} `)
      expect(others).toHaveLength(1)
      expect(others[0]).toStartWith(publicUrl)
      await authorize(page, adminToken)
      expect(await tryStatus(page)).toMatchObject({ suites: [{ key: 'default' }] })
      expect(troubles).toEqual([])
    })
  })

  test('keeps the key over a reload', async () => {
    const { page, troubles } = await openSwagger(context, `${adminUrl}/swagger`)
    await authorize(page, adminToken)
    await page.reload()
    await page.locator('.opblock').first().waitFor()
    expect(await isAuthorized(page)).toBe(true)
    expect(await tryStatus(page)).toMatchObject({ suites: [{ key: 'default' }] })
    expect(troubles).toEqual([])
  })

  test('forgets the key with its tab: a new one of the same browser has to be told', async () => {
    const { page } = await openSwagger(context, `${adminUrl}/swagger`)
    await authorize(page, adminToken)
    expect(await isAuthorized(page)).toBe(true)
    const everywhere = await page.evaluate('JSON.stringify({ ...localStorage }) + document.cookie')
    expect(everywhere).toBe('{}')
    await page.close()
    const next = await openSwagger(context, `${adminUrl}/swagger`)
    expect(await isAuthorized(next.page)).toBe(false)
    expect(await next.page.evaluate('sessionStorage.length')).toBe(0)
  })

  test('forgets the key when it is taken back', async () => {
    const { page } = await openSwagger(context, `${adminUrl}/swagger`)
    await authorize(page, adminToken)
    await page.locator('.auth-wrapper > .authorize').click()
    await page.getByRole('button', { name: 'Remove authorization' }).click()
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
    await page.reload()
    await page.locator('.opblock').first().waitFor()
    expect(await isAuthorized(page)).toBe(false)
  })

  test('shows old names and twins folded until they are asked for', async () => {
    const { page, troubles } = await openSwagger(context, `${adminUrl}/swagger`)
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
    const { page } = await openSwagger(context, `${adminUrl}/swagger`)
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
    const { page, troubles } = await openSwagger(context, `${adminUrl}/swagger`)
    const block = operation(page, 'get', '/api/corps/{corpid}')
    await unfold(block)
    const refusals = block.locator('.responses-table .response').filter({
      has: page.locator('.response-col_status', { hasText: '404' }),
    })
    await refusals.locator('select.examples-select-element').waitFor()
    expect(await refusals.textContent()).toContain('suite_not_found')
    expect(troubles).toEqual([])
  })
})
