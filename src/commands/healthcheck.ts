/** `suited healthcheck [url]`: exit 0 if the service is ready; for containers without curl. */
import { type ArgsDef, defineCommand } from 'citty'
import { secondMs } from '../clock'
import { exitCodes, giveUp } from '../runtime/process/exit'
import { isHttpAddress, publicUrlOf, tlsTowards } from './cli/local-service'
import { configOf, readSettings, settingFlags } from './cli/read-settings'

const args = {
  url: {
    type: 'positional',
    required: false,
    description: 'Its address; else the one that SUITED_PORT names on this machine.',
  },
  ...settingFlags('healthcheck'),
} satisfies ArgsDef

/** Where the service on this machine takes callbacks. */
const ownAddress = (flags: Record<string, string | undefined>): string => {
  const config = configOf(readSettings(flags, 'healthcheck'))
  if (config.settings.SUITED_PORT === 0) {
    giveUp(exitCodes.badUsage, 'SUITED_PORT is 0, so the service took any free port: give its URL.')
  }
  return publicUrlOf(config)
}

export default defineCommand({
  meta: { name: 'healthcheck', description: 'Exit 0 if the service is ready.' },
  args,
  async run({ args: flags }) {
    const { url: given, ...rest } = flags as Record<string, string | undefined>
    const base = (given || ownAddress(rest)).replace(/\/+$/, '')
    if (!isHttpAddress(base)) {
      giveUp(exitCodes.badUsage, 'The URL must begin with http:// or https://.')
    }
    const url = base.endsWith('/readyz') ? base : `${base}/readyz`
    const response = await fetch(url, {
      ...tlsTowards(url, !given),
      signal: AbortSignal.timeout(5 * secondMs),
    }).catch(() => giveUp(exitCodes.failed, `not ready: ${url} can't be reached`))
    if (!response.ok) giveUp(exitCodes.failed, `not ready: ${url} answered ${response.status}`)
    process.stdout.write('ready\n')
  },
})
