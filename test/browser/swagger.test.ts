/** All cases share one page: Swagger UI takes seconds to load. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { closedTags } from '../../src/http/answer/operation-tags'
import { adminToken, pageUrl, type Suited } from '../binary/suited'
import type { Wecom } from '../binary/wecom'
import { useWorkshop } from '../binary/workshop'
import type { Document } from '../http/operations/printed-document'
import { describeWithTool } from '../optional-tool'
import { findChromium, flags } from './chromium'
import {
  authorize,
  execute,
  headingOf,
  openSwagger,
  operation,
  takeBack,
  unfold,
} from './swagger-page'

describeWithTool('Chromium', findChromium, 'Swagger UI in a browser', (executablePath) => {
  const workshop = useWorkshop(afterAll)
  let browser: Browser
  let wecom: Wecom
  let suited: Suited
  let page: Page
  let troubles: string[]

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, headless: true, args: flags })
    wecom = workshop.wecom()
    suited = await workshop.serviceFor(wecom, await workshop.folder())
    ;({ page, troubles } = await openSwagger(browser, `${suited.url}/swagger/`))
    expect(troubles).toEqual([])
  })
  afterAll(() => browser.close())
  beforeEach(() => {
    troubles.length = 0
  })

  test('the page shows every operation, old names and twins once they are asked for, without a word on the console and without any other host', async () => {
    const { paths } = (await suited.ask('/swagger/json')) as Document
    const tags = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map((operation) => operation.tags![0]!),
    )
    const atOnce = tags.filter((tag) => !closedTags.some((closed) => closed === tag))
    expect(await page.locator('.opblock').count()).toBe(atOnce.length)
    for (const tag of closedTags) await headingOf(page, tag).click()
    expect(await page.locator('.opblock').count()).toBe(tags.length)
    expect(await page.locator('.info .title').textContent()).toStartWith('suited')
    expect(troubles).toEqual([])
  })

  test('GET /api/status shows a 401 with a wrong token, and with the admin token how it stands', async () => {
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
    const [corpid] = wecom.corpids
    await wecom.giveTicket(suited)
    await wecom.install(suited, corpid)

    await takeBack(page)
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
