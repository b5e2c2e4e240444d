import { expect, test } from 'bun:test'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from './until'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

test.each<[NodeJS.Signals, number]>([
  ['SIGTERM', 143],
  ['SIGINT', 130],
])(
  'an export that %s ends leaves no half of a file, and the one of before as it was',
  async (signal, code) => {
    const folder = await workshop.folder()
    const output = join(folder, 'suited.export')
    writeFileSync(output, 'the export of before')
    const asked = Promise.withResolvers<void>()
    const hanging = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch() {
        asked.resolve()
        return new Promise<Response>(() => undefined)
      },
    })
    const words = ['export', '--plain', '--output', output, '--url', hanging.url.origin]
    const run = await workshop.start(words)
    await asked.promise
    await until('the beginning of a file', () =>
      readdirSync(folder).some((name) => name.endsWith('.tmp')),
    )
    run.signal(signal)
    expect(await run.exited).toBe(code)
    await hanging.stop(true)
    expect(readdirSync(folder)).toEqual(['suited.export'])
    expect(readFileSync(output, 'utf8')).toBe('the export of before')
  },
)
