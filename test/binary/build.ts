/**
 * The binary as `bun run build` makes it, but in a folder of its own, once for a whole test run.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }

const root = join(import.meta.dir, '../..')

/** The words of the build script itself, so that what is tested is what is shipped. */
const buildCommand = (outfile: string): string[] => {
  const [program, ...words] = manifest.scripts.build.split(' ')
  const flag = words.indexOf('--outfile')
  if (program !== 'bun' || flag === -1) {
    throw new Error('The build script is no longer `bun build … --outfile FILE …`.')
  }
  return [process.execPath, ...words.with(flag + 1, outfile)]
}

/**
 * The test runner tells nobody when it ends, but its end closes this child's standard input,
 * however it comes about.
 */
const removeWhenThisProcessEnds = (folder: string): void => {
  Bun.spawn(['sh', '-c', 'cat >/dev/null; rm -rf "$0"', folder], {
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
  }).unref()
}

const build = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'suited-binary-'))
  removeWhenThisProcessEnds(folder)
  const path = join(folder, 'suited')
  // The test runner's NODE_ENV is not that of a build.
  const env = { ...process.env, NODE_ENV: undefined }
  const child = Bun.spawn(buildCommand(path), { cwd: root, env, stdout: 'pipe', stderr: 'pipe' })
  const output = Promise.all([child.stdout.text(), child.stderr.text()])
  if ((await child.exited) !== 0) throw new Error(`The build failed:\n${(await output).join('')}`)
  return path
}

let built: Promise<string> | null = null

/** The path of the binary. */
export const builtBinary = (): Promise<string> => {
  built ??= build()
  return built
}
