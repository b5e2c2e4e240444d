/** Words that mean nothing to a command end it before it begins. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { createTemporaryFolder } from '../../store/temporary-folder'
import { runCommandLine } from './command-line'

test('serve --help has a flag for every setting that is no secret, and none for a secret', async () => {
  const { stdout } = await runCommandLine(['serve', '--help'])
  expect(Bun.stripANSI(stdout)).toMatch(/--config=/)
  expect(Bun.stripANSI(stdout)).toMatch(/--data-dir=.*SUITED_DATA_DIR/)
  expect(Bun.stripANSI(stdout)).not.toMatch(/--(admin-token|suite-secret|token|encoding-aes-key)\b/)
})

test.each([
  ['an unknown command', ['serv'], 'serv'],
  ['an unknown flag without a command', ['--quiet'], '--quiet'],
  ['an unknown flag, with its value', ['urls', '--admin-token=mellon'], '--admin-token'],
])('%s is refused by name', async (_, words, told) => {
  const { exitCode, stdout, stderr } = await runCommandLine(words)
  expect([exitCode, stdout]).toEqual([64, ''])
  expect(stderr).toContain(told)
  expect(stderr).not.toContain('mellon')
})

test.each([
  [['--nothing'], '--nothing'],
  [['--secret', 'mellon'], '--secret'],
  [['--url=http://127.0.0.1:1', '--mellon'], '--mellon'],
  [['--data-dir'], '--data-dir'],
  [[], 'FILE'],
])('import %p, which lacks its file too, is told of %s', async (words, told) => {
  const { exitCode, stdout, stderr } = await runCommandLine(['import', ...words])
  expect([exitCode, stdout]).toEqual([64, ''])
  expect(stderr).toContain(told)
})

test.each(['--days', '--per-minute'])(
  'keys create wants a number from 1 on, for %s',
  async (flag) => {
    const words = ['keys', 'create', 'crm', '--scopes=read', `${flag}=0`]
    const { exitCode, stdout, stderr } = await runCommandLine(words)
    expect([exitCode, stdout]).toEqual([64, ''])
    expect(stderr).toBe(`${flag} wants a whole number from 1 on.\n`)
  },
)

test.each([[['--version', 'x']], [['-v', '--port=1']]])(
  '%p says more than it may',
  async (words) => {
    const { exitCode, stdout, stderr } = await runCommandLine(words)
    expect([exitCode, stdout]).toEqual([64, ''])
    expect(stderr).toBe(`${words[0]} stands alone. See suited --help.\n`)
  },
)

test.each([
  ['--command-url', 'foo'],
  ['--data-url', 'ftp://x'],
  ['--system-url', 'localhost:8001/callback'],
])('simulate %s=%s, to which nobody can push, is refused', async (flag, value) => {
  const { exitCode, stdout, stderr } = await runCommandLine(['simulate', `${flag}=${value}`])
  expect([exitCode, stdout]).toEqual([64, ''])
  expect(stderr).toContain(flag)
})

test('a file for simulate --state where none can be is refused with what is wrong', async () => {
  const folder = await createTemporaryFolder()
  const state = join(folder.path, 'none', 'x.json')
  const { exitCode, stderr } = await runCommandLine(['simulate', '--state', state])
  await folder.remove()
  expect([exitCode, stderr]).toEqual([
    78,
    `The file of --state can't be written (ENOENT): ${state}\n`,
  ])
})

test.each(['eighty', '-1', '65536', '1.5'])('demo --port=%s is refused', async (port) => {
  const { exitCode, stdout, stderr } = await runCommandLine(['demo', '--once', `--port=${port}`])
  expect([exitCode, stdout]).toEqual([64, ''])
  expect(stderr).toBe('--port must be a port.\n')
})
