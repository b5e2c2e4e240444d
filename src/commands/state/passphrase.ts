import { readFileSync } from 'node:fs'
import { exitCodes, giveUp } from '../../runtime/exit'

/** The first line of a file, or the end of this process with what is wrong with the file. */
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
