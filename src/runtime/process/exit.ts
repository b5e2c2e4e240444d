/**
 * The exit codes of commands (sysexits.h where it has a fitting number), and the failure that
 * carries one up.
 */

export const exitCodes = {
  failed: 1,
  badUsage: 64,
  unavailable: 69,
  /** Another process owns the data folder. */
  folderInUse: 75,
  /** Another process took over what this one was doing. */
  superseded: 76,
  /** The data folder belongs to another user; or a key opens nothing (any more). */
  noPermission: 77,
  badSettings: 78,
} as const

type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/**
 * Why a command can't go on, in words for whoever typed it. The command line alone ends the
 * process.
 */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
  constructor(
    readonly exitCode: ExitCode,
    sentence: string,
  ) {
    super(sentence)
  }
}

/**
 * Ends a command with one sentence for whoever typed it.
 *
 * @throws {StartFailure} always
 */
export const giveUp = (code: ExitCode, sentence: string): never => {
  throw new StartFailure(code, sentence)
}
