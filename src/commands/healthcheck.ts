/** `suited healthcheck [url]`: exit 0 if the service is ready; for containers without curl. */
import { type ArgsDef, defineCommand } from 'citty'
import { secondMs } from '../clock'
import { exitCodes, giveUp } from './exit'
import { refuseUnknownFlags } from './strict-flags'
import { tlsTowards } from './this-machine'

const args = {
  url: {
    type: 'positional',
    required: false,
    description: 'Its address; else the one that SUITED_PORT names on this machine.',
  },
} satisfies ArgsDef

export default defineCommand({
  meta: { name: 'healthcheck', description: 'Exit 0 if the service is ready.' },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknownFlags(rawArgs, args)
    const port = process.env.SUITED_PORT?.trim() || '8001'
    const scheme = process.env.SUITED_TLS_CERT?.trim() ? 'https' : 'http'
    const base = (given.url || `${scheme}://127.0.0.1:${port}`).replace(/\/+$/, '')
    const url = base.endsWith('/readyz') ? base : `${base}/readyz`
    try {
      const response = await fetch(url, {
        ...tlsTowards(url),
        signal: AbortSignal.timeout(5 * secondMs),
      })
      if (response.ok) process.stdout.write('ready\n')
      else giveUp(exitCodes.failed, `not ready: ${url} answered ${response.status}`)
    } catch {
      giveUp(exitCodes.failed, `not ready: ${url} can't be reached`)
    }
  },
})
