/** What `test/commands/cli/help.test.ts` holds of every command, seen of the binary once each. */
import { expect, test } from 'bun:test'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

test.each(['-h', 'serve -h', '--port 1 --help', 'keys list --help'])(
  'help is given for suited %s',
  async (words) => {
    const { exitCode, stdout, stderr } = await workshop.run(words.split(' '))
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^USAGE suited/m)
  },
)

test.each(['nonsense', '--version twice', 'status --nonsense'])(
  'wrong use ends with 64 and one sentence: %s',
  async (words) => {
    const { exitCode, stdout, stderr } = await workshop.run(words.split(' '))
    expect([exitCode, stdout]).toEqual([64, ''])
    expect(stderr).toMatch(/^[A-Z-].*\n$/)
  },
)

test('wrong settings end it with 78', async () => {
  const { exitCode, stdout, stderr } = await workshop.run(['serve', '--env-file', '/nowhere.env'])
  expect([exitCode, stdout]).toEqual([78, ''])
  expect(stderr).toContain("/nowhere.env can't be read (ENOENT)")
})

test('a service that nobody has ends what asks it with 69, and says where it was looked for', async () => {
  const env = { SUITED_PORT: '1', SUITED_HOST: '127.0.0.1' }
  const { exitCode, stdout, stderr } = await workshop.run(['status'], { env })
  expect([exitCode, stdout]).toEqual([69, ''])
  expect(stderr).toBe('No service answers at http://127.0.0.1:1: nothing listens there.\n')
})
