/** The snippets of docs/events.md that verify a signature, run against deliveries of ours. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { secretOf } from '../../../src/delivery/send/signing-secret'
import { standardHeaders } from '../../../src/delivery/send/standard-webhook'
import { outlineOf } from '../../conventions/markdown'
import { textOf } from '../../conventions/sources'
import { describeWithTool } from '../../optional-tool'

const secret = secretOf(new Uint8Array(32).fill(7))
const previous = secretOf(new Uint8Array(24).fill(8))
const body = JSON.stringify({ type: 'text', payload: { Content: '你好' } })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'suited-snippets-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const snippet = async (language: string, word: string): Promise<string> => {
  const { codeBlocks } = outlineOf(await textOf('docs/events.md'))
  const found = codeBlocks.find((code) => code.startsWith(`${language}\n`) && code.includes(word))
  if (found === undefined) throw new Error(`docs/events.md has no ${language} with ${word}`)
  return found.slice(language.length + 1)
}

interface Changed {
  readonly secret?: string
  readonly body?: string
  readonly ageMs?: number
}

/** Secret, id, timestamp, signatures and body, as a program takes them. */
const delivery = (changed: Changed = {}): string[] => {
  const now = Date.now() - (changed.ageMs ?? 0)
  const secrets = [
    { secret, until: null },
    { secret: previous, until: now + 1000 },
  ]
  const headers = standardHeaders('event-1', body, secrets, now)
  const { 'webhook-timestamp': timestamp = '', 'webhook-signature': signatures = '' } = headers
  return [changed.secret ?? secret, 'event-1', timestamp, signatures, changed.body ?? body]
}

const changes: Record<string, Changed> = {
  'as it was sent': {},
  'by the secret that is being replaced': { secret: previous },
  'by another secret': { secret: secretOf(new Uint8Array(32)) },
  'with another body': { body: `${body} ` },
  'of ten minutes ago': { ageMs: 600_000 },
}

/** What a program says to each, which it is handed one behind the other. */
const said = (command: string[]): string[] => {
  const words = Object.values(changes).flatMap((changed) => delivery(changed))
  const { stdout, stderr } = Bun.spawnSync([...command, ...words], { cwd: folder })
  expect(stderr.toString()).toBe('')
  return stdout.toString().trim().split(/\s+/)
}

const verdicts = (command: () => Promise<string[]>) => {
  test('takes a delivery, by the secret that is being replaced too, and refuses another secret, a body that was changed and a timestamp of ten minutes ago', async () => {
    const names = Object.keys(changes)
    const verdicts = said(await command())
    expect(Object.fromEntries(names.map((name, n) => [name, verdicts[n]]))).toEqual({
      'as it was sent': 'yes',
      'by the secret that is being replaced': 'yes',
      'by another secret': 'no',
      'with another body': 'no',
      'of ten minutes ago': 'no',
    })
  })
}

const javascript = async (runtime: string): Promise<string[]> => {
  const main = `
for (let at = 2; at < process.argv.length; at += 5) {
  const [secret, id, timestamp, signatures, body] = process.argv.slice(at, at + 5)
  console.log(isSigned(secret, id, timestamp, signatures, Buffer.from(body)) ? 'yes' : 'no')
}
`
  const path = join(folder, 'verify.mjs')
  await Bun.write(path, (await snippet('js', 'isSigned')) + main)
  return [runtime, path]
}

const python = async (runtime: string): Promise<string[]> => {
  const main = `
import sys
for at in range(1, len(sys.argv), 5):
    secret, id, timestamp, signatures, body = sys.argv[at : at + 5]
    print("yes" if is_signed(secret, id, timestamp, signatures, body.encode()) else "no")
`
  const path = join(folder, 'verify.py')
  await Bun.write(path, (await snippet('python', 'is_signed')) + main)
  return [runtime, path]
}

describeWithTool(
  'node',
  () => Bun.which('node'),
  'the snippet for Node and Bun, under Node,',
  (node) => verdicts(() => javascript(node)),
)

describeWithTool(
  'node',
  () => process.execPath,
  'the snippet for Node and Bun, under Bun,',
  (bun) => verdicts(() => javascript(bun)),
)

describeWithTool(
  'python3',
  () => Bun.which('python3'),
  'the snippet for Python',
  (path) => verdicts(() => python(path)),
)
