/**
 * The binary as `bun run build` makes it, but in a folder of its own: built once, however many
 * processes test these same sources.
 */
import { Database } from 'bun:sqlite'
import {
  appendFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { minuteMs, systemClock } from '../../src/clock'

const root = join(import.meta.dir, '../..')
/** Beside the sources. */
const others = ['docs/licences.txt', 'package.json', 'bun.lock', 'tsconfig.json']
/** The binaries of this user, each in a folder named for its sources. */
const shelf = join(tmpdir(), `suited-binaries-${process.getuid?.() ?? ''}`)
/** Longer than a run takes, which asks for its binary once. */
const keptUnusedMs = 30 * minuteMs

/** The words of the build script itself, so that what is tested is what is shipped. */
const buildCommand = (outfile: string): string[] => {
  const [program, ...words] = manifest.scripts.build.split(' ')
  const flag = words.indexOf('--outfile')
  if (program !== 'bun' || flag === -1) {
    throw new Error('The build script is no longer `bun build … --outfile FILE …`.')
  }
  return [process.execPath, ...words.with(flag + 1, outfile)]
}

/** What a program of another version has besides: source text at the end of one of its files. */
export interface Addition {
  readonly file: string
  readonly text: string
}

/** Whatever goes into the binary; packages by the lock file. */
const hashOfSources = (addition: Addition | null): string => {
  const hash = new Bun.CryptoHasher('sha256').update(Bun.version + Bun.revision)
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
  for (const path of [...sources, ...others]) {
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)))
  }
  if (addition) hash.update(`\0${addition.file}\0${addition.text}`)
  return hash.digest('hex').slice(0, 32)
}

const openShelf = () => {
  mkdirSync(shelf, { recursive: true, mode: 0o755 })
  const { uid, mode } = lstatSync(shelf)
  if (uid !== process.getuid?.() || (mode & 0o022) !== 0) {
    throw new Error(`${shelf} is open to other users: remove it.`)
  }
}

/** One process at a time, in whichever way the one before it ended. */
const alone = async (work: () => Promise<void>): Promise<void> => {
  using lock = new Database(join(shelf, 'lock'), { create: true })
  lock.run(`PRAGMA busy_timeout = ${5 * minuteMs}`)
  lock.run('BEGIN EXCLUSIVE')
  await work()
}

const removeUnused = () => {
  const longAgo = systemClock.now() - keptUnusedMs
  for (const folder of readdirSync(shelf, { withFileTypes: true })) {
    const path = join(shelf, folder.name)
    if (folder.isDirectory() && statSync(path).mtimeMs < longAgo) rmSync(path, { recursive: true })
  }
}

/** The sources with the addition, in a folder of their own. */
const sourcesWith = ({ file, text }: Addition): string => {
  const copy = mkdtempSync(join(tmpdir(), 'suited-sources-'))
  for (const path of ['src', ...others]) {
    cpSync(join(root, path), join(copy, path), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  appendFileSync(join(copy, file), text)
  return copy
}

const buildInto = async (folder: string, cwd: string): Promise<void> => {
  const unfinished = mkdtempSync(join(shelf, 'unfinished-'))
  // The test runner's NODE_ENV is not that of a build.
  const env = { ...process.env, NODE_ENV: undefined }
  const command = buildCommand(join(unfinished, 'suited'))
  const child = Bun.spawn(command, { cwd, env, stdout: 'pipe', stderr: 'pipe' })
  const output = Promise.all([child.stdout.text(), child.stderr.text()])
  if ((await child.exited) !== 0) throw new Error(`The build failed:\n${(await output).join('')}`)
  renameSync(unfinished, folder)
}

const build = async (folder: string, addition: Addition | null): Promise<void> => {
  if (addition === null) return buildInto(folder, root)
  const sources = sourcesWith(addition)
  try {
    await buildInto(folder, sources)
  } finally {
    rmSync(sources, { recursive: true })
  }
}

const find = async (addition: Addition | null): Promise<string> => {
  const folder = join(shelf, hashOfSources(addition))
  openShelf()
  await alone(async () => {
    if (!existsSync(folder)) await build(folder, addition)
    const now = systemClock.now() / 1000
    utimesSync(folder, now, now)
    removeUnused()
  })
  return join(folder, 'suited')
}

let found: Promise<string> | null = null

/** The path of the binary. */
export const builtBinary = (): Promise<string> => {
  found ??= find(null)
  return found
}

/** The path of a binary of another version than this one. */
export const builtWith = (addition: Addition): Promise<string> => find(addition)
