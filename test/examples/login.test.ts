import { beforeAll, expect, test } from 'bun:test'
import { until } from '../binary/until'
import type { Wecom } from '../binary/wecom'
import { freePort } from '../free-port'
import { describeWithTool } from '../optional-tool'
import { useExampleStage } from './stage'

describeWithTool(
  'node',
  () => Bun.which('node'),
  'the example for install and login',
  (node) => {
    const publicUrl = `http://127.0.0.1:${freePort()}`
    const siteUrl = `http://127.0.0.1:${freePort()}`

    const settingsFor = ({ url, suite }: Wecom) => {
      const { host, port } = new URL(publicUrl)
      suite.trustedDomains = [host]
      suite.installDomains = [host]
      return {
        SUITED_PORT: port,
        SUITED_PUBLIC_URL: publicUrl,
        SUITED_TRUSTED_DOMAINS: '127.0.0.1',
        WECOM_OAUTH_URL: url,
        WECOM_OPEN_URL: url,
      }
    }
    const stage = useExampleStage(['login'], settingsFor)

    beforeAll(async () => {
      const { workshop, suited, key } = stage()
      const running = workshop.startProgram([node, 'login/site.mjs'], {
        cwd: new URL('../../examples', import.meta.url).pathname,
        env: {
          SUITED_PUBLIC_URL: publicUrl,
          SUITED_URL: suited.url,
          SUITED_KEY: key,
          SITE_URL: siteUrl,
        },
      })
      await until('the site', () => running.stdout.includes(siteUrl))
    })

    /** What a member's phone shows in the end. */
    const visit = async (url: string, phone = 'phone') => {
      const { wecom, corpid } = stage()
      const { page } = await wecom.simulator.phones.visit({ url, visitor: { corpid }, phone })
      return page
    }

    test('shows who logged in, member and company', async () => {
      const { corpid } = stage()
      const { text, url } = await visit(`${siteUrl}/login`)
      expect(url).toBe(`${siteUrl}/`)
      expect(text).toContain(`(${corpid}), by client`)
    })

    test('shows which company has installed the app, and who did', async () => {
      const { corpid } = stage()
      const { text, url } = await visit(`${siteUrl}/install`)
      expect(url).toBe(`${siteUrl}/`)
      expect(text).toMatch(/Installed by \S+ of \S+/)
      expect(text).toContain(corpid)
    })

    test('lets nobody in who brings a code to a browser that began nothing', async () => {
      const { status, text } = await visit(`${siteUrl}/welcome?state=foreign&code=x`, 'another')
      expect(status).toBe(403)
      expect(text).toContain('began no such login')
    })
  },
)
