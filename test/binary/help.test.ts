/** What `test/commands/cli/help.test.ts` holds of every command, seen of the binary once. */
import { expect, test } from 'bun:test'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

test('help is given for a command', async () => {
  const { exitCode, stdout, stderr } = await workshop.run(['keys', 'list', '--help'])
  expect([exitCode, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^USAGE suited/m)
})

test('a service that nobody has ends what asks it with 69, and says where it was looked for', async () => {
  const env = { SUITED_PORT: '1', SUITED_HOST: '127.0.0.1' }
  const { exitCode, stdout, stderr } = await workshop.run(['status'], { env })
  expect([exitCode, stdout]).toEqual([69, ''])
  expect(stderr).toBe('No service answers at http://127.0.0.1:1: nothing listens there.\n')
})
