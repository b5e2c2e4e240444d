import { expect, test } from 'bun:test'
import { askedFor, becomeNewcomer, publicUrl } from './newcomer'
import { pageUrl, type Suited } from './suited'
import { until } from './until'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

test('from an empty file of settings to the first signature, by nothing but what suited prints', async () => {
  const wecom = workshop.wecom()
  const { simulator, suite, suiteId } = wecom
  const { pusher, world } = simulator
  const { provider } = world
  const [corpid] = wecom.corpids
  // The provider account is new: WeCom lets nobody’s calls in yet.
  provider.allowedIps = []
  const newcomer = await becomeNewcomer(workshop, wecom)
  const codes = async () => (await newcomer.waiting()).map(({ code }) => code)
  /** Its log says what is awaited and what to do about it. */
  const tellsCures = async ({ logs }: Suited) => {
    const cures = (await newcomer.waiting()).map(({ cure }) => cure)
    await until('the cures in the log', () =>
      cures.every((own) => logs().some(({ cure }) => cure === own)),
    )
  }

  // Nothing is set: the refusal names the first settings and what makes them.
  const refused = await newcomer.run(['serve'])
  expect(refused.exitCode).toBe(78)
  for (const word of ['WECOM_TOKEN', 'WECOM_ENCODING_AES_KEY', 'suited keygen']) {
    expect(refused.stderr).toContain(word)
  }

  // With what keygen prints it starts, and asks for the address that WeCom will use.
  newcomer.enter((await newcomer.run(['keygen'])).stdout)
  await tellsCures(await newcomer.start())
  expect(await codes()).toEqual(['suite_id'])
  expect(Object.values(await newcomer.urls()).filter(({ value }) => value !== null)).toEqual([])
  expect((await newcomer.run(['urls'])).stdout).toContain('SUITED_PUBLIC_URL')
  newcomer.enter(`SUITED_PUBLIC_URL=${publicUrl}\nSUITED_TRUSTED_DOMAINS=app.example.com`)
  const reached = await newcomer.start()

  // What urls prints is pasted, with the pair of the file; WeCom’s checks succeed.
  const toPaste = await newcomer.urls()
  expect(toPaste).toMatchObject({
    系统事件接收URL: { mark: '○', value: `${publicUrl}/callback/system` },
    可信域名: { mark: '○', value: `app.example.com；${new URL(publicUrl).host}` },
    安装完成回调域名: { mark: '·', value: new URL(publicUrl).host },
    数据回调URL: { mark: '○', value: `${publicUrl}/callback/data/$CORPID$` },
    指令回调URL: { mark: '○', value: `${publicUrl}/callback/command` },
    IP白名单: { mark: '○', value: null },
  })
  const { WECOM_TOKEN: token = '', WECOM_ENCODING_AES_KEY: encodingAesKey = '' } =
    newcomer.entered()
  Object.assign(suite, { token, encodingAesKey })
  Object.assign(provider, { systemToken: token, systemEncodingAesKey: encodingAesKey })
  const checks = await pusher.saveUrls(suiteId, {
    commandUrl: newcomer.reach(toPaste.指令回调URL?.value),
    dataUrl: newcomer.reach(toPaste.数据回调URL?.value),
  })
  expect(checks).toMatchObject({ commandUrl: { ok: true }, dataUrl: { ok: true } })
  const systemUrl = newcomer.reach(toPaste.系统事件接收URL?.value)
  expect(await pusher.saveSystemUrl(systemUrl)).toMatchObject({ ok: true })
  for (const field of ['系统事件接收URL', '数据回调URL', '指令回调URL']) {
    expect([field, (await newcomer.urls())[field]?.mark]).toEqual([field, '✓'])
  }

  // WeCom now shows the ids in its messages: suited names them, ready to be entered.
  expect(await pusher.pushTicket(suiteId)).toMatchObject({ ok: true, body: 'success' })
  const discovered = await newcomer.waiting()
  const named = reached.logs().filter(({ setting }) => setting !== undefined)
  expect(named.map(({ id }) => id).toSorted()).toEqual([provider.corpid, suiteId].toSorted())
  expect(discovered.map(askedFor).toSorted()).toEqual([
    `WECOM_PROVIDER_CORPID=${provider.corpid}`,
    `WECOM_SUITE_ID=${suiteId}`,
  ])
  newcomer.enter(discovered.map(askedFor).join('\n'))
  newcomer.enter('SUITED_DOMAIN_FILES=WW_verify_fromTheConsole.txt')
  await tellsCures(await newcomer.start())

  // The ticket of before is still there; what is missing now is the secret, from the console.
  expect(await codes()).toEqual(['suite_secret'])
  const [{ cure = '' } = {}] = await newcomer.waiting()
  newcomer.enter(`${/(\w+)\.$/.exec(cure)?.[1]}=${suite.suiteSecret}`)
  await newcomer.start()

  // WeCom refuses our address and names it; entered there, calls go through.
  await until('WeCom’s refusal', async () => (await codes()).join() === 'ip_not_allowed')
  const { value: ip } = (await newcomer.urls()).IP白名单!
  expect(ip).toBe('127.0.0.1')
  provider.allowedIps = [ip!]
  const suited = await newcomer.start()
  await until('an end of the waiting', async () => (await codes()).length === 0)
  suite.commandUrl = newcomer.reach(toPaste.指令回调URL?.value)
  expect(Object.values(await newcomer.urls()).filter(({ mark }) => mark === '○')).toEqual([])
  expect((await newcomer.run(['healthcheck', suited.url])).stdout).toBe('ready\n')
  expect((await fetch(`${suited.url}/readyz?for=signing`)).status).toBe(200)

  expect((await pusher.install(suiteId, corpid)).push).toMatchObject({ body: 'success' })
  const answer = await until('a signature', async () => {
    const response = await suited.sign(corpid)
    return response.ok ? response.json() : null
  })
  const page = Object.assign({ suiteId, corpid, type: 'config', url: pageUrl }, answer)
  expect(simulator.acceptsSignature(page as never).ok).toBe(true)
})
