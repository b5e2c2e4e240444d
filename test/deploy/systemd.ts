/** Suites that boot a machine of their own. */
import { afterAll, test } from 'bun:test'
import { describeWithTool } from '../optional-tool'
import { findSystemd, mayStartBoxes } from './box'

/**
 * The suite `name`. It is skipped by name where this process may not make namespaces, as in most
 * containers: that is no tool that could be installed.
 */
export const describeWithSystemd = (name: string, suite: () => void): void => {
  if (findSystemd() === null || mayStartBoxes()) {
    describeWithTool('systemd', findSystemd, name, suite)
    return
  }
  const missing = 'needs root with the right to make namespaces'
  test.skip(`${name} (${missing})`, () => {})
  afterAll(() => {
    process.stderr.write(`skipped: ${name} (${missing})\n`)
  })
}
