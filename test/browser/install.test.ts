/** Installations in a real browser, against the binary behind nginx and the simulator's pages. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Browser, chromium } from 'playwright-core'
import { useWorkshop } from '../binary/workshop'
import { describeWithTool } from '../optional-tool'
import { findChromium, flags } from './chromium'
import { type LoginScene, memberAt, shownOn, startLoginScene } from './login-scene'

const findBoth = (): string | null => (Bun.which('nginx') === null ? null : findChromium())

describeWithTool('Chromium', findBoth, 'an installation in a browser', (executablePath) => {
  const workshop = useWorkshop(afterAll)
  let browser: Browser
  let scene: LoginScene

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, headless: true, args: flags })
    scene = await startLoginScene(workshop, Bun.which('nginx') ?? '')
  })
  afterAll(async () => {
    await browser.close()
    await scene.stop()
  })

  const visitAs = (corpid: string) => {
    scene.wecom.simulator.world.visitor = { corpid }
  }
  const link = () =>
    `${scene.publicUrl}/install?${new URLSearchParams({ redirect: `${scene.site}?state=own` })}`
  const statusOf = async (corpid: string) =>
    (await scene.suited().ask(`/api/corps/${corpid}`)).status

  test('goes from the provider’s link over WeCom’s page to the provider’s site, with the company', async () => {
    const [corpid] = scene.wecom.corpids
    visitAs(corpid)
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()

    await page.goto(link())

    const installed = await memberAt(page)
    expect(installed).toMatchObject({ own: 'own', way: 'install', corpid })
    expect(installed.userid).toBeString()
    expect(await statusOf(corpid)).toBe('authorized')
    await context.close()
  })

  test('with a state that is none of ours keeps the company, says so, and leads nowhere', async () => {
    const [, corpid] = scene.wecom.corpids
    visitAs(corpid)
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
    const page = await context.newPage()
    const begun = await fetch(link())
    const [, atWecom = ''] = /(http[^"]*3rdapp\/install[^"]*)"/.exec(await begun.text()) ?? []
    const back = await fetch(atWecom.replaceAll('&amp;', '&'), {
      headers: { referer: scene.publicUrl },
      redirect: 'manual',
    })
    const returned = new URL(back.headers.get('location') ?? '')
    returned.searchParams.set('state', 'a'.repeat(32))

    const answer = await page.goto(returned.href)

    expect([200, 403]).toContain(answer?.status() ?? 0)
    expect(page.url()).toStartWith(scene.publicUrl)
    const { companies } = scene.wecom.simulator.world
    expect(await shownOn(page)).toContain(companies.get(corpid)?.name ?? '?')
    expect(await statusOf(corpid)).toBe('authorized')
    await context.close()
  })

  test('that comes back in the history shows that it is installed, and installs nothing again', async () => {
    const [, , corpid = ''] = scene.wecom.corpids
    visitAs(corpid)
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
    const page = await context.newPage()
    await page.goto(`${scene.publicUrl}/install`)
    await page.waitForURL(/\/install\/done/)
    const exchanges = () =>
      scene.wecom.simulator.calls.count({ path: '/cgi-bin/service/v2/get_permanent_code' })
    const { companies } = scene.wecom.simulator.world
    expect(await shownOn(page)).toContain(companies.get(corpid)?.name ?? '?')
    const before = exchanges()

    await page.reload()

    expect(await shownOn(page)).toContain(companies.get(corpid)?.name ?? '?')
    expect(exchanges()).toBe(before)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await context.close()
  })
})
