/** Whose code the binary holds: read out of what the bundler says that it took. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { project } from './sources'

export interface BundledPackage {
  readonly name: string
  readonly version: string
  /** As an SPDX expression. */
  readonly licence: string
  /** Names of the packages that brought it; `suited` where it is imported by our own code. */
  readonly broughtBy: readonly string[]
  /** What its licence wants to be passed on: the text, and notices where it has any. */
  readonly texts: readonly string[]
}

const ours = 'suited'

/** The package that a file belongs to. */
const ownerOf = (path: string): string =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? ours

/** Where that package lies: two versions of one may be installed. */
const folderOf = (path: string): string =>
  resolve(/.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path)

const passedOn = /^(licen[cs]e|notice|copying)/i

const textsOf = (dir: string, bundled: readonly string[]): string[] => {
  const files = bundled.map((path) => `${path.split('/').at(-1)}.LICENSE.txt`)
  return readdirSync(dir)
    .filter((name) => passedOn.test(name) || files.includes(name))
    .sort()
    .map((name) => readFileSync(join(dir, name), 'utf8').trim())
}

/**
 * The licence of a package that brings no file of it: MIT's words are the same for everybody, and
 * its manifest names the author.
 */
const textsByManifest = ({ license, author }: { license: string; author?: string }): string[] => {
  if (license !== 'MIT' || typeof author !== 'string') return []
  const permission = readFileSync(join(project, 'LICENSE'), 'utf8').replace(
    /^[\s\S]*?(?=Permission)/,
    '',
  )
  return [
    `MIT License, as its package.json says\n\nCopyright (c) ${author}\n\n${permission.trim()}`,
  ]
}

/** The packages of which the binary holds code or files, by name. */
export const readBundle = async (): Promise<BundledPackage[]> => {
  const { metafile } = await Bun.build({
    entrypoints: ['src/main.ts', 'src/runtime/folder/event-log-thread.ts'].map((file) =>
      join(project, file),
    ),
    target: 'bun',
    metafile: true,
  })
  if (!metafile) throw new Error('the bundler wrote no metafile')
  const held = new Map<string, string[]>()
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const path of Object.keys(inputs)) {
      held.set(ownerOf(path), [...(held.get(ownerOf(path)) ?? []), path])
    }
  }
  const bringers = new Map<string, Set<string>>()
  for (const [path, { imports }] of Object.entries(metafile.inputs)) {
    for (const imported of imports) {
      const [from, to] = [ownerOf(path), ownerOf(imported.path)]
      if (from !== to) bringers.set(to, (bringers.get(to) ?? new Set()).add(from))
    }
  }
  held.delete(ours)
  return [...held]
    .map(([name, paths]): BundledPackage => {
      const dir = folderOf(paths[0] ?? '')
      const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))
      const texts = textsOf(dir, paths)
      return {
        name,
        version: manifest.version,
        licence: manifest.license,
        broughtBy: [...(bringers.get(name) ?? [])].sort(),
        texts: texts.length > 0 ? texts : textsByManifest(manifest),
      }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
