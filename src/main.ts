/** The command line: names the commands and loads the one that was asked for. */
import './commands/plain-output'
import { defineCommand, runMain } from 'citty'
import { exitCodes, giveUp } from './commands/exit'
import { version } from './commands/version'

const main = defineCommand({
  meta: {
    name: 'suited',
    version,
    description: 'The backend of a WeCom (企业微信) third-party app in one binary',
  },
  default: 'serve',
  subCommands: {
    // Names come from outside: `suited toString` is no command.
    __proto__: null as never,
    serve: () => import('./commands/serve').then((module) => module.default),
    demo: () => import('./commands/demo').then((module) => module.default),
    simulate: () => import('./commands/simulate').then((module) => module.default),
    urls: () => import('./commands/urls').then((module) => module.default),
    rekey: () => import('./commands/rekey').then((module) => module.default),
    export: () => import('./commands/export').then((module) => module.default),
    import: () => import('./commands/import').then((module) => module.default),
    keygen: () => import('./commands/keygen').then((module) => module.default),
    healthcheck: () => import('./commands/healthcheck').then((module) => module.default),
    openapi: () => import('./commands/openapi').then((module) => module.default),
    licences: () => import('./commands/licences').then((module) => module.default),
  },
})

// A reader that has seen enough (`suited openapi | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

/** `suited --port 9000` means `suited serve --port 9000`. */
const withCommand = ([first, ...rest]: string[]): string[] => {
  if (first === undefined) return []
  const ofServe = first.startsWith('-') && !['--help', '-h', '--version', '-v'].includes(first)
  if (ofServe) return ['serve', first, ...rest]
  if (!first.startsWith('-') && !Object.hasOwn(main.subCommands ?? {}, first)) {
    giveUp(exitCodes.badUsage, `There is no command "${first}". See suited --help.`)
  }
  return [first, ...rest]
}

await runMain(main, { rawArgs: withCommand(process.argv.slice(2)) })
