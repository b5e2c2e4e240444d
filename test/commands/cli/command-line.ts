/** A command line in this process, up to where it would end the process. */
import { spyOn } from 'bun:test'
import '../../../src/commands/cli/plain-output'
import { dispatch } from '../../../src/commands/cli/dispatch'
import { commands, main } from '../../../src/commands/commands'

export interface RunCommandLine {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

class Exit extends Error {
  constructor(readonly code: number) {
    super(`exit ${code}`)
  }
}

const keeping = (stream: NodeJS.WriteStream) => {
  const pieces: string[] = []
  const spy = spyOn(stream, 'write').mockImplementation((piece) => pieces.push(String(piece)) > 0)
  return { text: () => pieces.join(''), giveBack: () => spy.mockRestore() }
}

/** Takes the settings out of the environment, as for a user who has none. */
const withoutSettings = () => {
  const names = Object.keys(process.env).filter((name) => /^(WECOM|SUITED)_/.test(name))
  const kept = names.map((name) => [name, process.env[name]] as const)
  for (const name of names) delete process.env[name]
  return { giveBack: () => Object.assign(process.env, Object.fromEntries(kept)) }
}

/**
 * @param words what is typed after the program's name: help or what ends before it begins, for
 * anything else would do its work in this process
 */
export const runCommandLine = async (words: readonly string[]): Promise<RunCommandLine> => {
  const settings = withoutSettings()
  const stdout = keeping(process.stdout)
  const stderr = keeping(process.stderr)
  const exit = spyOn(process, 'exit').mockImplementation((code) => {
    throw new Exit(Number(code ?? 0))
  })
  let exitCode = 0
  try {
    await dispatch(main, commands, words)
  } catch (error) {
    if (!(error instanceof Exit)) throw error
    exitCode = error.code
  } finally {
    exit.mockRestore()
    settings.giveBack()
    stdout.giveBack()
    stderr.giveBack()
  }
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() }
}
