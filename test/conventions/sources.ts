/** The files under `src` as the conventions look at them: their text, their code, their imports. */
import { join, posix } from 'node:path'

export const project = join(import.meta.dir, '../..')

export const textOf = (path: string): Promise<string> => Bun.file(join(project, path)).text()

export interface Import {
  /** A path below `src` without its ending (`wecom/crypto`), or a package as it is written. */
  readonly target: string
  readonly ours: boolean
  readonly typesOnly: boolean
  /** The names that are taken; null if it is all of them, or none. */
  readonly names: readonly string[] | null
}

export interface SourceFile {
  /** Below `src`, without its ending: `wecom/crypto`. */
  readonly name: string
  readonly text: string
  readonly lines: number
  readonly imports: readonly Import[]
}

const statement =
  /^(?:import|export)\s+(?<type>type\s+)?(?<clause>\*(?:\s+as\s+\w+)?|\w+(?:,\s*\{[^}]*\})?|\{[^}]*\})\s+from\s+'(?<from>[^']+)'/gm
const bare = /^import\s+'(?<from>[^']+)'/gm
const dynamic = /\bimport\(\s*'(?<from>[^']+)'/g

const namesIn = (clause: string): { names: string[] | null; typesOnly: boolean } => {
  const inner = /^\{([^}]*)\}$/.exec(clause)?.[1]
  if (inner === undefined) return { names: null, typesOnly: false }
  const entries = inner
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  return {
    names: entries.map((entry) => entry.replace(/^type\s+/, '').replace(/\s+as\s+.*$/, '')),
    typesOnly: entries.every((entry) => entry.startsWith('type ')),
  }
}

const importsOf = (name: string, text: string): Import[] => {
  const targetOf = (from: string): Pick<Import, 'target' | 'ours'> =>
    from.startsWith('.')
      ? { target: posix.join(posix.dirname(name), from), ours: true }
      : { target: from, ours: false }
  const imports: Import[] = []
  for (const { groups = {} } of text.matchAll(statement)) {
    const { names, typesOnly } = namesIn(groups.clause ?? '')
    const allTypes = groups.type !== undefined || typesOnly
    imports.push({ ...targetOf(groups.from ?? ''), typesOnly: allTypes, names })
  }
  for (const { groups = {} } of [...text.matchAll(bare), ...text.matchAll(dynamic)]) {
    imports.push({ ...targetOf(groups.from ?? ''), typesOnly: false, names: null })
  }
  return imports
}

const readSource = async (path: string): Promise<SourceFile> => {
  const text = await textOf(join('src', path))
  const name = path.replace(/\.ts$/, '')
  const lines = text.split('\n').length - 1
  return { name, text, lines, imports: importsOf(name, text) }
}

/** Every TypeScript file under `src`, by name. */
export const sources: readonly SourceFile[] = await Promise.all(
  [...new Bun.Glob('**/*.ts').scanSync(join(project, 'src'))].sort().map(readSource),
)

const transpiler = new Bun.Transpiler({ loader: 'ts' })

const codes = new WeakMap<SourceFile, string>()

/** What runs of a file: without comments and types. */
export const codeOf = (file: SourceFile): string => {
  const code = codes.get(file) ?? transpiler.transformSync(file.text)
  codes.set(file, code)
  return code
}

/** What Bun itself sees imported when the file runs. */
export const runtimeImportsOf = ({ text }: SourceFile): string[] =>
  transpiler.scanImports(text).map(({ path }) => path)
