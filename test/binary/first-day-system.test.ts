import { expect, test } from 'bun:test'
import { type FileContent, hangUp, writeSettings } from './settings-file'
import { suiteTable } from './several-suites'
import { adminToken, listening } from './suited'
import { until } from './until'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const publicUrl = 'https://gw.example.com'

test('from the provider’s own pair alone, before there is an app, to the first signature without a restart', async () => {
  const wecom = workshop.wecom()
  const { simulator, suite, suiteId } = wecom
  const { pusher, world } = simulator
  const { provider } = world
  const [corpid] = wecom.corpids
  const cwd = await workshop.folder()

  let content: FileContent = {
    top: {
      host: '127.0.0.1',
      port: 0,
      api_url: wecom.url,
      admin_token: adminToken,
      public_url: publicUrl,
      domain_files: 'WW_verify_fromTheConsole.txt',
      system_token: provider.systemToken,
      system_encoding_aes_key: provider.systemEncodingAesKey,
    },
  }
  const config = writeSettings(cwd, content)
  const suited = await listening(await workshop.start(['serve', '--config', config], { cwd }))
  const waiting = async (): Promise<{ code: string; cure: string }[]> =>
    (await suited.ask('/api/status')).waiting
  const codes = async () => (await waiting()).map(({ code }) => code)
  /** Enters more and has it read; the log says what is still awaited. */
  const enter = async (more: FileContent) => {
    content = { ...content, ...more }
    writeSettings(cwd, content)
    const said = await hangUp(suited)
    expect(said.map(({ message }) => message)).toContain('the settings were read again')
  }
  const setup = async (): Promise<{ field: string; status: string; value: string | null }[]> =>
    (await suited.ask('/api/setup')).items
  const fieldOf = async (field: string) => (await setup()).find((item) => item.field === field)!
  const reach = (printed: string | null) => (printed ?? '').replace(publicUrl, suited.url)

  // Callbacks can be taken, pages can’t be signed, and the first app is awaited.
  expect(await codes()).toEqual(['suite'])
  expect((await fetch(`${suited.url}/readyz`)).status).toBe(200)
  expect((await fetch(`${suited.url}/readyz?for=signing`)).status).toBe(503)
  expect((await suited.sign(corpid)).status).toBe(404)
  const printed = await workshop.run(['urls', '--config', config, '--url', suited.url], { cwd })
  expect(printed.stdout).toContain(`${publicUrl}/callback/system`)
  expect(printed.stdout).not.toContain('指令回调URL')

  // WeCom checks the system URL: the check names the provider’s corpid.
  const system = await fieldOf('系统事件接收URL')
  expect(await pusher.saveSystemUrl(reach(system.value))).toMatchObject({ ok: true })
  expect((await fieldOf('系统事件接收URL')).status).toBe('done')
  expect(await codes()).toEqual(['provider_corpid', 'suite'])
  expect((await waiting())[0]?.cure).toContain(`WECOM_PROVIDER_CORPID=${provider.corpid}`)
  const corpidOfProvider = { corpid: provider.corpid }
  await enter({ provider: corpidOfProvider })
  expect(await codes()).toEqual(['suite'])
  expect((await fieldOf('系统事件接收URL')).status).toBe('done')

  // The first app gets a pair and is created with the URLs that suited names.
  const { id, secret, ...pair } = suiteTable('crm', suite)
  await enter({ suites: [pair] })
  expect(await codes()).toEqual(['suite_id'])
  const checks = await pusher.saveUrls(suiteId, {
    commandUrl: reach((await fieldOf('指令回调URL')).value),
    dataUrl: reach((await fieldOf('数据回调URL')).value),
  })
  expect(checks).toMatchObject({ commandUrl: { ok: true }, dataUrl: { ok: true } })
  await pusher.pushTicket(suiteId)
  const [discovered] = await waiting()
  expect(discovered?.code).toBe('suite_id')
  for (const word of ['[[suites]]', '"crm"', suiteId]) expect(discovered?.cure).toContain(word)

  // Its id, then its secret: the ticket that came before serves, and nothing is awaited.
  await enter({ suites: [{ ...pair, id }] })
  expect(await codes()).toEqual(['suite_secret'])
  expect((await waiting())[0]?.cure).toContain('"crm"')
  await enter({ suites: [{ ...pair, id, secret }] })
  await until('a token', async () => {
    return (await suited.ask('/api/status')).suites[0].accessTokenExpiresAt
  })
  expect(await codes()).toEqual([])
  expect((await fetch(`${suited.url}/readyz?for=signing`)).status).toBe(200)
  expect((await setup()).filter(({ status }) => status === 'awaited')).toEqual([])

  await wecom.install(suited, corpid)
  expect((await suited.sign(corpid)).status).toBe(200)
  expect((await pusher.pushEvent('license_pay_success', { corpid })).body).toBe('success')
})
