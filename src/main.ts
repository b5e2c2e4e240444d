/** The command line: names the commands and loads the one that was asked for. */
import './commands/cli/plain-output'
import { dispatch } from './commands/cli/dispatch'

const main = {
  meta: {
    name: 'suited',
    description: 'The backend of a WeCom (企业微信) third-party app in one binary',
  },
  default: 'serve',
}

const commands = {
  serve: () => import('./commands/serve').then((module) => module.default),
  demo: () => import('./commands/demo').then((module) => module.default),
  simulate: () => import('./commands/simulate').then((module) => module.default),
  status: () => import('./commands/status').then((module) => module.default),
  urls: () => import('./commands/urls').then((module) => module.default),
  rekey: () => import('./commands/rekey').then((module) => module.default),
  export: () => import('./commands/export').then((module) => module.default),
  import: () => import('./commands/import').then((module) => module.default),
  events: () => import('./commands/events/events').then((module) => module.default),
  relay: () => import('./commands/events/relay').then((module) => module.default),
  receive: () => import('./commands/events/receive').then((module) => module.default),
  endpoints: () => import('./commands/endpoints/endpoints').then((module) => module.default),
  keys: () => import('./commands/access/keys').then((module) => module.default),
  keygen: () => import('./commands/keygen').then((module) => module.default),
  healthcheck: () => import('./commands/healthcheck').then((module) => module.default),
  openapi: () => import('./commands/openapi').then((module) => module.default),
  licences: () => import('./commands/licences').then((module) => module.default),
}

// A reader that has seen enough (`suited openapi | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

await dispatch(main, commands, process.argv.slice(2))
