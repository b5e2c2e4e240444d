/** The refusal of flags and words that mean nothing to a command. */
import type { ArgsDef } from 'citty'
import { exitCodes, giveUp } from '../../runtime/process/exit'

/**
 * Refuses a flag that doesn't exist or lacks its value, and words that a command doesn't take. None
 * of them is repeated, for they may be a secret in the wrong place.
 *
 * @param command its whole name: `suited keys list`
 * @param rawArgs what follows that name
 * @throws {StartFailure} there is such a flag or word
 */
export const refuseUnknownFlags = (
  command: string,
  rawArgs: readonly string[],
  known: ArgsDef,
): void => {
  let words = Object.values(known).filter(({ type }) => type === 'positional').length
  for (let i = 0; i < rawArgs.length; i++) {
    const [, name, value] = /^--?([^=]+)(=.*)?$/s.exec(rawArgs[i] ?? '') ?? []
    if (name === undefined) {
      words -= 1
      if (words < 0) giveUp(exitCodes.badUsage, `There is a word too many. See ${command} --help.`)
      continue
    }
    const type = Object.hasOwn(known, name) ? known[name]?.type : undefined
    if (type === undefined || type === 'positional') {
      giveUp(exitCodes.badUsage, `There is no flag --${name}. See ${command} --help.`)
    }
    if (type !== 'string' || value !== undefined) continue
    i += 1
    if (i >= rawArgs.length) giveUp(exitCodes.badUsage, `--${name} needs a value.`)
  }
}
