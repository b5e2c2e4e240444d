/** `suited urls`: what to paste into WeCom's console, in its order, ticked if the service runs. */
import type { ArgsDef } from 'citty'
import { defineCommand } from 'citty'
import { secondMs } from '../clock'
import type { Config } from '../config/config'
import { nothingSeen, type SetupItem, setupItems } from '../suite/setup'
import { serviceUrl } from './service-url'
import { exitOnProblems, readSettings, settingFlags } from './settings'
import { refuseUnknownFlags } from './strict-flags'
import { bold, cyan, dim, green, padTo, say, yellow } from './terminal'
import { tlsTowards } from './this-machine'

const args = {
  ...settingFlags,
  url: { type: 'string', description: 'The running service; else its port on this machine.' },
} satisfies ArgsDef

/** The list of the running service; null if it can't be asked. */
const askService = async (config: Config, url?: string): Promise<SetupItem[] | null> => {
  const { settings } = config
  const base = serviceUrl(config, url)
  try {
    const response = await fetch(`${base}/api/setup`, {
      ...tlsTowards(base),
      headers: { authorization: `Bearer ${settings.SUITED_ADMIN_TOKEN ?? ''}` },
      signal: AbortSignal.timeout(3 * secondMs),
    })
    if (!response.ok) return null
    return ((await response.json()) as { items: SetupItem[] }).items
  } catch {
    return null
  }
}

const marks = { done: green('✓'), awaited: yellow('○'), optional: dim('·') }
const fieldColumns = 18

const show = ({ field, value, status, detail }: SetupItem): void => {
  say(`  ${marks[status]} ${padTo(field, fieldColumns)}${value === null ? dim('—') : cyan(value)}`)
  say(`    ${padTo('', fieldColumns)}${dim(detail)}`)
}

export default defineCommand({
  meta: { name: 'urls', description: "What to paste into WeCom's console, field by field." },
  args,
  async run({ args: flags, rawArgs }) {
    refuseUnknownFlags(rawArgs, args)
    const given = flags as Record<string, string | undefined>
    const config = exitOnProblems(readSettings(given))
    const { suites, provider, settings } = config
    const publicUrl = settings.SUITED_PUBLIC_URL
    const told = await askService(config, given.url)
    const items = told ?? setupItems({ suites, provider, publicUrl, evidence: nothingSeen })

    say(bold('To paste into WeCom’s provider console (服务商后台)'))
    if (publicUrl === null) {
      say(yellow('Set SUITED_PUBLIC_URL first: the https address by which WeCom reaches suited.'))
    }
    for (const owner of [null, ...suites.map(({ key }) => key)]) {
      const own = items.filter(({ suite, field }) => suite === owner && field !== 'IP白名单')
      if (own.length === 0) continue
      say()
      say(owner === null ? bold('服务商') : bold(`应用 ${owner}`))
      own.forEach(show)
    }
    say()
    items.filter(({ field }) => field === 'IP白名单').forEach(show)
    say()
    say(
      told
        ? dim('✓ seen by the running service   ○ awaited   · optional')
        : dim('No service could be asked, so nothing is ticked.'),
    )
  },
})
