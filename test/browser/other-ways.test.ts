/**
 * The other ways in, in a real browser: the web login of a login suite, a customised app and its QR
 * code, and WeCom's console. One service has all of these suites, and no provider's site: its own
 * pages end each way.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { type SeveralSuites, startSeveralSuites } from '../binary/several-suites'
import { useWorkshop } from '../binary/workshop'
import { freePort } from '../free-port'
import { describeWithTool } from '../optional-tool'
import { findChromium, startChromium } from './chromium'
import { shownOn, wecomPhone } from './login-scene'

const desktop = { viewport: { width: 1280, height: 800 } }

describeWithTool('Chromium', findChromium, 'another way in', (executablePath) => {
  const workshop = useWorkshop(afterAll)
  let browser: Browser
  let several: SeveralSuites
  let publicUrl: string

  beforeAll(async () => {
    browser = await startChromium(executablePath)
    const port = freePort()
    const host = `127.0.0.1:${port}`
    publicUrl = `http://${host}`
    several = await startSeveralSuites(workshop, (wecom) => ({
      port,
      public_url: publicUrl,
      open_url: wecom.url,
      oauth_url: wecom.url,
      login_url: wecom.url,
    }))
    for (const suite of Object.values(several.suites)) {
      Object.assign(suite, { trustedDomains: [host], installDomains: [host] })
    }
  })

  const world = () => several.wecom.simulator.world
  const nameOf = (corpid: string) => world().companies.get(corpid)?.name ?? '?'
  const userOf = (corpid: string) => world().companies.get(corpid)?.members[0]?.userid ?? '?'

  /** Opens an address as a member of a company; what the last page says. */
  const openAs = async (corpid: string, path: string, device: object): Promise<string> => {
    world().visitor = { corpid }
    const context = await browser.newContext(device)
    const page: Page = await context.newPage()
    await page.goto(`${publicUrl}${path}`)
    const shown = await shownOn(page)
    await context.close()
    return shown
  }

  test('is the web login of a login suite, from any browser', async () => {
    const [corpid] = several.wecom.corpids
    await several.install('crm', corpid)

    const shown = await openAs(corpid, '/suites/crm/login', desktop)

    expect(shown).toContain(nameOf(corpid))
    expect(shown).toContain(userOf(corpid))
  })

  test('is a customised app’s QR code: the page goes on once an administrator has scanned it', async () => {
    const [, corpid] = several.wecom.corpids
    const context = await browser.newContext(desktop)
    const page = await context.newPage()
    await page.goto(`${publicUrl}/suites/template/install`)
    await page.waitForSelector('img')
    const [link] = world().qrLinks.values()

    await several.wecom.simulator.phones.visit({ url: link?.url ?? '', visitor: { corpid } })

    await page.waitForURL(/\/install\/done/)
    expect(await shownOn(page)).toContain(nameOf(corpid))
    await context.close()
    expect(await openAs(corpid, `/suites/template/login?corpid=${corpid}`, wecomPhone)).toContain(
      nameOf(corpid),
    )
  })

  test('is WeCom’s console, with an auth_code', async () => {
    const [corpid] = several.wecom.corpids
    const authCode = several.wecom.simulator.pusher.openBusinessUrl(corpid, userOf(corpid))

    const shown = await openAs(corpid, `/suites/crm/business?auth_code=${authCode}`, desktop)

    expect(shown).toContain(userOf(corpid))
  })
})
