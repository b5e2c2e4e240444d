import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { BrowserContext, Page } from 'playwright-core'
import { until } from '../binary/until'
import { useWorkshop } from '../binary/workshop'
import { describeWithTool } from '../optional-tool'
import { findChromium, startChromium } from './chromium'

describeWithTool('Chromium', findChromium, 'the demo’s app home page', (executablePath) => {
  const workshop = useWorkshop(afterAll)
  let context: BrowserContext
  let page: Page
  const troubles: string[] = []
  const asked: string[] = []
  let homePage: string
  let origins: readonly string[]
  let links: Readonly<Record<string, string>>

  beforeAll(async () => {
    ;({ homePage, origins, links } = await startDemo())
    context = await (await startChromium(executablePath)).newContext()
    page = await context.newPage()
    page.on('console', (message) => troubles.push(message.text()))
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('request', (request) => asked.push(new URL(request.url()).origin))
  })
  afterAll(() => context.close())

  /** The addresses that the demo prints. */
  const startDemo = async () => {
    const demo = await workshop.start(['demo'], { env: { TMPDIR: await workshop.folder() } })
    await until('the end of its words', () => demo.stdout.includes('Ctrl-C'))
    const [, homePage = ''] = /App home page +(\S+)/.exec(demo.stdout) ?? []
    const [, swagger = ''] = /Swagger UI +(\S+)/.exec(demo.stdout) ?? []
    const [, login = ''] = /Log in +(\S+)/.exec(demo.stdout) ?? []
    const [, install = ''] = /Install +(\S+)/.exec(demo.stdout) ?? []
    const origins = [new URL(homePage).origin, new URL(swagger).origin]
    return { homePage, origins, links: { login, install } }
  }

  /** Opens the home page in the page that all cases share. */
  const open = async (width = 1200) => {
    troubles.length = 0
    asked.length = 0
    await page.setViewportSize({ width, height: 900 })
    await page.goto(homePage)
    await page.locator('body[data-done]').waitFor()
  }

  const steps = () =>
    page.locator('#steps > li').evaluateAll((items) => items.map(({ className }) => className))

  test('signs itself, without a word on the console and without any other host', async () => {
    await open()
    expect(await page.locator('h1').textContent()).toBe('This page has signed itself')
    expect(await steps()).toEqual(['good', 'good', 'good', 'good'])
    const calls = await page.locator('#calls li').allTextContents()
    expect(calls).toContain('v2/get_permanent_code')
    expect(calls.indexOf('get_corp_token')).toBeLessThan(calls.indexOf('get_jsapi_ticket'))
    expect(troubles).toEqual([])
    expect(asked.filter((origin) => !origins.includes(origin) && origin !== 'null')).toEqual([])
  })

  test.each([
    ['login', 'A member is signed in'],
    ['install', 'The app is installed'],
  ])(
    'leads to %s, by its link and the printed one, through WeCom to the page of the app',
    async (link, title) => {
      await open()
      await page.locator(`#${link}`).click()
      await page.getByRole('heading', { name: title }).waitFor()
      await page.goto(links[link] ?? '')
      await page.getByRole('heading', { name: title }).waitFor()
    },
  )

  test('fits a phone', async () => {
    await open(360)
    const width = await page.evaluate('document.documentElement.scrollWidth')
    expect(width).toBe(360)
  })

  test('names each mistake, and where it was made', async () => {
    const home = new URL('/', homePage).href
    const mistakes = [
      { url: home, at: 'corpid', says: '?corpid=$CORPID$' },
      { url: `${home}?corpid=$CORPID$`, at: 'config', says: 'GET /sign answers 4' },
      { url: `${home}?corpid=wpNobody`, at: 'config', says: 'corp_not_authorized' },
      { url: `${homePage}&mistake=unencoded`, at: 'config', says: 'url_not_encoded' },
      { url: `${homePage}&mistake=address`, at: 'config', says: `It was signed for ${home}, and` },
      { url: `${homePage}&mistake=ticket`, at: 'agent_config', says: 'a signature of its own' },
    ]
    for (const { url, at, says } of mistakes) {
      await page.goto(url)
      await page.locator('body[data-done]').waitFor()
      const bad = page.locator('#steps > li.bad')
      expect([url, await bad.getAttribute('id')]).toEqual([url, at])
      expect(await bad.textContent()).toContain(says)
      expect(await page.locator('h1').textContent()).not.toBe('This page has signed itself')
    }
  })
})
