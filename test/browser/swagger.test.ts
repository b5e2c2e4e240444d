import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { adminToken, pageUrl, type Suited } from '../binary/suited'
import { useWorkshop } from '../binary/workshop'
import { describeWithTool } from '../optional-tool'

const findChromium = (): string | null => {
  const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  return existsSync(path) ? path : null
}

/** No sandbox, for it wants rights that containers don't give; nothing that asks for the network. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

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

  const authorize = async (page: Page, token: string) => {
    await page.locator('.auth-wrapper > .authorize').click()
    await page.locator('.auth-container input').fill(token)
    await page.locator('.auth-btn-wrapper .authorize').click()
    await page.locator('.auth-btn-wrapper .btn-done').click()
  }

  /** Executes an operation with these parameters; what came back, as the page shows it. */
  const execute = async (block: Locator, parameters: Readonly<Record<string, string>> = {}) => {
    await block.locator('.opblock-summary-control').click()
    for (const [name, value] of Object.entries(parameters)) {
      await block.locator(`tr[data-param-name="${name}"] input`).fill(value)
    }
    await block.locator('.execute').click()
    const answer = block.locator('.live-responses-table .response')
    return {
      status: await answer.locator('.response-col_status').innerText(),
      body: await answer.locator('.highlight-code code').first().innerText(),
    }
  }

  test.each(['/swagger', '/swagger/'])(
    '%s shows every operation, without a word on the console and without any other host',
    async (path) => {
      const suited = await workshop.serve(workshop.wecom().settings)
      const { page, troubles } = await open(suited, path)
      const { paths } = await suited.ask('/swagger/json')
      const operations = Object.values(paths as Record<string, object>).flatMap(Object.keys)
      expect(await page.locator('.opblock').count()).toBe(operations.length)
      expect(await page.locator('h1, h2.title').first().innerText()).toContain('suited')
      expect(troubles).toEqual([])
    },
  )

  test('with the admin token, GET /api/status can be tried out', async () => {
    const suited = await workshop.serve(workshop.wecom().settings)
    const { page, troubles } = await open(suited)
    await authorize(page, adminToken)
    const { status, body } = await execute(operation(page, 'get', '/api/status'))
    expect(status).toBe('200')
    expect(JSON.parse(body)).toMatchObject({ suites: [{ key: 'default' }] })
    expect(troubles).toEqual([])
  })

  test('with a wrong token it shows the 401 and its code', async () => {
    const suited = await workshop.serve(workshop.wecom().settings)
    const { page } = await open(suited)
    await authorize(page, 'not-the-admin-token-at-all')
    const { status, body } = await execute(operation(page, 'get', '/api/status'))
    expect(status).toContain('401')
    expect(JSON.parse(body)).toMatchObject({ code: 'unauthorized' })
  })

  test('without any token, GET /sign signs a page of a company that has the app', async () => {
    const wecom = workshop.wecom()
    const suited = await workshop.serviceFor(wecom, await workshop.folder())
    const [corpid] = wecom.corpids
    await wecom.giveTicket(suited)
    await wecom.install(suited, corpid)
    const { page, troubles } = await open(suited)
    const block = operation(page, 'get', '/sign')
    const { status, body } = await execute(block, { corpid, url: pageUrl })
    expect(status).toBe('200')
    const signed = JSON.parse(body)
    const { simulator, suiteId } = wecom
    const seen = { ...signed, suiteId, corpid, type: 'config', url: pageUrl }
    expect(simulator.acceptsSignature(seen)).toEqual({ ok: true })
    expect(troubles).toEqual([])
  })
})
