/** What the operator of a binary is told while its settings make it refuse WeCom's pushes. */
import { expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hangUp, writeSettings } from './settings-file'
import { localTop } from './several-suites'
import { type LogLine, listening } from './suited'
import { until } from './until'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

test('a wrong Token is named in the status, the list of URLs and the log, until it is mended and read again', async () => {
  const wecom = workshop.wecom()
  const { suite, simulator, suiteId } = wecom
  const folder = await workshop.folder()
  const top = {
    ...localTop(wecom),
    token: 'AMistypedToken',
    encoding_aes_key: suite.encodingAesKey,
    suite_id: suiteId,
    suite_secret: suite.suiteSecret,
    provider_corpid: simulator.world.provider.corpid,
    trusted_domains: 'app.example.com',
    public_url: 'https://gw.example.com',
  }
  const config = writeSettings(folder, { top })
  const suited = await listening(
    await workshop.start(['serve', '--config', config], { cwd: folder }),
  )
  wecom.pushTo(suited)
  const told = async () =>
    (await suited.ask('/api/status')).waiting.find(
      ({ code }: { code: string }) => code === 'callbacks_refused',
    )
  const commandUrl = async () =>
    (await suited.ask('/api/setup')).items.find(
      ({ field }: { field: string }) => field === '指令回调URL',
    )

  expect(await told()).toBeUndefined()
  expect(await simulator.pusher.pushTicket(suiteId)).toMatchObject({ ok: false })
  const { detail, cure } = await told()
  expect(detail).toContain('arrive at /callback/command and are refused')
  expect(detail).toContain('from 127.0.0.1')
  expect(cure).toContain('WECOM_TOKEN')
  expect(await commandUrl()).toMatchObject({
    status: 'awaited',
    detail: expect.stringContaining('refused'),
  })
  const { items, since } = await suited.ask('/api/refused-callbacks')
  expect(items).toMatchObject([{ mistake: 'wrong_token', standing: 'like_wecom', kind: 'push' }])
  expect(since).toBeNumber()
  const lines = (): LogLine[] => suited.logs().filter(({ mistake }) => mistake === 'wrong_token')
  await until('a line in the log', () => lines().length > 0)
  expect(lines()).toMatchObject([{ level: 'warn', message: 'a callback was refused' }])

  writeSettings(folder, { top: { ...top, token: suite.token } })
  await hangUp(suited)
  await wecom.giveTicket(suited)
  expect(await told()).toBeUndefined()
  expect(await commandUrl()).toMatchObject({ status: 'done' })
  expect((await suited.ask('/api/refused-callbacks')).items).toHaveLength(1)
})

test('a folder for backups that can’t be written is a warning at once', async () => {
  const wecom = workshop.wecom()
  const folder = await workshop.folder()
  const notAFolder = join(folder, 'a-file')
  writeFileSync(notAFolder, 'this is a file')
  const suited = await workshop.serviceFor(wecom, join(folder, 'data'), {
    SUITED_BACKUP_DIR: join(notAFolder, 'backups'),
  })
  const warning = await until('the warning', async () =>
    (await suited.ask('/api/status')).warnings.find((text: string) =>
      text.includes('backup could'),
    ),
  )
  expect(warning).toContain('SUITED_BACKUP_DIR')
  expect(readFileSync(notAFolder, 'utf8')).toBe('this is a file')
})

test('two suites that share a pair are refused at the start, both by name', async () => {
  const folder = await workshop.folder()
  const pair = { token: 'TheSameToken', encoding_aes_key: 'A'.repeat(43) }
  const config = writeSettings(folder, {
    suites: [
      { key: 'crm', ...pair },
      { key: 'hr', ...pair },
    ],
  })
  const { exitCode, stderr } = await workshop.run(['serve', '--config', config], { cwd: folder })
  expect(exitCode).toBe(78)
  expect(stderr).toContain('"crm" and "hr"')
  expect(stderr).not.toContain('TheSameToken')
})
