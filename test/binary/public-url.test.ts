import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { describeWithTool } from '../optional-tool'
import { createNginx } from './nginx'
import { startPrefixProxy } from './prefix-proxy'
import { pageUrl, type Suited } from './suited'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

/** The cases behind one proxy share one service: each has a company of its own. */
const workshop = useWorkshop(afterAll)

const prefix = '/wecom'

interface Proxy {
  readonly url: string
  forwardTo(url: string): void | Promise<void>
}

/** A service that WeCom and pages reach through the proxy alone. */
const startBehind = async (proxy: Proxy): Promise<{ wecom: Wecom; suited: Suited }> => {
  const wecom = workshop.wecom()
  const settings = { SUITED_PUBLIC_URL: proxy.url }
  const direct = await workshop.serviceFor(wecom, await workshop.folder(), settings)
  await proxy.forwardTo(direct.url)
  const suited: Suited = {
    ...direct,
    url: proxy.url,
    sign: (corpid, type = 'config') =>
      fetch(`${proxy.url}/sign?${new URLSearchParams({ corpid, url: pageUrl, type })}`),
  }
  return { wecom, suited }
}

/** What every proxy that strips the path has to let through. */
const rulesBehind = (startProxy: () => Proxy | Promise<Proxy>) => {
  let wecom: Wecom
  let suited: Suited

  beforeAll(async () => {
    ;({ wecom, suited } = await startBehind(await startProxy()))
  })

  test('WeCom’s checks and pushes reach the addresses that are named for pasting', async () => {
    const { pusher } = wecom.simulator
    const { items } = await suited.ask('/api/setup')
    const printed = (field: string): string =>
      items.find((item: { field: string }) => item.field === field).value
    expect(printed('指令回调URL')).toBe(`${suited.url}/callback/command`)
    expect(printed('安装完成回调域名')).toBe(new URL(suited.url).host)
    const checks = await pusher.saveUrls(wecom.suiteId, {
      commandUrl: printed('指令回调URL'),
      dataUrl: printed('数据回调URL'),
    })
    expect(checks).toMatchObject({ commandUrl: { ok: true }, dataUrl: { ok: true } })

    const [corpid] = wecom.corpids
    await wecom.giveTicket(suited)
    await wecom.install(suited, corpid)
    const message = await pusher.message(wecom.suiteId, corpid, { text: '从代理来 & <back>' })
    expect(message).toMatchObject({ ok: true, body: '', attempts: 1 })
    const { items: texts } = await suited.ask('/api/events?type=text')
    expect(texts).toMatchObject([{ payload: { Content: '从代理来 & <back>' } }])
  })

  test('pages get signatures for exactly their address', async () => {
    const [, corpid] = wecom.corpids
    wecom.pushTo(suited)
    await wecom.giveTicket(suited)
    await wecom.install(suited, corpid)
    for (const url of [pageUrl, 'https://app.example.com/a%20b/%E4%B8%AD?x=1&y=a%2Fb+c']) {
      const query = new URLSearchParams({ corpid, url, type: 'config' })
      const signed = (await (await fetch(`${suited.url}/sign?${query}`)).json()) as never
      const page = Object.assign({ suiteId: wecom.suiteId, corpid, type: 'config', url }, signed)
      expect(wecom.simulator.acceptsSignature(page as never).ok).toBe(true)
    }
  })

  test('Swagger UI finds its files, and its document names the public address', async () => {
    for (const path of ['/swagger', '/swagger/']) {
      const address = suited.url + path
      const page = await (await fetch(address)).text()
      const files = [...page.matchAll(/(?:href|src)="(\.[^"]+)"/g)].map(([, file]) => file!)
      expect(files).toHaveLength(3)
      for (const file of files) {
        expect([file, (await fetch(new URL(file, address))).status]).toEqual([file, 200])
      }
      const document = new URL('json', new URL(files.at(-1)!, address))
      const { servers } = (await (await fetch(document)).json()) as { servers: { url: string }[] }
      expect(servers[0]?.url).toBe(suited.url)
    }
  })
}

describe('below a path, behind a proxy that strips it', () => {
  let proxy: ReturnType<typeof startPrefixProxy>
  afterAll(() => proxy.stop())

  rulesBehind(() => {
    proxy = startPrefixProxy(prefix)
    return proxy
  })

  test('what is outside of the path reaches nobody', async () => {
    const { origin } = new URL(proxy.url)
    expect((await fetch(`${origin}/healthz`)).status).toBe(404)
    expect((await fetch(`${proxy.url}/healthz`)).status).toBe(200)
  })
})

describeWithTool(
  'nginx',
  () => Bun.which('nginx'),
  'behind nginx, below a path',
  (nginx) => {
    rulesBehind(async () => {
      const location = (upstream: string) => `location ${prefix}/ { proxy_pass ${upstream}/; }`
      const { origin, forwardTo } = await createNginx(workshop, nginx, location)
      return { url: origin + prefix, forwardTo }
    })
  },
)
