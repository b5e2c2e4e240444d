/**
 * The example page in Chromium, which a stand-in for WeCom's client opens: it checks signatures.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { findChromium, startChromium } from '../browser/chromium'
import { project, textOf } from '../conventions/sources'
import { describeWithTool } from '../optional-tool'
import { useExampleStage } from './stage'

interface Call {
  readonly name: string
  readonly params: Readonly<Record<string, string>>
}

/** Runs in the page: what WeCom's client puts there, which writes down what it is asked. */
const clientBridge = () => {
  const calls: Call[] = []
  const invoke = (name: string, params: Call['params'], done: (result: object) => void) => {
    calls.push({ name, params })
    const found = name === 'selectExternalContact' ? { userIds: ['wmCustomer'] } : {}
    done({ err_msg: `${name}:ok`, ...found })
  }
  Object.assign(globalThis, { WeixinJSBridge: { invoke, on: () => {} }, wecomCalls: calls })
}

describeWithTool('Chromium', findChromium, 'the example page', (executablePath) => {
  let browser: Browser
  let gateway = ''

  /** The folder of the page, as a web server gives it; the address of suited is filled in. */
  const pages = Bun.serve({
    port: 0,
    async fetch({ url }) {
      const { pathname } = new URL(url)
      if (pathname.startsWith('/node_modules/'))
        return new Response(Bun.file(join(project, pathname)))
      const html = await textOf('examples/page/index.html')
      const headers = { 'content-type': 'text/html' }
      return new Response(html.replace('https://gw.example.com', gateway), { headers })
    },
  })
  const host = `127.0.0.1:${pages.port}`
  const stage = useExampleStage(['sign'], () => ({ SUITED_TRUSTED_DOMAINS: host }))

  beforeAll(async () => {
    browser = await startChromium(executablePath)
  })
  afterAll(async () => {
    await pages.stop(true)
  })

  const open = async (corpid: string, version = '4.1.30') => {
    const { wecom, suited } = stage()
    wecom.suite.trustedDomains = [host]
    gateway = suited.url
    const userAgent = `Mozilla/5.0 wxwork/${version} MicroMessenger/7.0.1`
    const page = await browser.newPage({ userAgent })
    await page.addInitScript(clientBridge)
    await page.goto(`http://${host}/?corpid=${corpid}#/customers`)
    return page
  }

  /** Whether WeCom takes what the page handed to its client. */
  const accepts = (type: 'config' | 'agent_config', { params }: Call) => {
    const { wecom, corpid } = stage()
    const [timestamp, nonceStr, signature] =
      type === 'config'
        ? [params.verifyTimestamp, params.verifyNonceStr, params.verifySignature]
        : [params.timestamp, params.nonceStr, params.signature]
    return wecom.simulator.acceptsSignature({
      timestamp: Number(timestamp),
      nonceStr: nonceStr!,
      signature: signature!,
      suiteId: wecom.suiteId,
      corpid,
      type,
      url: `http://${host}/?corpid=${corpid}`,
    })
  }

  /** What WeCom's client is asked once somebody has chosen a customer. */
  const callsOf = async (version: string) => {
    const page = await open(stage().corpid, version)
    await page.getByRole('button', { disabled: false }).click()
    await page.getByText('wmCustomer').waitFor()
    const calls = (await page.evaluate('wecomCalls')) as Call[]
    await page.close()
    return calls
  }

  test('hands WeCom a signature that it accepts, and calls what it was signed for', async () => {
    const calls = await callsOf('4.1.30')
    expect(calls.map(({ name }) => name)).toEqual(['agentConfig', 'selectExternalContact'])
    expect(calls[0]!.params.corpid).toBe(stage().corpid)
    expect(accepts('agent_config', calls[0]!)).toEqual({ ok: true })
  })

  test('hands a WeCom of before 3.0.24 the company’s signature, too', async () => {
    const [config, agentConfig] = await callsOf('3.0.20')
    expect(config!.name).toBe('preVerifyJSAPI')
    expect(accepts('config', config!)).toEqual({ ok: true })
    expect(accepts('agent_config', agentConfig!)).toEqual({ ok: true })
  })

  test('shows why it got no signature', async () => {
    const page = await open('wpNobody')
    await page.getByText('corp_not_authorized').waitFor()
    expect(await page.getByRole('button').isDisabled()).toBe(true)
    await page.close()
  })
})
