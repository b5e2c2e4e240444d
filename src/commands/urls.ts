/** `suited urls`: what to paste into WeCom's console, in its order, ticked if the service runs. */
import type { ArgsDef } from 'citty'
import { defineCommand } from 'citty'
import type { Config } from '../config/config'
import { printable } from '../log'
import { createDomainFiles } from '../runtime/domain-files'
import { setupItems } from '../suite/operations/console-fields'
import { nothingSeen, type SetupFacts, type SetupItem } from '../suite/operations/setup-facts'
import { addressIfKnown, askService } from './cli/ask-service'
import { configOf, readSettings, settingFlags } from './cli/read-settings'
import { bold, cyan, dim, green, padTo, say, yellow } from './cli/terminal'

const args = {
  ...settingFlags('urls'),
  url: { type: 'string', description: 'The running service; else its port on this machine.' },
} satisfies ArgsDef

/** The list of the running service; null if it can't be asked. */
const askForItems = async (config: Config, url?: string): Promise<SetupItem[] | null> => {
  const base = addressIfKnown(config, url)
  if (base === null) return null
  const answer = await askService(config, { base, isOwn: !url, path: '/api/setup' })
  if (answer.kind !== 'answer') return null
  try {
    return (JSON.parse(answer.text) as { items: SetupItem[] }).items
  } catch {
    return null
  }
}

/** What is known where no service can be asked. */
const factsWithoutService = async ({
  suites,
  provider,
  settings,
}: Config): Promise<SetupFacts> => ({
  suites,
  provider,
  publicUrl: settings.SUITED_PUBLIC_URL,
  domainFiles: await createDomainFiles(
    settings.SUITED_DOMAIN_FILES ?? [],
    settings.SUITED_DATA_DIR,
  ).names(),
  progress: nothingSeen,
})

const marks = { done: green('✓'), awaited: yellow('○'), optional: dim('·') }
const fieldColumns = 18

const show = ({ field, value, status, detail }: SetupItem): void => {
  const shown = value === null ? dim('—') : cyan(printable(value))
  say(`  ${marks[status]} ${padTo(printable(field), fieldColumns)}${shown}`)
  say(`    ${padTo('', fieldColumns)}${dim(printable(detail))}`)
}

export default defineCommand({
  meta: { name: 'urls', description: "What to paste into WeCom's console, field by field." },
  args,
  async run({ args: flags }) {
    const given = flags as Record<string, string | undefined>
    const config = configOf(readSettings(given, 'urls'))
    const { suites, settings } = config
    const publicUrl = settings.SUITED_PUBLIC_URL
    const fromService = await askForItems(config, given.url)
    const items = fromService ?? setupItems(await factsWithoutService(config))

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
      fromService
        ? dim('✓ seen by the running service   ○ awaited   · optional')
        : dim('No service could be asked, so nothing is ticked.'),
    )
  },
})
