/** Swagger UI's page as a person uses it. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'

/** Swagger UI draws every operation: on a busy machine that takes a while. */
const patienceMs = 80_000

/** Where a heading of operations stands. */
export const headingOf = (page: Page, tag: string): Locator =>
  page.locator(`.opblock-tag[data-tag="${tag}"]`)

export interface Swagger {
  readonly page: Page
  /** All that a developer's console would complain about, and every request to another origin. */
  readonly troubles: string[]
}

/** Opens Swagger UI. */
export const openSwagger = async (
  browser: Browser | BrowserContext,
  address: string,
): Promise<Swagger> => {
  const page = await browser.newPage()
  page.setDefaultTimeout(patienceMs)
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
    if (origin !== new URL(address).origin && protocol !== 'data:') {
      troubles.push(`away: ${request.url()}`)
    }
  })
  await page.goto(address)
  await page.locator('.opblock').first().waitFor()
  return { page, troubles }
}

const operation = (page: Page, method: string, path: string): Locator =>
  page.locator(`.opblock-${method}`).filter({ has: page.locator(`[data-path="${path}"]`) })

/** Enters a token, in place of the one before. */
export const authorize = async (page: Page, token: string) => {
  await takeBack(page)
  await page.locator('.auth-wrapper > .authorize').click()
  const form = page.locator('.auth-container')
  await form.locator('input').fill(token)
  await form.locator('.authorize').click()
  await form.locator('.btn-done').click()
}

export const isAuthorized = (page: Page): Promise<boolean> =>
  page.locator('.auth-wrapper > .authorize.locked').isVisible()

/** Takes back the token that was entered, if any was. */
export const takeBack = async (page: Page) => {
  if (!(await isAuthorized(page))) return
  await page.locator('.auth-wrapper > .authorize').click()
  const form = page.locator('.auth-container')
  await form.getByRole('button', { name: 'Remove authorization' }).click()
  await form.locator('.btn-done').click()
}

/** An operation with its form open, whoever opened it. */
export const unfolded = async (page: Page, method: string, path: string): Promise<Locator> => {
  const block = operation(page, method, path)
  if (!(await block.locator('.execute').isVisible())) {
    await block.locator('.opblock-summary-control').click()
  }
  return block
}

/** Executes an unfolded operation; the body of the answer that comes with `status`. */
export const execute = async (block: Locator, status: string) => {
  await block.locator('.execute').click()
  const answer = block.locator('.live-responses-table .response').filter({
    has: block.page().locator('.response-col_status', { hasText: status }),
  })
  return JSON.parse((await answer.locator('.highlight-code code').first().textContent()) ?? '')
}
