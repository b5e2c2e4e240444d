/** What operators are told when a start finds the folder otherwise than it was left. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { documentName } from '../../src/store/file/folder/document-name'
import type { Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

/** What is made once: a folder in which a company has installed the app, of a service that died. */
const site = useWorkshop(afterAll)
let wecom: Wecom
let corpid: string
let left: string

beforeAll(async () => {
  wecom = site.wecom()
  ;[corpid] = wecom.corpids
  left = await site.folder()
  const suited = await site.serviceFor(wecom, left)
  await wecom.giveTicket(suited)
  await wecom.install(suited, corpid)
  await suited.process.kill()
})

const warningsOf = async (suited: Suited): Promise<string[]> =>
  (await suited.ask('/api/status')).warnings

const logged = (suited: Suited, words: string) =>
  suited.logs().filter(({ level, message }) => level === 'warn' && message.includes(words))

test('a damaged document is told by the status until it is mended, and one open to others is closed', async () => {
  const { suiteId } = wecom
  const dataDir = await workshop.copyOf(left)
  const file = `corps/${documentName(suiteId)}/${documentName(corpid)}.json`
  const path = join(dataDir, file)
  const whole = readFileSync(path)
  writeFileSync(path, whole.subarray(0, 40))
  const events = join(dataDir, 'events.sqlite')
  for (const open of [path, `${path}.bak`, events]) chmodSync(open, 0o644)

  const suited = await workshop.serviceFor(wecom, dataDir)
  const { unreadable, warnings } = await suited.ask('/api/status')
  expect(unreadable).toMatchObject({
    count: 1,
    documents: [{ suiteId, corpid, file, copy: `${file}.bak` }],
  })
  expect(warnings.filter((warning: string) => warning.includes(file))).toHaveLength(1)
  expect(await suited.ask('/api/corps')).toMatchObject({ items: [], unreadable: 1 })
  const { code, detail } = await suited.ask(`/api/corps/${corpid}`)
  expect(code).toBe('store_unavailable')
  expect(detail).toContain(`${file}.bak`)

  await until('a warning of open files', () => logged(suited, 'stood open').length > 0)
  expect(logged(suited, 'stood open')).toMatchObject([{ count: 3 }])
  expect([path, events].map((closed) => statSync(closed).mode & 0o777)).toEqual([0o600, 0o600])

  writeFileSync(path, whole)
  expect((await suited.ask('/api/status')).unreadable.count).toBe(0)
  expect((await suited.ask('/api/corps')).items).toHaveLength(1)
  expect((await suited.sign(corpid)).status).toBe(200)
})

describe('an event log that is', () => {
  test.each([
    ['emptied', (path: string) => truncate(path)],
    ['gone', (path: string) => rm(path)],
  ])('%s while there are companies is told as lost until the next start', async (_, lose) => {
    const dataDir = await workshop.copyOf(left)
    await lose(join(dataDir, 'events.sqlite'))

    const suited = await workshop.serviceFor(wecom, dataDir)
    const told = (warnings: string[]) => warnings.filter((one) => one.includes('events.sqlite'))
    expect(told(await warningsOf(suited))).toHaveLength(1)
    expect(logged(suited, 'events.sqlite')).toHaveLength(1)
    expect((await suited.sign(corpid)).status).toBe(200)

    await suited.process.kill()
    const after = await workshop.serviceFor(wecom, dataDir)
    expect(told(await warningsOf(after))).toEqual([])
  })
})

test('backups into the data folder, by a link, refuse the start', async () => {
  const { settings } = workshop.wecom()
  const cwd = await workshop.folder()
  mkdirSync(join(cwd, 'data'))
  symlinkSync(join(cwd, 'data'), join(cwd, 'elsewhere'))
  const env = { ...settings, SUITED_DATA_DIR: 'data', SUITED_BACKUP_DIR: 'elsewhere/backups' }
  const { exitCode, stderr } = await workshop.run(['serve'], { cwd, env })
  expect(exitCode).toBe(78)
  expect(stderr).toContain('SUITED_BACKUP_DIR')
})
