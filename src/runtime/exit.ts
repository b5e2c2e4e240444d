/** How commands end (sysexits.h where it has a fitting number). */
import { printable } from '../log'

export const exitCodes = {
  failed: 1,
  badUsage: 64,
  unavailable: 69,
  /** Another process owns the data folder. */
  folderInUse: 75,
  /** The data folder belongs to another user. */
  noPermission: 77,
  badSettings: 78,
} as const

/** Ends a command with one sentence for whoever typed it. */
export const giveUp = (
  code: (typeof exitCodes)[keyof typeof exitCodes],
  sentence: string,
): never => {
  // Parts of it may come from a service or a file.
  for (const line of sentence.split('\n')) process.stderr.write(`${printable(line)}\n`)
  process.exit(code)
}
