import { expect, test } from 'bun:test'
import { copyFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listening } from './suited'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

/** `path mode` of a folder and everything below it. */
const modesBelow = (dir: string): string[] =>
  ['.', ...readdirSync(dir, { recursive: true, encoding: 'utf8' })].map((path) => {
    const found = statSync(join(dir, path))
    return `${found.isDirectory() ? 'folder' : 'file'} ${(found.mode & 0o777).toString(8)} ${path}`
  })

const openToOthers = (dir: string): string[] =>
  modesBelow(dir).filter((line) => !/^(folder 700|file 600) /.test(line))

test('alone in an empty folder it starts, and writes nothing but its data folder', async () => {
  const place = await workshop.folder()
  const home = await workshop.folder()
  const temporary = await workshop.folder()
  copyFileSync(workshop.binary(), join(place, 'suited'))

  const wecom = workshop.wecom()
  const suited = await listening(
    workshop.startProgram([join(place, 'suited')], {
      cwd: place,
      env: { ...wecom.settings, HOME: home, TMPDIR: temporary },
    }),
  )
  wecom.pushTo(suited)
  await wecom.giveTicket(suited)
  await wecom.install(suited, wecom.corpids[0])
  expect((await fetch(`${suited.url}/swagger/swagger-ui-bundle.js`)).status).toBe(200)
  suited.process.signal('SIGTERM')
  expect(await suited.process.exited).toBe(0)

  expect(readdirSync(place).sort()).toEqual(['data', 'suited'])
  expect(readdirSync(home)).toEqual([])
  expect(readdirSync(temporary)).toEqual([])
})

test('what lies in its working directory is not read: no .env, no bunfig.toml', async () => {
  const cwd = await workshop.folder()
  writeFileSync(join(cwd, '.env'), 'SUITED_LOG_LEVEL=loud\nSUITED_PORT=none\n')
  writeFileSync(join(cwd, '.env.production'), 'SUITED_LOG_LEVEL=loud\n')
  writeFileSync(join(cwd, 'bunfig.toml'), 'preload = ["./preload.ts"]\nlogLevel = "debug"\n')
  writeFileSync(join(cwd, 'preload.ts'), 'process.exit(99)\n')

  const env = workshop.wecom().settings
  const suited = await listening(await workshop.start(['serve'], { cwd, env }))
  expect((await fetch(`${suited.url}/healthz`)).status).toBe(200)
})

test.each(['000', '777'])(
  'with a umask of %s its folders are 0700 and its files 0600 all the same',
  async (umask) => {
    const wecom = workshop.wecom()
    const cwd = await workshop.folder()
    const suited = await listening(
      workshop.startProgram(['sh', '-c', `umask ${umask}; exec "$0" serve`, workshop.binary()], {
        cwd,
        env: { ...wecom.settings, SUITED_DATA_DIR: 'nested/data' },
      }),
    )
    wecom.pushTo(suited)
    await wecom.giveTicket(suited)
    await wecom.install(suited, wecom.corpids[0])
    await suited.sign(wecom.corpids[0])

    const nested = join(cwd, 'nested')
    expect(modesBelow(nested).length).toBeGreaterThan(10)
    expect(openToOthers(nested)).toEqual([])
    suited.process.signal('SIGTERM')
    expect(await suited.process.exited).toBe(0)
    expect(openToOthers(nested)).toEqual([])
  },
)
