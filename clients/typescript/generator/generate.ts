/**
 * Writes what of the client is generated, out of the document that `suited openapi` prints. With
 * `--check` it only says what isn't as it would be written.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { currentDocument, typesHead } from './current-document'
import { routesSource } from './routes-source'

const client = join(import.meta.dir, '..')
const program = join(client, 'node_modules/openapi-typescript/bin/cli.js')
const flags = ['--root-types', '--root-types-no-schema-prefix']

const { whole, document } = currentDocument()

const typesOf = async (folder: string): Promise<string> => {
  const [from, to] = [join(folder, 'openapi.json'), join(folder, 'types.ts')]
  await Bun.write(from, JSON.stringify(document))
  const command = [process.execPath, program, from, '--output', to, ...flags]
  const { exitCode, stderr } = Bun.spawnSync(command, { cwd: client })
  if (exitCode !== 0) throw new Error(`openapi-typescript failed: ${stderr}`)
  const text = await Bun.file(to).text()
  return text.replace(/^\/\*\*[\s\S]*?\*\/\n/, () => typesHead(document))
}

const folder = await mkdtemp(join(tmpdir(), 'suited-client-'))
const files = {
  'types.ts': await typesOf(folder).finally(() => rm(folder, { recursive: true })),
  'routes.ts': routesSource(document, whole),
}

const isCheck = process.argv.includes('--check')
for (const [name, text] of Object.entries(files)) {
  const file = Bun.file(join(client, 'src/generated', name))
  if ((await file.exists()) && (await file.text()) === text) continue
  process.stdout.write(`src/generated/${name}: ${isCheck ? 'not as generated' : 'written'}\n`)
  if (isCheck) process.exitCode = 1
  else await file.write(text)
}
