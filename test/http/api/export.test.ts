import { describe, expect, test } from 'bun:test'
import { ServiceError } from '../../../src/errors'
import { linesOf } from '../../../src/suite/transfer/byte-stream'
import { createExportDecrypter, keyNeededBy } from '../../../src/suite/transfer/decrypt-export'
import { type ExportKey, recipientOfKey } from '../../../src/suite/transfer/export-key'
import { adminToken, createScene, type Scene } from '../../scene'
import { apiKey } from '../../store/conformance/records'
import { createFaultyDrivers } from '../../suite/faulty-drivers'
import { push } from '../wecom/sealed-callback'

const operator = { authorization: `Bearer ${adminToken}` }
const key = Buffer.alloc(32, 5).toString('base64')

const shown = async (scene: Scene) => {
  const response = await scene.request('/api/export', { headers: operator })
  const text = await response.text()
  const lines = text.split('\n').filter((line) => line !== '')
  return { response, text, lines: lines.map((line) => JSON.parse(line)) }
}

const encrypted = (scene: Scene, body?: string, type = 'application/json') =>
  scene.request('/api/export', {
    method: 'POST',
    headers: { ...operator, 'content-type': type },
    ...(body !== undefined && { body }),
  })

const openedLines = async (response: Response, key: ExportKey): Promise<string[]> => {
  expect(response.status).toBe(200)
  const lines: string[] = []
  const decrypt = createExportDecrypter([key])
  for await (const line of linesOf(decrypt(response.body!))) lines.push(line)
  return lines
}

describe('GET /api/export', () => {
  test('shows the state as JSON lines, from a header to an end that counts them', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    await push(scene, { message: 'no xml' })
    const { response, lines } = await shown(scene)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toStartWith('application/x-ndjson')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(lines[0]).toMatchObject({ format: 'suited-state', version: 1, suited: 'test' })
    expect(lines.at(-1)).toMatchObject({ kind: 'end', lines: lines.length - 1 })
    const { suiteId } = scene
    expect(lines.find(({ kind }) => kind === 'corp').corp).toEqual(
      await scene.ask(`/api/corps/${corpid}`),
    )
    expect(lines.find(({ kind }) => kind === 'suite')).toMatchObject({ suiteId })
    expect(lines.find(({ kind }) => kind === 'event').event).toMatchObject({ type: 'unparsed' })
  })

  test('shows keys without what would tell them, and no secret of the service', async () => {
    const scene = await createScene()
    const { version: _, secrets, ...rest } = apiKey(1)
    await scene.store.changeKey(rest.id, () => apiKey(1))
    const secret = Buffer.from(await scene.store.serviceSecret()).toString('base64')
    const { text, lines } = await shown(scene)
    expect(lines.filter(({ kind }) => kind === 'key')).toEqual([{ kind: 'key', key: rest }])
    expect(lines.some(({ kind }) => kind === 'service_secret')).toBe(false)
    for (const hidden of [secrets[0]!.hash, secret]) expect(text).not.toContain(hidden)
  })

  test('shows no secret', async () => {
    const scene = await createScene()
    scene.simulator.faults.add({ path: '/cgi-bin/service/get_corp_token', errcode: 60020 })
    const corpid = await scene.installed()
    const token = 'AToken'
    const encodingAesKey = 'b'.repeat(43)
    await scene.ask(`/api/corps/${corpid}/callback`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, encodingAesKey }),
    })
    const { text, lines } = await shown(scene)
    expect(lines.some(({ kind }) => kind === 'event')).toBe(true)
    const { credentials, installations } = scene.simulator.world
    const codes = [...installations.values()].flat().map(({ permanentCode }) => permanentCode)
    for (const secret of [encodingAesKey, ...codes, ...credentials.byValue.keys()]) {
      expect(text).not.toContain(secret)
    }
  })

  test('names a company that can’t be read, and shows the others', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    const corpid = await scene.installed()
    const other = await scene.installed(scene.corpids[1])
    const readable = await scene.store.loadCorp(scene.suiteId, other)
    instead.store.loadCorp = async (_, id) => {
      if (id === corpid) throw new ServiceError('store_unavailable', 'It is damaged.')
      return readable
    }
    const { lines } = await shown(scene)
    expect(lines.find(({ kind }) => kind === 'unreadable')).toMatchObject({ corpid })
    expect(lines.find(({ kind }) => kind === 'corp').corp.corpid).toBe(other)
  })

  test('breaks off where the state can’t be read: the end is missing', async () => {
    const { drivers, instead } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    await scene.installed()
    instead.store.listCorpIds = async () => {
      throw new ServiceError('store_unavailable', 'The disk failed.')
    }
    const response = await scene.request('/api/export', { headers: operator })
    expect(await response.text().catch(() => 'broken off')).toBe('broken off')
  })

  test.each(['GET', 'POST'])('wants the admin token for %s', async (method) => {
    const scene = await createScene()
    expect((await scene.request('/api/export', { method })).status).toBe(401)
  })
})

describe('POST /api/export', () => {
  test('encrypts with the passphrase that comes', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    const response = await encrypted(scene, '{"passphrase":"correct horse battery"}')
    expect(response.headers.get('content-type')).toBe('application/octet-stream')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const bytes = Buffer.from(await response.clone().arrayBuffer()).toString('latin1')
    expect(bytes).not.toContain(corpid)
    expect(bytes).not.toContain('permanentCode')
    expect(keyNeededBy(bytes)).toBe('passphrase')
    const passphrase = 'correct horse battery'
    const lines = await openedLines(response, { opensWith: 'passphrase', passphrase })
    expect(lines.join('')).toContain(corpid)
  })

  test.each([undefined, '{}'])('encrypts with the encryption key where %j comes', async (body) => {
    const scene = await createScene({ env: { SUITED_ENCRYPTION_KEY: key } })
    const own: ExportKey = { opensWith: 'key', key: Buffer.from(key, 'base64') }
    const [header] = await openedLines(await encrypted(scene, body), own)
    expect(JSON.parse(header!)).toMatchObject({ format: 'suited-export' })
  })

  test('encrypts for the recipient that comes, and for nobody else', async () => {
    const scene = await createScene({ env: { SUITED_ENCRYPTION_KEY: key } })
    const corpid = await scene.installed()
    const theirs = Buffer.alloc(32, 6)
    const body = JSON.stringify({ recipient: await recipientOfKey(theirs) })
    const lines = await openedLines(await encrypted(scene, body), { opensWith: 'key', key: theirs })
    expect(lines.join('')).toContain(corpid)
    const own: ExportKey = { opensWith: 'key', key: Buffer.from(key, 'base64') }
    const refused = openedLines(await encrypted(scene, body), own)
    await expect(refused).rejects.toMatchObject({ reason: 'wrong_key' })
  })

  test('wants one of the two, and a recipient that is one', async () => {
    const scene = await createScene()
    const recipient = await recipientOfKey(Buffer.alloc(32, 6))
    for (const body of [
      { recipient, passphrase: 'correct horse battery' },
      { recipient: recipient.replace(/.$/, (last) => (last === 'q' ? 'p' : 'q')) },
      { recipient: 'age1' },
      { recipient: 7 },
    ]) {
      const response = await encrypted(scene, JSON.stringify(body))
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ errors: [{ field: 'recipient' }] })
    }
  })

  test('gives nothing out in clear where there is neither', async () => {
    const scene = await createScene()
    await scene.installed()
    expect(await (await encrypted(scene)).json()).toMatchObject({ code: 'invalid_request' })
  })

  test.each(['{"passphrase":"short"}', '{"passphrase":7}', '[]', '"text"', '{'])(
    'refuses %s',
    async (body) => {
      const scene = await createScene({ env: { SUITED_ENCRYPTION_KEY: key } })
      const response = await encrypted(scene, body)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'invalid_request' })
    },
  )

  test('refuses what is no JSON by its type', async () => {
    const scene = await createScene()
    expect((await encrypted(scene, 'passphrase=x', 'text/plain')).status).toBe(415)
  })
})

describe('POST /api/import', () => {
  test('wants the admin token', async () => {
    const scene = await createScene()
    expect((await scene.request('/api/import', { method: 'POST', body: '{}' })).status).toBe(401)
  })

  test('refuses what is no list and no export', async () => {
    const scene = await createScene()
    for (const body of ['', 'hello', 'a,b\n1,2\n', '\uFFFD']) {
      const response = await scene.request('/api/import', {
        method: 'POST',
        headers: operator,
        body,
      })
      expect(await response.json()).toMatchObject({ status: 400, code: 'invalid_request' })
    }
  })

  test('refuses more than two megabytes: lists come in parts', async () => {
    const scene = await createScene()
    const body = ' '.repeat(2 * 1024 * 1024 + 1)
    const response = await scene.request('/api/import', { method: 'POST', headers: operator, body })
    expect(response.status).toBe(413)
  })

  test('gives a sign of life while WeCom lets it wait', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    scene.simulator.faults.add({ path: '/cgi-bin/service/v2/get_auth_info', hang: true })
    const line = JSON.stringify({ corpid: scene.corpids[0], permanentCode: 'code' })
    const response = await scene.request('/api/import', {
      method: 'POST',
      headers: operator,
      body: `${line}\n`,
    })
    const text = response.text()
    await scene.clock.advance(60_000)
    expect(await text).toMatch(/^\n+\{.*"code":"wecom_timeout".*\}\n$/)
  })

  test('ends with its caller: what is not begun is left', async () => {
    const scene = await createScene()
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.settle()
    const line = JSON.stringify({ corpid: scene.corpids[0], permanentCode: 'code' })
    const response = await scene.request('/api/import', {
      method: 'POST',
      headers: operator,
      body: `${line}\n`.repeat(50),
    })
    const reader = response.body!.getReader()
    await reader.read()
    await reader.cancel()
    await scene.clock.advance(60_000)
    expect(scene.calls('/cgi-bin/service/v2/get_auth_info')).toBeLessThan(5)
  })
})
