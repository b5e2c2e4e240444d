/** The home page that the README gives its reader works as it stands there. */
import { describe, expect, test } from 'bun:test'
import { createScene, pageUrl } from '../scene'
import { outlineOf } from './markdown'
import { textOf } from './sources'

describe("the README's home page", () => {
  interface Signed {
    readonly timestamp: number
    readonly nonceStr: string
    readonly signature: string
  }
  // biome-ignore lint/suspicious/noExplicitAny: each function of WeCom's takes other options
  type Options = any

  /** Runs the code of the page that has `words`, after `before`, at the address of a company. */
  const open = async (words: string, before = '') => {
    const { codeBlocks } = outlineOf(await textOf('README.md'))
    const block = codeBlocks.find((one) => one.startsWith('js\n') && one.includes(words)) ?? ''
    const scene = await createScene()
    const corpid = await scene.installed()
    const href = `${new URL(pageUrl).origin}/?corpid=${corpid}#top`
    const given: Record<string, Options> = {}
    let ready = async () => {}
    const library = {
      register: (options: Options) => (given.register = options),
      config: (options: Options) => (given.config = options),
      agentConfig: (options: Options) => (given.agentConfig = options),
      ready: (callback: typeof ready) => (ready = callback),
    }
    const fetch = (url: string) => scene.request(url.replace('https://gw.example.com', ''))
    const names = ['ww', 'wx', 'fetch', 'location']
    const code = `return (async () => {${before}${block.slice(2).replace(/^import .*$/m, '')}})()`
    await new Function(...names, code)(library, library, fetch, new URL(href))
    await ready()
    const [url = ''] = href.split('#')
    const accepts = (type: 'config' | 'agent_config', signature: Signed) =>
      scene.simulator.acceptsSignature({
        ...signature,
        suiteId: scene.suiteId,
        corpid,
        type,
        url,
      })
    const { agentid } = await scene.ask(`/api/corps/${corpid}`)
    return { scene, corpid, agentid, given, url, accepts }
  }

  test('reads the company from its address and hands ww.register signatures that WeCom accepts', async () => {
    const { scene, corpid, agentid, given, url, accepts } = await open('ww.register')
    const options = given.register
    expect(options).toMatchObject({ corpId: corpid, agentId: agentid })
    expect(accepts('config', await options.getConfigSignature(url))).toEqual({ ok: true })
    expect(accepts('agent_config', await options.getAgentConfigSignature(url))).toEqual({
      ok: true,
    })
    await scene.stop()
  })

  test('hands wx.config and wx.agentConfig what WeCom accepts', async () => {
    const { codeBlocks } = outlineOf(await textOf('README.md'))
    const first = codeBlocks.find((one) => one.startsWith('js\n')) ?? ''
    const [, before = ''] = /^import .*\n([\s\S]*?)^const \{ agentid \}/m.exec(first) ?? []
    const { scene, corpid, agentid, given, accepts } = await open('wx.config', before)
    expect(given.config).toMatchObject({ beta: true, appId: corpid })
    expect(accepts('config', given.config)).toEqual({ ok: true })
    expect(given.agentConfig).toMatchObject({ corpid, agentid })
    expect(accepts('agent_config', given.agentConfig)).toEqual({ ok: true })
    await scene.stop()
  })
})
