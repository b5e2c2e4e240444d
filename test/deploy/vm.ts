/** The machine of the README's reader: a box, suited as its steps install it, and a WeCom. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtBinary } from '../binary/build'
import { until } from '../binary/until'
import { project } from '../conventions/sources'
import type { Box } from './box'

export const environmentFile = '/etc/suited/suited.env'
export const wecomUrl = 'http://127.0.0.1:8002'
export const serviceUrl = 'http://127.0.0.1:8001'
export const operatorsUrl = 'http://127.0.0.1:8011'

/** What WeCom's console would show. */
export const shown = {
  WECOM_SUITE_ID: 'ww0123456789abcdef',
  WECOM_SUITE_SECRET: 'a-suite-secret-for-the-deployment',
  WECOM_PROVIDER_CORPID: 'wwprovider01234567',
}

/** Does what an `scp` of the README does, with the binary that the tests have built. */
export const carryOver = async (box: Box, command: string): Promise<void> => {
  const [, words = ''] = /^scp (.+) \S+:$/m.exec(command) ?? []
  const files = words.split(' ').filter(Boolean)
  if (files.length === 0) throw new Error(`This carries nothing over:\n${command}`)
  for (const file of files) {
    const from = file === 'dist/suited' ? await builtBinary() : join(project, file)
    copyFileSync(from, join(box.root, 'root', file.split('/').at(-1) ?? ''))
  }
}

/** A WeCom with the ids of `shown`, and for every URL the Token and key of suited's settings. */
export const startWecom = async (box: Box): Promise<void> => {
  const ids = Object.entries(shown).map(([name, value]) => `${name}=${value}`)
  ids.push('WECOM_SYSTEM_TOKEN=$WECOM_TOKEN')
  ids.push('WECOM_SYSTEM_ENCODING_AES_KEY=$WECOM_ENCODING_AES_KEY')
  const simulate = 'exec suited simulate --port 8002 --domains crm.example.com'
  box.start(`set -a; . ${environmentFile}; ${ids.join('; ')}; ${simulate}`)
  await until('WeCom', () => box.ask(`${wecomUrl}/simulator/state`).then(Boolean, () => false))
}

const post = (box: Box, path: string, body: object, method = 'POST') =>
  box.ask(`${wecomUrl}/simulator/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** What the simulator does when told to. */
export const wecomOf = (box: Box) => ({
  saveUrls: (urls: object) => post(box, 'urls', urls, 'PUT'),
  pushTicket: () => post(box, 'ticket', {}),
  install: (corpid: string) => post(box, 'install', { corpid }),
  judge: (page: object) => post(box, 'check-signature', page),
  firstCompany: async (): Promise<string> =>
    (await box.ask(`${wecomUrl}/simulator/state`)).companies[0].corpid,
})

/** The service as systemd and its callers see it. */
export const serviceOf = (box: Box) => {
  const show = async (property: string) =>
    (await box.run(`systemctl show -P ${property} suited`)).trim()
  const operate = async (path: string) => {
    const token = await box.run(`sed -n 's/^SUITED_ADMIN_TOKEN=//p' ${environmentFile}`)
    const headers = { authorization: `Bearer ${token.trim()}` }
    return box.ask(`${operatorsUrl}${path}`, { headers })
  }
  return {
    show,
    operate,
    pid: async () => Number(await show('MainPID')),
    journal: () => box.run('journalctl -u suited -o cat'),
    ready: () =>
      until(
        'a service that is ready',
        async () => (await box.attempt('suited healthcheck')).code === 0,
      ),
    /** Whether WeCom's client takes a signature of each kind, for the app's home page. */
    async signs(corpid: string): Promise<readonly object[]> {
      const url = `https://crm.example.com/?corpid=${corpid}`
      const verdicts: object[] = []
      for (const type of ['config', 'agent_config']) {
        const query = new URLSearchParams({ corpid, type, url })
        const signed = await box.ask(`${serviceUrl}/sign?${query}`)
        const { timestamp, nonceStr, signature } = signed
        const page = { suiteId: shown.WECOM_SUITE_ID, corpid, type, url }
        verdicts.push(await wecomOf(box).judge({ ...page, timestamp, nonceStr, signature }))
      }
      return verdicts
    },
  }
}
