/** `suited simulate`: WeCom in a box, for whoever develops against WeCom. */
import type { ArgsDef } from 'citty'
import { defineCommand } from 'citty'
import { secondMs, systemClock } from '../clock'
import { reasonOf } from '../errors'
import { createSimulator, type SimulatorOptions } from '../simulator/simulator'
import { exitCodes, giveUp } from './exit'
import { createRandom } from './randomness'
import { refuseUnknownFlags } from './strict-flags'
import { bold, cyan, dim, green, red, say } from './terminal'

const args = {
  host: { type: 'string', default: '127.0.0.1', description: 'The address to listen on.' },
  port: { type: 'string', default: '8002', description: 'The port; 0 takes any free one.' },
  'command-url': { type: 'string', description: '指令回调URL to check and push to.' },
  'data-url': { type: 'string', description: '数据回调URL; may hold $CORPID$.' },
  'system-url': { type: 'string', description: '系统事件接收URL, likewise.' },
  domains: {
    type: 'string',
    default: 'localhost,127.0.0.1',
    description: '可信域名 and install domains of the app, with commas.',
  },
  'ticket-seconds': {
    type: 'string',
    default: '600',
    description: 'How often a suite_ticket is pushed.',
  },
} satisfies ArgsDef

/** A simulator that pushes through the network. */
export const simulatorOnTheNetwork = (
  options: Omit<SimulatorOptions, 'clock' | 'random' | 'send'>,
) =>
  createSimulator({
    ...options,
    clock: systemClock,
    random: createRandom(),
    send: (url, init) => fetch(url, init),
  })

/** Settings that fit the other side's environment may be given, so that both sides agree. */
const given = (name: string): string | undefined => process.env[name]?.trim() || undefined

export default defineCommand({
  meta: { name: 'simulate', description: 'WeCom in a box: its API, its pages, its callbacks.' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseUnknownFlags(rawArgs, args)
    const ticketSeconds = Number(flags['ticket-seconds'])
    const port = Number(flags.port)
    if (!(ticketSeconds >= 1) || !Number.isInteger(port) || port < 0 || port > 65535) {
      giveUp(exitCodes.badUsage, '--ticket-seconds must be at least 1, --port a port.')
    }
    const domains = flags.domains.split(',').map((domain) => domain.trim())
    const simulator = simulatorOnTheNetwork({
      provider: {
        corpid: given('WECOM_PROVIDER_CORPID'),
        secret: given('WECOM_PROVIDER_SECRET'),
        systemToken: given('WECOM_SYSTEM_TOKEN'),
        systemEncodingAesKey: given('WECOM_SYSTEM_ENCODING_AES_KEY'),
      },
      suites: [
        {
          suiteId: given('WECOM_SUITE_ID'),
          suiteSecret: given('WECOM_SUITE_SECRET'),
          token: given('WECOM_TOKEN'),
          encodingAesKey: given('WECOM_ENCODING_AES_KEY'),
          trustedDomains: domains,
          installDomains: domains,
        },
      ],
    })
    const { app, pusher, world } = simulator
    try {
      app.listen({ hostname: flags.host, port, reusePort: false })
    } catch (error) {
      giveUp(exitCodes.unavailable, `The simulator can't listen there: ${reasonOf(error)}`)
    }
    const url = app.server?.url.origin
    const [suite] = world.suites.values()
    if (!suite) return
    say(bold('WeCom in a box'))
    say(`  ${cyan(`${url}/`)} ${dim('what it can do, and its routes')}`)
    say()
    say('Start suited against it with:')
    for (const [name, value] of Object.entries({
      WECOM_API_URL: url,
      WECOM_OPEN_URL: url,
      WECOM_OAUTH_URL: url,
      WECOM_LOGIN_URL: url,
      WECOM_TOKEN: suite.token,
      WECOM_ENCODING_AES_KEY: suite.encodingAesKey,
      WECOM_SUITE_ID: suite.suiteId,
      WECOM_SUITE_SECRET: suite.suiteSecret,
      WECOM_PROVIDER_CORPID: world.provider.corpid,
      WECOM_PROVIDER_SECRET: world.provider.secret,
      WECOM_SYSTEM_TOKEN: world.provider.systemToken,
      WECOM_SYSTEM_ENCODING_AES_KEY: world.provider.systemEncodingAesKey,
    })) {
      say(`  ${name}=${value}`)
    }
    say()
    say('Companies:')
    for (const { corpid, name } of world.companies.values()) say(`  ${corpid}  ${name}`)
    say()

    const systemUrl = flags['system-url']
    const checks = {
      ...(await pusher.saveUrls(suite.suiteId, {
        commandUrl: flags['command-url'],
        dataUrl: flags['data-url'],
      })),
      ...(systemUrl && { systemUrl: await pusher.saveSystemUrl(systemUrl) }),
    }
    for (const [kind, check] of Object.entries(checks)) {
      const outcome = check.ok ? green('saved') : red(`refused: ${check.detail ?? check.problem}`)
      say(`${kind}: ${outcome}`)
    }
    pusher.startTickets(ticketSeconds * secondMs)
  },
})
