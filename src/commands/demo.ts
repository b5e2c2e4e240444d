/** `suited demo`: the service against the built-in simulator, each step shown as it happens. */
import type { ArgsDef } from 'citty'
import { defineCommand } from 'citty'
import { reasonOf } from '../errors'
import { exitCodes, giveUp } from '../runtime/process/exit'
import { bold, cyan, dim, green, padTo, red, say } from './cli/terminal'
import { type Stage, setStage } from './demo/stage'
import { walk } from './demo/walk'

const args = {
  once: { type: 'boolean', description: 'Exit after the walk: 0 if every step succeeded.' },
  port: { type: 'string', default: '0', description: 'The port of suited; 0 takes any free one.' },
} satisfies ArgsDef

const titleColumns = 34

/** Walks until a step fails; true if none did. */
const walkThrough = async (stage: Stage): Promise<boolean> => {
  for (const [i, step] of walk.entries()) {
    const began = performance.now()
    try {
      const lines = await step.run(stage)
      const ms = Math.round(performance.now() - began)
      say(`${green('✓')} ${bold(`${i + 1}`)}  ${padTo(step.title, titleColumns)}${dim(`${ms} ms`)}`)
      for (const line of lines) say(`       ${dim(line)}`)
    } catch (error) {
      say(`${red('✗')} ${bold(`${i + 1}`)}  ${step.title}`)
      say(`       ${red(reasonOf(error))}`)
      return false
    }
  }
  return true
}

const showAddresses = ({
  url,
  simulatorUrl,
  adminToken,
  corpid,
  dataDir,
  homePage,
  app,
}: Stage): void => {
  const rows = [
    ['App home page', homePage],
    // Without it a browser that isn’t WeCom’s is shown a QR code of this machine’s own address.
    ['Log in', `${app.loginLink}&way=client`],
    ['Install', app.installLink],
    ['Swagger UI', `${url}/swagger`],
    ['Admin token', adminToken],
    ['Simulator', `${simulatorUrl}/`],
    ['State', dataDir],
  ]
  say()
  for (const [name = '', value = ''] of rows) say(`  ${padTo(name, 15)}${cyan(value)}`)
  say()
  say(dim('  Open the app home page in a browser: it signs itself. Or ask for a signature:'))
  say(`  curl '${url}/sign?corpid=${corpid}&url=${encodeURIComponent(homePage)}'`)
  say(dim('  Look at the companies:'))
  say(`  curl -H 'Authorization: Bearer ${adminToken}' ${url}/api/corps`)
  say()
  say(dim('  Ctrl-C ends the demo and removes its state.'))
}

export default defineCommand({
  meta: { name: 'demo', description: 'The service against the built-in simulator, step by step.' },
  args,
  async run({ args: flags }) {
    const port = Number(flags.port)
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      giveUp(exitCodes.badUsage, '--port must be a port.')
    }
    let walked = false
    const end = () => process.exit(walked ? 0 : exitCodes.failed)
    process.once('SIGINT', end)
    process.once('SIGTERM', end)

    say(bold('suited, and WeCom in a box'))
    say()
    const stage = await setStage(port)
    walked = await walkThrough(stage)
    if (!walked) return end()
    say()
    say(green('From the URL check to a company from the site: every step succeeded.'))
    if (flags.once) return end()
    stage.simulator.pusher.startTickets()
    showAddresses(stage)
  },
})
