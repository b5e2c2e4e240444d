/** The types of the client are what openapi-typescript makes of the document, to the letter. */
import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { project } from '../conventions/sources'
import { describeWithTool } from '../optional-tool'

const client = join(project, 'clients/typescript')

const findGenerator = () => {
  const path = join(client, 'node_modules/openapi-typescript')
  return existsSync(path) ? path : null
}

describeWithTool('openapi-typescript', findGenerator, 'the generated types', () => {
  test('were edited by nobody', () => {
    const command = [process.execPath, 'generator/generate.ts', '--check']
    const { stdout, stderr } = Bun.spawnSync(command, { cwd: client })
    expect(`${stdout}${stderr}`).toBe('')
  }, 60_000)
})
