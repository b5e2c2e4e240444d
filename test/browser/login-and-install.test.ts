/**
 * Logins and installations in a real browser, against the binary behind nginx and the simulator's
 * pages.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { useWorkshop } from '../binary/workshop'
import { describeWithTool } from '../optional-tool'
import { findChromium, startChromium } from './chromium'
import { type LoginScene, memberAt, shownOn, startLoginScene, wecomPhone } from './login-scene'

const findBoth = (): string | null => (Bun.which('nginx') === null ? null : findChromium())

describeWithTool('Chromium', findBoth, 'a browser', (executablePath) => {
  const workshop = useWorkshop(afterAll)
  let browser: Browser
  let scene: LoginScene

  beforeAll(async () => {
    browser = await startChromium(executablePath)
    scene = await startLoginScene(workshop, Bun.which('nginx') ?? '')
    await scene.wecom.install(scene.suited(), scene.wecom.corpids[0])
  })
  afterAll(async () => {
    await scene.stop()
  })

  const redirect = () => `${scene.site}?state=own`
  const link = () => `${scene.publicUrl}/login?${new URLSearchParams({ redirect: redirect() })}`

  const asked = () =>
    scene.wecom.simulator.calls.list({ path: '/cgi-bin/service/auth/getuserinfo3rd' }).length

  describe('of a member', () => {
    test('inside WeCom goes by itself from the link to the member', async () => {
      const context = await browser.newContext(wecomPhone)
      const page = await context.newPage()

      await page.goto(link())

      const member = await memberAt(page)
      const [corpid] = scene.wecom.corpids
      expect(member).toMatchObject({ own: 'own', way: 'client', corpid, agentid: 1000002 })
      expect(member.userid).toBeString()
      await context.close()
    })

    test('on a desktop without a web login shows the link for WeCom, and asks no other host', async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
      const page = await context.newPage()
      const hosts = new Set<string>()
      page.on('request', (request) => {
        const { protocol, host } = new URL(request.url())
        if (protocol !== 'data:') hosts.add(host)
      })

      const answer = await page.goto(link())

      expect(answer?.headers()).toMatchObject({ 'cache-control': 'no-store' })
      expect(await shownOn(page)).toContain(`${scene.publicUrl}/login?redirect=`)
      expect([...hosts]).toEqual([new URL(scene.publicUrl).host])
      await context.close()
    })

    test('that loses the cookie once starts over by itself', async () => {
      const context = await browser.newContext(wecomPhone)
      const page = await context.newPage()
      let arrivals = 0
      scene.gate.onArrival = async () => {
        arrivals += 1
        if (arrivals === 1) await context.clearCookies()
      }

      await page.goto(link())
      const member = await memberAt(page)
      scene.gate.onArrival = null

      expect(member).toMatchObject({ own: 'own', way: 'client' })
      expect(arrivals).toBe(2)
      await context.close()
    })

    test('that loses the cookie each time ends on a page with one button', async () => {
      const context = await browser.newContext(wecomPhone)
      const page = await context.newPage()
      scene.gate.onArrival = () => context.clearCookies()

      await page.goto(link())
      scene.gate.onArrival = null

      expect(await shownOn(page)).toContain('cookies_lost')
      expect(await page.locator('a, button').count()).toBe(1)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
      await context.close()
    })

    test('that goes back in its history logs nobody in again', async () => {
      const context = await browser.newContext(wecomPhone)
      const page = await context.newPage()
      await page.goto('about:blank')
      await page.goto(link())
      await memberAt(page)
      const before = asked()

      await page.goBack()

      expect(asked()).toBe(before)
      await context.close()
    })
  })

  describe('of an administrator', () => {
    const visitAs = (corpid: string) => {
      scene.wecom.simulator.world.visitor = { corpid }
    }
    afterEach(() => {
      scene.wecom.simulator.world.visitor = null
    })
    const statusOf = async (corpid: string) =>
      (await scene.suited().ask(`/api/corps/${corpid}`)).status

    test('goes from the provider’s link over WeCom’s page to the provider’s site, with the company', async () => {
      const [, corpid] = scene.wecom.corpids
      visitAs(corpid)
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
      const page = await context.newPage()

      await page.goto(`${scene.publicUrl}/install?${new URLSearchParams({ redirect: redirect() })}`)

      const installed = await memberAt(page)
      expect(installed).toMatchObject({ own: 'own', way: 'install', corpid })
      expect(installed.userid).toBeString()
      expect(await statusOf(corpid)).toBe('authorized')
      await context.close()
    })

    test('that comes back in the history shows that the app is installed, and installs nothing again', async () => {
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
})
