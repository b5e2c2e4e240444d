/** The passphrase of an export, from the first line of a file. */
import { readFileSync } from 'node:fs'
import { exitCodes, giveUp } from '../../runtime/process/exit'

/** @throws {StartFailure} the file can't be read, or its first line is too short */
export const readPassphrase = (path: string): string => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException
    return giveUp(exitCodes.badUsage, `The file of --passphrase-file can't be read (${code}).`)
  }
  const [passphrase = ''] = text.split(/\r?\n/, 1)
  if (passphrase.length < 12) {
    giveUp(
      exitCodes.badUsage,
      'The first line of --passphrase-file must have at least 12 characters.',
    )
  }
  return passphrase
}
