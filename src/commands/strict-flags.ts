/** A flag that doesn't exist is a mistake to say, not to overlook. */
import type { ArgsDef } from 'citty'
import { exitCodes, giveUp } from './exit'

export const refuseUnknownFlags = (rawArgs: readonly string[], known: ArgsDef): void => {
  for (const arg of rawArgs) {
    const [, name] = /^--?([^=]+)/.exec(arg) ?? []
    if (name === undefined || arg === '--') continue
    const plain = name.replace(/^no-/, '')
    if (Object.hasOwn(known, plain) || ['help', 'h', 'version', 'v'].includes(plain)) continue
    giveUp(exitCodes.badUsage, `There is no flag --${name}. See suited --help.`)
  }
}
