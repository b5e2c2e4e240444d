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

type Environment = Readonly<Record<string, string>>

/** The environment of a user who has these settings and no others. */
const withSettings = (settings: Environment) => {
  const names = Object.keys(process.env).filter((name) => /^(WECOM|SUITED)_/.test(name))
  const kept = names.map((name) => [name, process.env[name]] as const)
  for (const name of names) delete process.env[name]
  Object.assign(process.env, settings)
  return {
    giveBack() {
      for (const name of Object.keys(settings)) delete process.env[name]
      Object.assign(process.env, Object.fromEntries(kept))
    },
  }
}

/**
 * @param words what is typed after the program's name: help, what ends before it begins, or what
 *   only asks a service, for anything else would do its work in this process
 * @param environment the settings that are there; none by default
 */
export const runCommandLine = async (
  words: readonly string[],
  environment: Environment = {},
): Promise<RunCommandLine> => {
  const settings = withSettings(environment)
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
