import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { project } from './sources'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'suited-optional-tool-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Runs a test file with one suite that needs a tool, found or not. */
const run = async (found: string | null, required: '0' | '1') => {
  const path = join(folder, `with-${found ?? 'nothing'}.test.ts`)
  await Bun.write(
    path,
    `import { expect, test } from 'bun:test'
import { describeWithTool } from ${JSON.stringify(join(project, 'test/optional-tool'))}
describeWithTool('Chromium', () => ${JSON.stringify(found)}, 'the page', (path) => {
  test('gets ' + path, () => expect(path).toBe('chromium'))
})
`,
  )
  const env = { ...Bun.env, SUITED_REQUIRE_TOOLS: required }
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, 'test', path], { env, cwd: folder })
  return { exitCode, said: stderr.toString() }
}

describe('a suite that needs a tool', () => {
  test('runs with its path where the tool is', async () => {
    const { exitCode, said } = await run('chromium', '1')
    expect(exitCode).toBe(0)
    expect(said).toContain('the page > gets chromium')
    expect(said).toContain(' 1 pass')
  })

  test('is skipped where it is not, and says what is missing', async () => {
    const { exitCode, said } = await run(null, '0')
    expect(exitCode).toBe(0)
    expect(said).toContain(' 1 skip')
    expect(said).toContain('skipped: the page (Chromium is not here: apt-get install')
  })

  test('fails where it is not but is required', async () => {
    const { exitCode, said } = await run(null, '1')
    expect(exitCode).not.toBe(0)
    expect(said).toContain(' 1 fail')
  })
})
