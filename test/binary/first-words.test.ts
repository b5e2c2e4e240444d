import { describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Table, writeSettings } from './settings-file'
import { localTop, suiteTable } from './several-suites'
import { adminToken, type LogLine, listening, type Suited } from './suited'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const startLine = (suited: Suited): LogLine =>
  suited.logs().find(({ message }) => message === 'suited is listening')!

describe('the lines of a start', () => {
  test('tell the addresses, the data folder, and of each suite its companies and the age of its ticket', async () => {
    const wecom = workshop.wecom()
    const dataDir = await workshop.folder()
    const publicUrl = 'https://gw.example.com/wecom'
    const before = await workshop.serviceFor(wecom, dataDir, { SUITED_PUBLIC_URL: publicUrl })
    expect(startLine(before)).toMatchObject({
      level: 'info',
      url: before.url,
      publicUrl,
      dataDir,
      suites: [{ key: 'default', suiteId: wecom.suiteId, ticketAgeSeconds: null, authorized: 0 }],
    })
    await wecom.giveTicket(before)
    for (const corpid of wecom.corpids.slice(0, 2)) await wecom.install(before, corpid)
    before.process.signal('SIGTERM')
    expect(await before.process.exited).toBe(0)

    const after = await workshop.serviceFor(wecom, dataDir, { SUITED_PUBLIC_URL: publicUrl })
    const { suites } = startLine(after) as unknown as {
      suites: { ticketAgeSeconds: number; authorized: number }[]
    }
    expect(suites).toMatchObject([{ authorized: 2 }])
    expect(suites[0]!.ticketAgeSeconds).toBeWithin(0, 60)
  })

  test('warn of what is open, no admin token, no trusted domain, no TLS, and of a setting that is probably misspelt', async () => {
    const wecom = workshop.wecom()
    const { SUITED_ADMIN_TOKEN: _, SUITED_TRUSTED_DOMAINS: __, ...settings } = wecom.settings
    const suited = await listening(
      await workshop.start(['serve'], {
        env: { ...settings, SUITED_HOST: '0.0.0.0', SUITED_PUBLIC_ULR: 'https://x.com' },
      }),
    )
    const warnings = suited.logs().filter(({ level }) => level === 'warn')
    for (const name of ['SUITED_ADMIN_TOKEN', 'SUITED_TRUSTED_DOMAINS', 'SUITED_TLS_CERT']) {
      expect(warnings.some(({ message }) => message.includes(name))).toBe(true)
    }
    const misspelt = warnings.find(({ message }) => message.includes('SUITED_PUBLIC_ULR'))
    expect(misspelt?.message).toContain('SUITED_PUBLIC_URL')
    const { port } = new URL(suited.url)
    const closed = await fetch(`http://127.0.0.1:${port}/api/status`)
    expect(await closed.json()).toMatchObject({ status: 403, code: 'admin_disabled' })
  })
})

describe('stray white space', () => {
  test('in the environment, in files that it names and around lists is no part of a value', async () => {
    const wecom = workshop.wecom()
    const cwd = await workshop.folder()
    const { WECOM_SUITE_SECRET: secret, SUITED_ADMIN_TOKEN: token, ...settings } = wecom.settings
    writeFileSync(join(cwd, 'secret'), ` \t${secret} \r\n\n`)
    writeFileSync(join(cwd, 'token'), `\n${token}\n`)
    const padded = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, `  ${value}\t\r\n`]),
    )
    const env = {
      ...padded,
      WECOM_SUITE_SECRET_FILE: ' secret ',
      SUITED_ADMIN_TOKEN_FILE: ' token\n',
      SUITED_TRUSTED_DOMAINS: ' app.example.com , other.example.com ,',
      SUITED_PUBLIC_URL: ' https://gw.example.com/ ',
      SUITED_DATA_DIR: ' data ',
      // Of nothing else, so that no file is looked for.
      SUITED_CONFIG: ' ',
    }
    const suited = await listening(await workshop.start(['serve'], { cwd, env }))
    expect(startLine(suited)).toMatchObject({
      dataDir: 'data',
      publicUrl: 'https://gw.example.com',
    })
    const [corpid] = wecom.corpids
    wecom.pushTo(suited)
    await wecom.giveTicket(suited)
    await wecom.install(suited, corpid)
    expect((await suited.sign(corpid)).status).toBe(200)
  })

  test('in the file is none either', async () => {
    const wecom = workshop.wecom()
    const cwd = await workshop.folder()
    const pad = (table: Table): Table =>
      Object.fromEntries(
        Object.entries(table).map(([name, value]) => [
          name,
          typeof value === 'string' ? ` ${value}\n` : value,
        ]),
      )
    const suite = pad({ ...suiteTable('crm', wecom.suite), trusted_domains: undefined })
    const domains = { trusted_domains: [' app.example.com ', 'other.example.com\n'] }
    const { corpid: provider } = wecom.simulator.world.provider
    const config = writeSettings(cwd, {
      top: pad(localTop(wecom)),
      provider: pad({ corpid: provider }),
      suites: [{ ...suite, ...domains }],
    })
    const suited = await listening(await workshop.start(['serve', '--config', config], { cwd }))
    const [corpid] = wecom.corpids
    wecom.pushTo(suited)
    await wecom.giveTicket(suited)
    await wecom.install(suited, corpid)
    expect((await suited.sign(corpid)).status).toBe(200)
  })
})

test('a browser on a callback URL is told what it reached, whether or not a suite is named', async () => {
  const wecom = workshop.wecom()
  const suited = await workshop.serviceFor(wecom, await workshop.folder())
  for (const path of [
    '/callback/command',
    '/callback/data',
    '/callback/data/$CORPID$',
    '/callback/system',
    '/orderUrl',
    '/dataUrl',
    '/verify',
    '/suites/default/callback/command',
    `/suites/${wecom.suiteId}/callback/data/$CORPID$`,
  ]) {
    const answer = await fetch(suited.url + path, { headers: { accept: 'text/html' } })
    const told = (await answer.json()) as { detail: string }
    expect([path, answer.status]).toEqual([path, 400])
    expect(told.detail).toContain('suited')
    expect(told.detail).toContain('msg_signature')
  }
  expect(suited.process.stderr).not.toContain(adminToken)
})
