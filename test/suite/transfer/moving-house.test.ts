import { describe, expect, test } from 'bun:test'
import { factRule } from '../../../src/events/fact-rule'
import { createMemoryEventLog } from '../../../src/store/memory/memory-event-log'
import { createMemoryStore } from '../../../src/store/memory/memory-store'
import { linesOf } from '../../../src/suite/transfer/byte-stream'
import { createExportDecrypter } from '../../../src/suite/transfer/decrypt-export'
import type { ImportResult } from '../../../src/suite/transfer/import'
import { freshBytes } from '../../fresh-bytes'
import { command, push } from '../../http/wecom/sealed-callback'
import { adminToken, createScene, type Scene } from '../../scene'
import { unavailable } from '../faulty-drivers'

const key = Buffer.alloc(32, 9)
const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' }
const exchangePath = '/cgi-bin/service/v2/get_permanent_code'

/** Each process begins on an empty machine. */
const nomad = () =>
  createScene({
    env: { SUITED_ENCRYPTION_KEY: key.toString('base64') },
    drivers: (clock) => ({
      store: createMemoryStore({ clock, freshBytes }),
      eventLog: createMemoryEventLog(factRule),
    }),
  })

/** The lines of a full export, opened. */
const exported = async (scene: Scene): Promise<string[]> => {
  const response = await scene.request('/api/export', { method: 'POST', headers })
  expect(response.status).toBe(200)
  const decrypt = createExportDecrypter([{ opensWith: 'key', key }])
  const lines: string[] = []
  for await (const line of linesOf(decrypt(response.body!))) lines.push(line)
  return lines
}

const send = (scene: Scene, body: string) =>
  scene.request('/api/import', { method: 'POST', headers, body })

const imported = async (scene: Scene, lines: readonly string[]): Promise<ImportResult[]> => {
  const response = await send(scene, lines.join(''))
  expect(response.status).toBe(200)
  const results = (await response.text()).split('\n').filter((line) => line !== '')
  return results.map((line) => JSON.parse(line))
}

const outcomes = (results: readonly ImportResult[]) =>
  results.map(({ kind, result }) => `${kind} ${result}`).sort()

const kindsOf = (lines: readonly string[]) =>
  lines.map((line) => {
    const { kind, format } = JSON.parse(line)
    return kind ?? format
  })

describe('a suited that moves to an empty machine', () => {
  test('signs there at once, with tokens fetched again', async () => {
    const before = await nomad()
    const corpid = await before.installed()
    expect((await before.sign(corpid)).status).toBe(200)
    const lines = await exported(before)
    const after = await before.restart()
    expect((await after.sign(corpid)).status).toBe(404)
    expect(outcomes(await imported(after, lines))).toEqual([
      // That it was exported.
      'audit imported',
      'corp imported',
      'facts imported',
      'identities imported',
      'suite imported',
    ])
    after.simulator.calls.clear()
    for (const type of ['config', 'agent_config'] as const) {
      expect((await after.sign(corpid, type)).status).toBe(200)
    }
    expect(after.calls('/cgi-bin/service/get_corp_token')).toBe(1)
    expect(after.calls(exchangePath)).toBe(0)
    expect((await after.ask('/api/status')).waiting).toEqual([])
  })

  test('takes every secret along but the tokens', async () => {
    const scene = await nomad()
    const corpid = await scene.installed()
    await scene.sign(corpid)
    const text = (await exported(scene)).join('')
    const record = (await scene.store.loadCorp(scene.suiteId, corpid))!
    const ticket = (await scene.store.loadSuite(scene.suiteId))!.ticket!
    for (const secret of [record.permanentCode!, ticket.value]) expect(text).toContain(secret)
    const { credentials } = scene.simulator.world
    const tokens = [...credentials.byValue.values()].filter(({ kind }) =>
      /token|_ticket/.test(kind),
    )
    expect(tokens.length).toBeGreaterThan(2)
    for (const { kind, value } of tokens) {
      if (kind !== 'suite_ticket') expect(text).not.toContain(value)
    }
  })

  test('finishes there what it had begun', async () => {
    const before = await nomad()
    before.simulator.faults.add({ path: exchangePath, errcode: 60020 })
    const corpid = await before.installed()
    const lines = await exported(before)
    expect(kindsOf(lines)).toContain('event')
    const after = await before.restart()
    after.simulator.faults.clear()
    expect(outcomes(await imported(after, lines))).toContain('event imported')
    await after.clock.advance(15_000)
    expect((await after.sign(corpid)).status).toBe(200)
    const [event] = (await after.ask('/api/events?type=create_auth')).items
    expect(event).toMatchObject({ status: 'done', corpid })
  })

  test('puts there a code into its document that was only kept before', async () => {
    const before = await nomad()
    before.store.changeCorp = unavailable
    const corpid = await before.installed()
    const lines = await exported(before)
    const after = await before.restart()
    await imported(after, lines)
    await after.clock.advance(15_000)
    expect((await after.sign(corpid)).status).toBe(200)
    expect(after.calls(exchangePath)).toBe(1)
  })

  test('knows there what it had seen', async () => {
    const before = await nomad()
    const message = command(before)
    await push(before, { message })
    const lines = await exported(before)
    const after = await before.restart()
    await imported(after, lines)
    expect((await push(after, { message, nonce: 'another' })).status).toBe(200)
    expect((await after.ask('/api/events?type=corp_arch_auth')).items).toEqual([])
  })

  test('takes dead events along, and a retry makes them due', async () => {
    const before = await nomad()
    await push(before, { message: 'no xml at all' })
    const lines = await exported(before)
    const after = await before.restart()
    await imported(after, lines)
    const [event] = (await after.ask('/api/events?status=dead')).items
    expect(event).toMatchObject({ type: 'unparsed', status: 'dead' })
  })
})

describe('an export that comes again', () => {
  test('changes nothing', async () => {
    const scene = await nomad()
    scene.simulator.faults.add({ path: exchangePath, corpid: scene.corpids[1]!, errcode: 60020 })
    const corpid = await scene.installed()
    await scene.simulator.pusher.install(scene.suiteId, scene.corpids[1]!)
    await scene.settle()
    const lines = await exported(scene)
    const before = await scene.store.loadCorp(scene.suiteId, corpid)
    for (const _ of [1, 2]) {
      expect(outcomes(await imported(scene, lines))).toEqual([
        'audit already_there',
        'corp already_there',
        'event already_there',
        'facts already_there',
        'identities already_there',
        'suite already_there',
      ])
    }
    expect(await scene.store.loadCorp(scene.suiteId, corpid)).toEqual(before)
    expect((await scene.ask('/api/events?type=create_auth')).items).toHaveLength(2)
  })

  test('overwrites neither a newer ticket nor a newer authorisation', async () => {
    const scene = await nomad()
    const { pusher } = scene.simulator
    const corpid = await scene.installed()
    const lines = await exported(scene)
    await scene.clock.advance(20 * 60_000)
    await pusher.uninstall(scene.suiteId, corpid)
    await scene.settle()
    await pusher.pushTicket(scene.suiteId)
    await pusher.install(scene.suiteId, corpid)
    await scene.settle()
    const now = await exported(scene)
    expect(
      outcomes(await imported(scene, lines)).filter((one) => !/ident|facts/.test(one)),
    ).toEqual(['audit already_there', 'corp newer_kept', 'suite newer_kept'])
    const states = (all: readonly string[]) =>
      all.filter((line) => /"kind":"(corp|suite)"/.test(line))
    expect(states(await exported(scene))).toEqual(states(now))
    expect((await scene.sign(corpid)).status).toBe(200)
  })

  test('brings nobody back who has left meanwhile', async () => {
    const scene = await nomad()
    const corpid = await scene.installed()
    const lines = await exported(scene)
    await scene.clock.advance(20 * 60_000)
    await scene.simulator.pusher.uninstall(scene.suiteId, corpid)
    await scene.settle()
    expect(outcomes(await imported(scene, lines))).toContain('corp newer_kept')
    expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('cancelled')
    expect((await scene.store.loadCorp(scene.suiteId, corpid))?.permanentCode).toBeNull()
  })

  test('of a later day brings what happened since the first', async () => {
    const before = await nomad()
    const corpid = await before.installed()
    const early = await exported(before)
    await before.clock.advance(20 * 60_000)
    await before.simulator.pusher.uninstall(before.suiteId, corpid)
    await before.settle()
    const late = await exported(before)
    const after = await before.restart()
    await imported(after, early)
    expect(outcomes(await imported(after, late))).toContain('corp imported')
    expect((await after.ask(`/api/corps/${corpid}`)).status).toBe('cancelled')
  })
})

describe('an export that is not whole', () => {
  test('is refused, and nothing of it is imported', async () => {
    const before = await nomad()
    await before.installed()
    const lines = await exported(before)
    const after = await before.restart()
    const text = lines.join('')
    for (const broken of [
      text.slice(0, -10),
      lines.slice(0, -1).join(''),
      lines.toSpliced(1, 1).join(''),
      text.replace('"authorized"', '"suspended"'),
      text.replace('"version":1', '"version":2'),
    ]) {
      const response = await send(after, broken)
      expect(response.status).toBe(400)
      expect(((await response.json()) as { code: string }).code).toBe('invalid_request')
    }
    expect((await after.store.listCorpIds()).items).toEqual([])
    expect(await after.store.listSuiteIds()).toEqual([])
    expect((await after.ask('/api/events')).items).toEqual([])
  })

  test('is refused while it is sealed: the command opens it', async () => {
    const scene = await nomad()
    const sealed = await scene.request('/api/export', { method: 'POST', headers })
    expect((await send(scene, await sealed.text())).status).toBe(400)
  })

  test('without its secrets is refused', async () => {
    const scene = await nomad()
    await scene.installed()
    const shown = await scene.request('/api/export', { headers })
    const response = await send(scene, await shown.text())
    expect(await response.json()).toMatchObject({ code: 'invalid_request', reason: 'no_secrets' })
  })
})
