/** `suited simulate`: WeCom in a box, for whoever develops against WeCom. */
import type { ArgsDef } from 'citty'
import { defineCommand } from 'citty'
import { secondMs, systemClock } from '../clock'
import { reasonOf } from '../errors'
import { exitCodes, giveUp } from '../runtime/process/exit'
import { isHttpAddress } from './cli/local-service'
import { environmentOf } from './cli/read-settings'
import { bold, cyan, dim, green, red, say, yellow } from './cli/terminal'
import { type Given, settingsOf, simulatorWith } from './simulate/given-settings'
import { saveWhenUp } from './simulate/save-url'
import { keepWorld, readWorld } from './simulate/state-file'

const args = {
  host: { type: 'string', default: '127.0.0.1', description: 'The address to listen on.' },
  port: { type: 'string', default: '8002', description: 'The port; 0 takes any free one.' },
  'command-url': { type: 'string', description: '指令回调URL to check and push to.' },
  'data-url': { type: 'string', description: '数据回调URL; may hold $CORPID$.' },
  'system-url': { type: 'string', description: '系统事件接收URL, likewise.' },
  domains: {
    type: 'string',
    default: 'localhost,127.0.0.1,localhost:8001,127.0.0.1:8001',
    description: '可信域名 and install domains of the app, with commas; logins want the very port.',
  },
  'ticket-seconds': {
    type: 'string',
    default: '600',
    description: 'How often a suite_ticket is pushed.',
  },
  state: {
    type: 'string',
    valueHint: 'FILE',
    description: 'Keeps ids, secrets, companies and installs over restarts; made at the first.',
  },
  'env-file': {
    type: 'string',
    valueHint: 'FILE',
    description: 'The other side’s settings as in an EnvironmentFile of systemd.',
  },
} satisfies ArgsDef

const callbackKinds = ['commandUrl', 'dataUrl', 'systemUrl'] as const

const urlFlags = {
  commandUrl: 'command-url',
  dataUrl: 'data-url',
  systemUrl: 'system-url',
} as const

/** What nobody can ever push to is said at once, not waited for. */
const refuseWrongUrls = (
  urls: Readonly<Record<keyof typeof urlFlags, string | undefined>>,
): void => {
  for (const kind of callbackKinds) {
    const url = urls[kind]
    if (url === undefined || isHttpAddress(url)) continue
    giveUp(
      exitCodes.badUsage,
      `--${urlFlags[kind]} must be an address that begins with http:// or https://.`,
    )
  }
}

export default defineCommand({
  meta: { name: 'simulate', description: 'WeCom in a box: its API, its pages, its callbacks.' },
  args,
  async run({ args: flags }) {
    const ticketSeconds = Number(flags['ticket-seconds'])
    const port = Number(flags.port)
    if (!(ticketSeconds >= 1) || !Number.isInteger(port) || port < 0 || port > 65535) {
      giveUp(exitCodes.badUsage, '--ticket-seconds must be at least 1, --port a port.')
    }
    const named = {
      commandUrl: flags['command-url'],
      dataUrl: flags['data-url'],
      systemUrl: flags['system-url'],
    }
    refuseWrongUrls(named)
    const domains = flags.domains.split(',').map((domain) => domain.trim())
    const env = environmentOf({ 'env-file': flags['env-file'] })
    const given: Given = (name) => env[name]?.trim() || undefined
    const saved = flags.state === undefined ? null : readWorld(flags.state)
    const simulator = simulatorWith(given, domains, saved)
    const { app, pusher, world } = simulator
    if (flags.state !== undefined) {
      const save = await keepWorld(flags.state, world)
      // The numbers that shells give to what a signal ended.
      process.once('SIGINT', () => save().then(() => process.exit(130)))
      process.once('SIGTERM', () => save().then(() => process.exit(143)))
    }
    try {
      app.listen({ hostname: flags.host, port, reusePort: false })
    } catch (error) {
      giveUp(exitCodes.unavailable, `The simulator can't listen there: ${reasonOf(error)}`)
    }
    const url = app.server?.url.origin ?? ''
    const [suite] = world.suites.values()
    if (!suite) return
    say(bold('WeCom in a box'))
    say(`  ${cyan(`${url}/`)} ${dim('what it can do, and its routes')}`)
    say()
    say('Start suited against it with:')
    const own = {
      WECOM_API_URL: url,
      WECOM_OPEN_URL: url,
      WECOM_OAUTH_URL: url,
      WECOM_LOGIN_URL: url,
    }
    for (const [name, value] of Object.entries({ ...own, ...settingsOf(world.provider, suite) })) {
      say(`  ${name}=${value}`)
    }
    say()
    say('Companies:')
    for (const { corpid, name } of world.companies.values()) say(`  ${corpid}  ${name}`)
    say()
    if (named.commandUrl === undefined) {
      say('Once suited runs, give its callback URLs to PUT /simulator/urls, then POST to')
      say(
        '/simulator/ticket and /simulator/install; or start this with --command-url and --data-url.',
      )
      say()
    }

    const { suiteId } = suite
    const checks = {
      commandUrl: async (commandUrl: string) =>
        (await pusher.saveUrls(suiteId, { commandUrl })).commandUrl,
      dataUrl: async (dataUrl: string) => (await pusher.saveUrls(suiteId, { dataUrl })).dataUrl,
      systemUrl: pusher.saveSystemUrl,
    }
    for (const kind of callbackKinds) {
      const callback = named[kind]
      if (callback === undefined) continue
      const check = await saveWhenUp(() => checks[kind](callback), {
        clock: systemClock,
        onWaiting: () => say(`${kind}: ${yellow(`waiting for ${callback}`)}`),
      })
      say(
        `${kind}: ${check.ok ? green('saved') : red(`refused: ${check.detail ?? check.problem}`)}`,
      )
    }
    pusher.startTickets(ticketSeconds * secondMs)
  },
})
