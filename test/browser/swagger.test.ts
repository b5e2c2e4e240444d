import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { adminToken, pageUrl, type Suited } from '../binary/suited'
import { useWorkshop } from '../binary/workshop'
import { describeWithTool } from '../optional-tool'
import { findChromium, flags } from './chromium'

describeWithTool('Chromium', findChromium, 'Swagger UI in a browser', (executablePath) => {
  const workshop = useWorkshop()
  let browser: Browser

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, headless: true, args: flags })
  })
  afterAll(() => browser.close())

  /** Opens Swagger UI; `troubles` gathers all that a developer's console would complain about. */
  const open = async (suited: Suited, path = '/swagger') => {
    const page = await browser.newPage()
    const troubles: string[] = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) troubles.push(message.text())
    })
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('requestfailed', (request) => troubles.push(`failed: ${request.url()}`))
    page.on('response', (response) => {
      if (response.status() >= 400) troubles.push(`${response.status()}: ${response.url()}`)
    })
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (origin !== suited.url && protocol !== 'data:') troubles.push(`away: ${request.url()}`)
    })
    await page.goto(`${suited.url}${path}`)
    await page.locator('.opblock').first().waitFor()
    return { page, troubles }
  }

  const operation = (page: Page, method: string, path: string): Locator =>
    page.locator(`.opblock-${method}`).filter({ has: page.locator(`[data-path="${path}"]`) })

  /** Enters a token, in place of the one before. */
  const authorize = async (page: Page, token: string) => {
    await page.locator('.auth-wrapper > .authorize').click()
    const form = page.locator('.auth-container')
    const logout = form.getByRole('button', { name: 'Remove authorization' })
    if (await logout.isVisible()) await logout.click()
    await form.locator('input').fill(token)
    await form.locator('.authorize').click()
    await form.locator('.btn-done').click()
  }

  const unfold = (block: Locator) => block.locator('.opblock-summary-control').click()

  /** Executes an unfolded operation; the body of the answer that comes with `status`. */
  const execute = async (block: Locator, status: string) => {
    await block.locator('.execute').click()
    const answer = block.locator('.live-responses-table .response').filter({
      has: block.page().locator('.response-col_status', { hasText: status }),
    })
    return JSON.parse((await answer.locator('.highlight-code code').first().textContent()) ?? '')
  }

  test('the page shows every operation, without a word on the console and without any other host', async () => {
    const suited = await workshop.serve(workshop.wecom().settings)
    const { page, troubles } = await open(suited, '/swagger/')
    const { paths } = await suited.ask('/swagger/json')
    const operations = Object.values(paths as Record<string, object>).flatMap(Object.keys)
    expect(await page.locator('.opblock').count()).toBe(operations.length)
    expect(await page.locator('.info .title').textContent()).toStartWith('suited')
    expect(troubles).toEqual([])
  })

  test('GET /api/status shows a 401 with a wrong token, and with the admin token how it stands', async () => {
    const suited = await workshop.serve(workshop.wecom().settings)
    const { page, troubles } = await open(suited)
    const block = operation(page, 'get', '/api/status')

    await authorize(page, 'not-the-admin-token-at-all')
    await unfold(block)
    const refused = await execute(block, '401')
    expect(refused).toMatchObject({ code: 'unauthorized' })
    expect(troubles).not.toEqual([])

    troubles.length = 0
    await authorize(page, adminToken)
    expect(await execute(block, '200')).toMatchObject({ suites: [{ key: 'default' }] })
    expect(troubles).toEqual([])
  })

  test('GET /sign needs no token and signs a page of a company that has the app', async () => {
    const wecom = workshop.wecom()
    const suited = await workshop.serviceFor(wecom, await workshop.folder())
    const [corpid] = wecom.corpids
    await wecom.giveTicket(suited)
    await wecom.install(suited, corpid)

    const { page, troubles } = await open(suited)
    const block = operation(page, 'get', '/sign')
    await unfold(block)
    await block.locator('tr[data-param-name="corpid"] input').fill(corpid)
    await block.locator('tr[data-param-name="url"] input').fill(pageUrl)
    const signed = await execute(block, '200')
    const { simulator, suiteId } = wecom
    const seen = { ...signed, suiteId, corpid, type: 'config', url: pageUrl }
    expect(simulator.acceptsSignature(seen)).toEqual({ ok: true })
    expect(troubles).toEqual([])
  })
})
