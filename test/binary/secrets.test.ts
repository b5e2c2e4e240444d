/**
 * The binary through a whole life with troubles: where its secrets stand afterwards, and where not.
 */
import { describe, expect, test } from 'bun:test'
import { createSecretSearch, searchFolder, secretsOf } from '../secrets-in-clear'
import { type SeveralSuites, startSeveralSuites } from './several-suites'
import { adminToken } from './suited'
import { until } from './until'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const encryptionKey = Buffer.alloc(32, 21).toString('base64')
const callbackPair = { token: 'TokenOfOneCompanyAlone', encodingAesKey: 'k'.repeat(43) }
const confidence = 'what-nobody-else-may-know'

const json = { 'content-type': 'application/json' }

/**
 * What gives out a token or a ticket, or the address of WeCom's page with a code in it, because it
 * was asked.
 */
const givesOut = /access-token$|jsapi-ticket$|authorization-url$/

/** Two apps, two companies, and what happens to them; every answer and every secret is kept. */
const walk = async (stage: SeveralSuites) => {
  const { wecom, suited, suites } = stage
  const { simulator, corpids } = wecom
  const { world, pusher, faults } = simulator
  const [corpid, other] = corpids
  const secrets = new Map([
    [adminToken, 'admin token'],
    [encryptionKey, 'encryption key'],
    [callbackPair.token, 'Token of a company'],
    [callbackPair.encodingAesKey, 'EncodingAESKey of a company'],
    [confidence, 'message'],
  ])
  // A code that is replaced is known nowhere else afterwards.
  const remember = () => {
    for (const [secret, kind] of secretsOf(world)) secrets.set(secret, kind)
  }
  const answers: string[] = []
  const keep = async (path: string, init: RequestInit = {}): Promise<string> => {
    const headers = { authorization: `Bearer ${adminToken}`, ...init.headers }
    const answer = await fetch(`${suited.url}${path}`, { ...init, headers })
    const text = await answer.text()
    answers.push(JSON.stringify([...answer.headers]), text)
    return text
  }
  const signAll = async () => {
    for (const key of ['crm', 'template']) {
      for (const each of [corpid, other]) {
        for (const type of ['config', 'agent_config']) {
          const url = 'https://app.example.com/'
          await keep(`/suites/${key}/sign?${new URLSearchParams({ corpid: each, url, type })}`)
        }
      }
    }
  }

  for (const key of ['crm', 'template'] as const) {
    for (const each of [corpid, other]) await stage.install(key, each)
  }
  await keep(`/api/corps/${corpid}/callback?suite=template`, {
    method: 'PUT',
    headers: json,
    body: JSON.stringify(callbackPair),
  })
  await suited.ask('/api/provider/access-token')
  await suited.ask('/api/suites/template/authorization-url?state=a1')
  await pusher.message(suites.template.suiteId, corpid, { text: confidence })
  remember()
  await pusher.resetPermanentCode(suites.template.suiteId, corpid)
  await stage.settled()
  await signAll()
  for (const fault of [
    { errcode: 40001 },
    { garbage: 'html', status: 502 },
    { garbage: 'truncated' },
  ] as const) {
    for (const path of ['get*', 'ticket/*', 'service/get_corp_token']) {
      faults.add({ path: `/cgi-bin/${path}`, ...fault })
    }
    simulator.killTokens({ kind: 'access_token' })
    const path = `/api/corps/${corpid}/access-token?suite=crm`
    const { accessToken: dead } = await suited.ask(path)
    await keep(path, { method: 'POST', headers: json, body: JSON.stringify({ dead }) })
    await signAll()
    faults.clear()
  }
  const forged = '/callback/command?msg_signature=0&timestamp=1&nonce=1'
  await keep(forged, { method: 'POST', body: '<xml><Encrypt>x</Encrypt></xml>' })

  const { items } = await suited.ask('/api/events?type=create_auth')
  const { paths } = JSON.parse(await keep('/swagger/json'))
  for (const [path, methods] of Object.entries<object>(paths)) {
    // A stream has no end; what it shows is what lists show.
    if (!('get' in methods) || givesOut.test(path) || path.endsWith('/stream')) continue
    const filled = path.replace('{corpid}', corpid).replace('{id}', items[0].id)
    const listed = JSON.stringify(methods).includes('"name":"limit"') ? '?limit=200' : ''
    await keep(filled.replace('{suite}', 'crm') + listed)
  }
  for (const path of [`/api/corps/${corpid}?suite=template`, '/api/events?type=text']) {
    await keep(path)
  }
  remember()
  return { corpid, other, secrets, answers }
}

const tell = (where: string, figures: Readonly<Record<string, number>>): void => {
  process.stdout.write(`secrets ${where} ${JSON.stringify(figures)}\n`)
}

/** What this company and WeCom have between them in one app, by the ids of both. */
const ownSecrets = ({ wecom }: SeveralSuites, suiteId: string, corpid: string) => {
  const { credentials, installations } = wecom.simulator.world
  const own = [...credentials.byValue.values()].filter(
    (one) => one.suiteId === suiteId && one.corpid === corpid,
  )
  const codes = installations.get(`${suiteId}/${corpid}`) ?? []
  return new Map([
    ...own.map(({ value, kind }) => [value, kind] as const),
    ...codes.map(({ permanentCode }) => [permanentCode, 'permanent code'] as const),
  ])
}

describe('after a whole life', () => {
  test('with a key no secret stands in the log, an answer, an export, a name or any file', async () => {
    const dataDir = await workshop.folder()
    const top = { data_dir: dataDir, encryption_key: encryptionKey, log_level: 'debug' }
    const stage = await startSeveralSuites(workshop, () => top)
    const { secrets, answers } = await walk(stage)
    const { suited } = stage
    const secretsIn = createSecretSearch(secrets)
    const exports = await Promise.all(
      ['GET', 'POST'].map((method) =>
        fetch(`${suited.url}/api/export`, {
          method,
          headers: { authorization: `Bearer ${adminToken}` },
        }).then((answer) => answer.text()),
      ),
    )
    await suited.process.kill()
    const { stdout, stderr } = suited.process
    const inFolder = await searchFolder(dataDir, secrets)

    tell('with a key', {
      lookedFor: secrets.size,
      kinds: new Set(secrets.values()).size,
      logLines: stderr.split('\n').length - 1,
      answers: answers.length / 2,
      exports: exports.length,
      files: inFolder.files,
    })
    const wanted = [
      'suite_ticket',
      'suite_access_token',
      'auth_code',
      'permanent code',
      'access_token',
      'jsapi_ticket',
      'agent_ticket',
      'provider_access_token',
    ]
    expect([...secrets.values()]).toEqual(expect.arrayContaining(wanted))
    expect(secretsIn(stdout + stderr)).toEqual([])
    const told = secretsIn(answers.join('\n'))
    // What a member wrote is for the programs of the app: its event has it.
    expect(told).toEqual([confidence])
    for (const text of exports) {
      expect(text.length).toBeGreaterThan(500)
      expect(secretsIn(text)).toEqual([])
    }
    expect([...inFolder.inFiles]).toEqual([])
    expect(inFolder.inNames).toEqual([])
  })

  test('without one nothing of a company that left stands in any byte of the folder', async () => {
    const dataDir = await workshop.folder()
    const stage = await startSeveralSuites(workshop, () => ({ data_dir: dataDir }))
    const { corpid, other } = await walk(stage)
    const { suiteId } = stage.suites.crm
    const ofOther = ownSecrets(stage, suiteId, other)
    const own = ownSecrets(stage, suiteId, corpid)
    const found = async (of: typeof own) => (await searchFolder(dataDir, of)).inFiles.size
    const stillThere = await found(ofOther)
    const standingOwn = await found(own)
    expect(stillThere).toBeGreaterThan(3)
    expect(standingOwn).toBeGreaterThan(3)

    await stage.wecom.simulator.pusher.uninstall(suiteId, corpid)
    await until('the end of the departure', async () => {
      const { items } = await stage.suited.ask('/api/events?type=cancel_auth')
      return items[0]?.status === 'done'
    })
    const { files, inFiles } = await searchFolder(dataDir, own)
    tell('of a company that left', { stood: standingOwn, stand: inFiles.size, files })
    expect(inFiles.size).toBe(0)
    expect(await found(ofOther)).toBe(stillThere)
  })
})
