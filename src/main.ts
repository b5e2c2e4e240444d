/** The command line. */
import './commands/cli/plain-output'
import { dispatch } from './commands/cli/dispatch'
import { commands, main } from './commands/commands'

// A reader that has seen enough (`suited openapi | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

await dispatch(main, commands, process.argv.slice(2))
