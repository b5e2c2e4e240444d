import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { walk } from '../../src/commands/demo/walk'
import type { RunningProcess } from './process'
import { until } from './until'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

/** A demo whose temporary folder is one of ours. */
const startDemo = async (...args: string[]) => {
  const temporary = await workshop.folder()
  const demo = await workshop.start(['demo', ...args], { env: { TMPDIR: temporary } })
  return { demo, temporary }
}

const addressIn = ({ stdout }: RunningProcess, name: string): string | null =>
  new RegExp(`^ +${name} +(\\S+)$`, 'm').exec(stdout)?.[1] ?? null

test('demo --once shows every step, exits 0 and leaves no file', async () => {
  const { demo, temporary } = await startDemo('--once')
  expect(await demo.exited).toBe(0)
  const shown = [...demo.stdout.matchAll(/^✓ (\d) {2}(.+?) {2,}\d+ ms$/gm)].map(
    ([, , title]) => title,
  )
  expect(shown).toEqual(walk.map(({ title }) => title))
  const [, delivered = '{}'] = /signature verified:\n +(\{.*\})$/m.exec(demo.stdout) ?? []
  expect(JSON.parse(delivered)).toMatchObject({
    type: 'text',
    payload: { Content: '你好，suited' },
  })
  expect(demo.stderr).toBe('')
  expect(readdirSync(temporary)).toEqual([])
})

test('demo stays up at the addresses that it prints, until Ctrl-C: then it exits 0 and its folder is gone', async () => {
  const { demo, temporary } = await startDemo()
  await until('the end of its words', () => demo.stdout.includes('Ctrl-C'))
  const [page, token, simulator, state] = ['Swagger UI', 'Admin token', 'Simulator', 'State'].map(
    (name) => addressIn(demo, name) ?? `no ${name}`,
  )
  expect((await fetch(page!)).status).toBe(200)
  expect((await fetch(simulator!)).status).toBe(200)
  const headers = { authorization: `Bearer ${token}` }
  const corps = await fetch(new URL('/api/corps', page), { headers })
  expect(await corps.json()).toMatchObject({
    items: [{ status: 'authorized' }, { status: 'authorized' }],
  })
  const [, signUrl] = /curl '(\S+\/sign\?\S+)'/.exec(demo.stdout) ?? []
  expect((await fetch(signUrl!)).status).toBe(200)
  expect(readdirSync(temporary).map((name) => `${temporary}/${name}`)).toEqual([state!])

  demo.signal('SIGINT')
  expect(await demo.exited).toBe(0)
  expect(readdirSync(temporary)).toEqual([])
})

test('demo on a port that is taken exits 69 and leaves no file', async () => {
  const suited = await workshop.serve(workshop.wecom().settings)
  const { port } = new URL(suited.url)
  const { demo, temporary } = await startDemo('--once', '--port', port)
  expect(await demo.exited).toBe(69)
  expect(demo.stderr).toContain(port)
  expect(readdirSync(temporary)).toEqual([])
})
