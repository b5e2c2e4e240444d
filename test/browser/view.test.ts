/** The pages of install and login as a browser shows them, on phones and on desks. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import jsQR from 'jsqr'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { htmlAnswer } from '../../src/http/pages/view/html-answer'
import { goOnPage, installedPage } from '../../src/http/pages/view/install-pages'
import { corpName, everyPage, link, qrLink } from '../http/pages/view/every-page'
import { describeWithTool } from '../optional-tool'
import { findChromium, startChromium } from './chromium'
import { contrastsOf } from './contrast'

const readable = 4.5
const widths = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
]

/** The others are made of the same pieces. */
const looked = ['goOn', 'installQr', 'openInWecom', 'wrong_corp', 'wide']

describeWithTool('Chromium', findChromium, 'the pages of install and login', (executablePath) => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const notYet = () => Response.json({ next: null })
  let waitingAnswer: () => Response = notYet
  const troubles: string[] = []
  const referers: (string | null)[] = []

  /** Pages by `/LANGUAGE/NAME`. Under the name localhost it is another origin, for WeCom. */
  const server: Bun.Server<undefined> = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request): Response => {
      const { pathname } = new URL(request.url)
      const [, language, name = ''] = pathname.split('/')
      if (pathname === '/wecom') {
        referers.push(request.headers.get('referer'))
        return new Response(null, { status: 204 })
      }
      if (pathname === '/install/waiting') return waitingAnswer()
      const asked = language === 'en' ? 'en' : 'zh'
      if (name === 'goOn') return htmlAnswer(200, goOnPage(asked, { address: wecom }))
      const names = {
        corpName: 'W'.repeat(100),
        already: false,
        redirectWithheld: false,
        refusedState: null,
      }
      if (name === 'wide') return htmlAnswer(200, installedPage(asked, names))
      return htmlAnswer(200, everyPage[name]?.(asked) ?? '')
    },
  })
  const wecom: string = `http://localhost:${server.port}/wecom`

  /** The page that goes on is never loaded to its end. */
  const open = async (path: string, tab = page) => {
    await tab.goto(new URL(path, server.url).href, { waitUntil: 'commit' })
    await tab.locator('.other').waitFor()
  }

  beforeAll(async () => {
    browser = await startChromium(executablePath)
    context = await browser.newContext()
    page = await context.newPage()
    page.on('console', (message) => troubles.push(message.text()))
    page.on('pageerror', (error) => troubles.push(error.message))
  })
  afterEach(async () => {
    await page.goto('about:blank')
    waitingAnswer = notYet
    expect(troubles.splice(0)).toEqual([])
  })
  afterAll(async () => {
    await context.close()
    await server.stop(true)
  })

  describe.each(['zh', 'en'])('in %s', (language) => {
    test.each(looked)('fit and can be read, in light and dark: %s', async (name) => {
      await open(`/${language}/${name}`)
      for (const size of widths) {
        await page.setViewportSize(size)
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(size.width)
      }
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const contrasts = await contrastsOf(page)
        expect(contrasts.length).toBeGreaterThanOrEqual(4)
        expect(contrasts.filter(({ ratio }) => ratio < readable)).toEqual([])
      }
      for (const button of await page.locator('.button').all()) {
        expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(48)
      }
    })
  })

  test('dark is dark', async () => {
    await open('/zh/signedIn')
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    await page.emulateMedia({ colorScheme: 'light' })
    const light = await background()
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await background()).not.toBe(light)
  })

  /** What a camera reads off the screen. */
  const scanned = async () => {
    const picture = (await page.locator('.qr').screenshot()).toString('base64')
    const canvas = await context.newPage()
    const { width, height, pixels } = await canvas.evaluate<{
      width: number
      height: number
      pixels: string
    }>(`(async () => {
      const image = new Image()
      image.src = 'data:image/png;base64,${picture}'
      await image.decode()
      const { width, height } = image
      const canvas = new OffscreenCanvas(width, height).getContext('2d')
      canvas.drawImage(image, 0, 0)
      const bytes = [...canvas.getImageData(0, 0, width, height).data]
      const pixels = btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''))
      return { width, height, pixels }
    })()`)
    await canvas.close()
    return jsQR(new Uint8ClampedArray(Buffer.from(pixels, 'base64')), width, height)?.data
  }

  test.each([
    ['installQr', qrLink],
    ['openInWecom', link],
  ])('the QR code of %s can be scanned, on a dark page too', async (name, text) => {
    await page.setViewportSize({ width: 360, height: 740 })
    await page.emulateMedia({ colorScheme: 'dark' })
    await open(`/zh/${name}`)
    expect(await scanned()).toBe(text)
  })

  test.each([
    ['with', true],
    ['without', false],
  ])('WeCom learns our origin from the way to it, %s scripts', async (_, runs) => {
    referers.length = 0
    const other = await browser.newContext({ javaScriptEnabled: runs })
    const tab = await other.newPage()
    const gone = tab.waitForRequest(wecom)
    await open('/zh/goOn', tab)
    await (await gone).response()
    expect(referers[0]).toBe(`${server.url.origin}/`)
    await other.close()
  })

  test('the page that waits goes on once the company has installed', async () => {
    let asked = 0
    waitingAnswer = () => {
      asked += 1
      return Response.json({ next: asked < 3 ? null : '/zh/installed' })
    }
    const tab = await context.newPage()
    await tab.clock.install()
    await open('/zh/installQr', tab)
    for (let time = 1; time <= 3; time += 1) {
      const answered = tab.waitForResponse(/\/install\/waiting\?flow=abc$/)
      await tab.clock.runFor(2000)
      await (await answered).finished()
    }
    await tab.waitForURL('**/zh/installed')
    expect(await tab.locator('bdi').textContent()).toBe(corpName)
    expect(asked).toBe(3)
    await tab.close()
  })

  test('the page that waits says so when it is too old, and asks no more', async () => {
    let asked = 0
    waitingAnswer = () => {
      asked += 1
      return new Response(null, { status: 403 })
    }
    const tab = await context.newPage()
    await tab.clock.install()
    await open('/zh/installQr', tab)
    expect(await tab.locator('#over').isVisible()).toBe(false)
    await tab.clock.runFor(2000)
    await tab.locator('#over').waitFor()
    expect(await tab.locator('#waiting').isVisible()).toBe(false)
    await tab.clock.runFor(60_000)
    expect(asked).toBe(1)
    await tab.close()
  })
})
