/** Logins in a real browser, against the binary behind nginx and the simulator's pages. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { until } from '../binary/until'
import { useWorkshop } from '../binary/workshop'
import { describeWithTool } from '../optional-tool'
import { findChromium, flags } from './chromium'
import { type LoginScene, memberAt, shownOn, startLoginScene, wecomPhone } from './login-scene'

const findBoth = (): string | null => (Bun.which('nginx') === null ? null : findChromium())

describeWithTool('Chromium', findBoth, 'a login in a browser', (executablePath) => {
  const workshop = useWorkshop(afterAll)
  let browser: Browser
  let scene: LoginScene

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, headless: true, args: flags })
    scene = await startLoginScene(workshop, Bun.which('nginx') ?? '')
    for (const corpid of scene.wecom.corpids.slice(0, 2)) {
      await scene.wecom.install(scene.suited(), corpid)
    }
  })
  afterAll(async () => {
    await browser.close()
    await scene.stop()
  })

  const link = (query: Record<string, string> = {}) =>
    `${scene.publicUrl}/login?${new URLSearchParams({ redirect: `${scene.site}?state=own`, ...query })}`

  const asked = () =>
    scene.wecom.simulator.calls.list({ path: '/cgi-bin/service/auth/getuserinfo3rd' }).length

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

  test('whose cookie is lost once starts over by itself', async () => {
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

  test('whose cookie is lost each time ends on a page with one button', async () => {
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

  test('of five tabs ends in each of them, the last one first', async () => {
    const context = await browser.newContext(wecomPhone)
    const letGo: (() => void)[] = []
    scene.gate.onArrival = () => new Promise<void>((resolve) => letGo.push(resolve))
    const tabs: { own: string; page: Page; going: Promise<unknown> }[] = []
    for (const own of ['1', '2', '3', '4', '5']) {
      const page = await context.newPage()
      const going = page.goto(link({ redirect: `${scene.site}?state=${own}` }))
      tabs.push({ own, page, going })
      await until('the tab at WeCom', () => letGo.length === tabs.length)
    }

    for (const { own, page, going } of tabs.reverse()) {
      letGo.pop()?.()
      await going
      expect(await memberAt(page)).toMatchObject({ own, way: 'client' })
    }
    scene.gate.onArrival = null
    await context.close()
  })

  test('of another company than the link names says which one came', async () => {
    const [one, other] = scene.wecom.corpids
    const { world } = scene.wecom.simulator
    const context = await browser.newContext(wecomPhone)
    const page = await context.newPage()

    world.visitor = { corpid: other }
    await page.goto(link({ corpid: one }))
    const refused = await shownOn(page)
    await page.goto(link({ corpid: other }))
    const member = await memberAt(page)
    world.visitor = null

    expect(refused).toContain('wrong_corp')
    expect(refused).toContain(world.companies.get(one)?.name ?? '?')
    expect(refused).toContain(world.companies.get(other)?.name ?? '?')
    expect(member).toMatchObject({ corpid: other })
    await context.close()
  })

  test('goes on over a restart between its start and its return', async () => {
    const context = await browser.newContext(wecomPhone)
    const page = await context.newPage()
    scene.gate.onArrival = () => scene.restart()

    await page.goto(link())
    const member = await memberAt(page)
    scene.gate.onArrival = null

    expect(member).toMatchObject({ way: 'client' })
    await context.close()
  })

  test('whose return is asked for twice at once is one call at WeCom and one answer', async () => {
    const begun = await fetch(link(), {
      headers: { 'user-agent': wecomPhone.userAgent },
      redirect: 'manual',
    })
    const cookie = begun.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    const atWecom = (begun.headers.get('location') ?? '').replace(
      /^[^/]+\/\/[^/]+/,
      scene.wecom.url,
    )
    const back = await fetch(atWecom, { redirect: 'manual' })
    const returned = back.headers.get('location') ?? ''
    const before = asked()

    const answers = await Promise.all(
      [1, 2].map(() => fetch(returned, { headers: { cookie }, redirect: 'manual' })),
    )

    const [one, two] = answers.map(({ headers }) => headers.get('location'))
    expect(one).toStartWith(`${scene.site}?state=own&code=`)
    expect(two).toBe(one!)
    expect(asked() - before).toBe(1)
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

  test('with a forged return is refused, and nobody is asked', async () => {
    const context = await browser.newContext(wecomPhone)
    const page = await context.newPage()
    const before = asked()

    const answer = await page.goto(
      `${scene.publicUrl}/login/done?code=x&state=${'a'.repeat(32)}&flow=AAAA`,
    )

    expect(answer?.status()).toBe(403)
    expect(await shownOn(page)).toContain('bad_state')
    expect(asked()).toBe(before)
    await context.close()
  })
})
