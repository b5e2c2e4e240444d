/** What lies at the top, and which versions are taken. */
import { describe, expect, test } from 'bun:test'
import manifest from '../../package.json' with { type: 'json' }
import { project } from './sources'

const allowedAtTheTop = [
  'LICENSE',
  'README.md',
  'bun.lock',
  'bunfig.toml',
  'clients',
  'data',
  'deploy',
  'docs',
  'examples',
  'package.json',
  'src',
  'test',
  'tsconfig.json',
]

const trackedFiles = (): string[] => {
  const { success, stdout } = Bun.spawnSync(['git', 'ls-files'], { cwd: project })
  if (!success) throw new Error('git ls-files failed')
  return stdout.toString().trim().split('\n')
}

describe('the repository', () => {
  test('holds at its top what everyone expects there, dotfiles, and nothing else', () => {
    const top = new Set(trackedFiles().map((path) => path.split('/')[0] ?? ''))
    const strays = [...top].filter(
      (name) => !name.startsWith('.') && !allowedAtTheTop.includes(name),
    )
    expect(top.size).toBeGreaterThan(5)
    expect(strays).toEqual([])
  })

  test('holds no data', () => {
    expect(trackedFiles().filter((path) => path.startsWith('data/'))).toEqual(['data/.gitignore'])
  })
})

describe('package.json', () => {
  test('names exact versions only', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    const loose = versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    expect(versions.length).toBeGreaterThan(5)
    expect(loose).toEqual([])
  })

  test('asks for one Bun, whose types it takes', () => {
    expect(manifest.engines.bun).toBe(manifest.devDependencies['bun-types'])
  })

  test('installs what is locked before it runs, tests or builds', () => {
    for (const name of ['demo', 'test', 'build'] as const) {
      expect(manifest.scripts[`pre${name}`]).toBe('bun install --frozen-lockfile')
    }
  })
})
