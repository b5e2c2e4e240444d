import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { minuteMs, secondMs } from '../../src/clock'
import { factRule } from '../../src/events/fact-rule'
import type { Logger } from '../../src/log'
import { openFileStore } from '../../src/store/file/file-store'
import { openSqliteEventLog } from '../../src/store/sqlite/sqlite-event-log'
import { freshBytes } from '../fresh-bytes'
import { command, push } from '../http/wecom/sealed-callback'
import { createScene, jsonOf, pageUrl, type Scene } from '../scene'
import { createDiskWork } from '../store/disk-work'
import { createTemporaryFolder, type TemporaryFolder } from '../store/temporary-folder'

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} }

let folder: TemporaryFolder
let scenes: Scene[]

beforeEach(async () => {
  folder = await createTemporaryFolder()
  scenes = []
})
afterEach(async () => {
  for (const { store, eventLog } of scenes) await Promise.all([store.close(), eventLog.close()])
  await folder.remove()
})

const database = () => join(folder.path, 'events.sqlite')

const remembered = (scene: Scene): Scene => {
  scenes.push(scene)
  return scene
}

const createFileScene = async () => {
  const { watched, atRest } = createDiskWork()
  return remembered(
    await createScene({
      atRest,
      drivers: async (clock) => ({
        store: watched(await openFileStore({ dir: folder.path, freshBytes, clock, log: quiet })),
        eventLog: watched(openSqliteEventLog({ factRule, path: database(), log: quiet })),
      }),
    }),
  )
}

/** Files take real time, which no manual clock moves: looks again at each turn of the loop. */
const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  for (let turn = 0; turn < 100_000; turn++) {
    if (await isSo()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error('it never came about')
}

const statusOf = async (scene: Scene, type: string) =>
  (await scene.ask(`/api/events?type=${type}&limit=1`)).items[0]?.status

const install = async (scene: Scene) => {
  const corpid = await scene.installed()
  await until(async () => (await statusOf(scene, 'create_auth')) === 'done')
  return corpid
}

const restarted = async (scene: Scene) => remembered(await scene.restart())

/** The text of every file in the folder, whatever it is. */
const everything = async () => {
  const names = await readdir(folder.path, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile())
  const texts = files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1'))
  return (await Promise.all(texts)).join('\n')
}

describe('on the real files', () => {
  test('an install, both signatures and a change of what was granted work', async () => {
    const scene = await createFileScene()
    const corpid = await install(scene)
    for (const type of ['config', 'agent_config'] as const) {
      const answer = await scene.sign(corpid, type)
      const page = { suiteId: scene.suiteId, type, url: pageUrl, ...(await jsonOf(answer)) }
      expect(scene.simulator.acceptsSignature(page)).toEqual({ ok: true })
    }
    await scene.simulator.pusher.changeAuth(scene.suiteId, corpid, { authMode: 1 })
    await until(async () => (await statusOf(scene, 'change_auth')) === 'done')
    expect((await scene.ask(`/api/corps/${corpid}`)).authMode).toBe(1)
  })

  test('a process that was killed leaves all that the next one needs', async () => {
    const scene = await createFileScene()
    const corpid = await install(scene)
    expect((await scene.sign(corpid)).status).toBe(200)
    scene.simulator.calls.clear()
    const again = await restarted(scene)
    expect((await again.sign(corpid)).status).toBe(200)
    expect((await again.ask('/api/status')).waiting).toEqual([])
    expect(scene.calls('/cgi-bin/service/get_suite_token')).toBe(0)
    expect(scene.calls('/cgi-bin/service/get_corp_token')).toBe(0)
    expect(scene.calls('/cgi-bin/get_jsapi_ticket')).toBe(0)
  })

  test('an install that a kill interrupted is finished at once after the restart', async () => {
    const scene = await createFileScene()
    scene.simulator.faults.add({ path: '/cgi-bin/service/v2/get_auth_info', hang: true })
    const corpid = await scene.installed()
    await until(async () => (await scene.ask('/api/corps')).items.length === 1)
    const again = await restarted(scene)
    scene.simulator.faults.clear()
    await until(async () => (await statusOf(again, 'create_auth')) === 'done')
    expect((await again.ask(`/api/corps/${corpid}`)).agentid).toBe(1000002)
    expect(scene.calls('/cgi-bin/service/v2/get_permanent_code')).toBe(1)
  })

  test('an auth_code that comes by both ways, over a kill, is exchanged once', async () => {
    const scene = await createFileScene()
    const [corpid = ''] = scene.corpids
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    const from = 'provider'
    const { authCode } = await scene.simulator.pusher.install(scene.suiteId, corpid, { from })
    const { suites, installs } = scene.service
    await scene.service.stop()
    const returned = { suite: suites.find(), authCode, installState: 'good' } as const
    const { eventId } = await installs.returnedCodes.keep(returned)
    const again = await restarted(scene)
    const fields = { AuthCode: authCode }
    const { suiteId } = again
    await again.simulator.pusher.pushEvent('create_auth', { suiteId, corpid, fields })
    await until(async () => {
      // Whichever comes second looks again after some seconds.
      await again.clock.advance(secondMs)
      const { items } = await again.ask('/api/events?type=create_auth')
      return items.every((event: { corpid: string | null }) => event.corpid === corpid)
    })
    const outcome = await again.service.installs.returnedCodes.outcomeOf(eventId)
    expect(outcome).toMatchObject({ status: 'installed', corpid })
    expect(scene.calls('/cgi-bin/service/v2/get_permanent_code')).toBe(1)
  })

  test('success means that the event is in the database already', async () => {
    const scene = await createFileScene()
    const message = command(scene, { UserID: 'zhangsan' })
    expect(await (await push(scene, { message })).text()).toBe('success')
    const other = new Database(database(), { readonly: true })
    expect(other.query('SELECT body FROM events').all()).toEqual([{ body: message }])
    other.close()
  })

  test('an event that comes again after a restart is still the same event', async () => {
    const scene = await createFileScene()
    const message = command(scene)
    await push(scene, { message })
    const again = await restarted(scene)
    expect((await push(again, { message, nonce: 'another' })).status).toBe(200)
    expect((await again.ask('/api/events?type=corp_arch_auth')).items).toHaveLength(1)
  })

  test('a company that left leaves no secret in any file', async () => {
    const scene = await createFileScene()
    const corpid = await install(scene)
    await scene.sign(corpid)
    await scene.simulator.pusher.message(scene.suiteId, corpid, { text: 'confidential' })
    const { installations, credentials } = scene.simulator.world
    const { permanentCode } = [...installations.values()].flat()[0]!
    const own = [...credentials.byValue.values()].filter((one) => one.corpid === corpid)
    const secrets = [permanentCode, 'confidential', ...own.map(({ value }) => value)]
    const before = await everything()
    expect(secrets.filter((secret) => before.includes(secret))).toEqual(secrets)

    await scene.clock.advance(10 * minuteMs)
    await scene.simulator.pusher.uninstall(scene.suiteId, corpid)
    await until(async () => (await statusOf(scene, 'cancel_auth')) === 'done')
    const after = await everything()
    expect(secrets.filter((secret) => after.includes(secret))).toEqual([])
    expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('cancelled')
  })

  test('200 signatures at once cost one token and one ticket', async () => {
    const scene = await createFileScene()
    const corpid = await install(scene)
    scene.simulator.killTokens({ kind: 'access_token' })
    const answers = await Promise.all(Array.from({ length: 200 }, () => scene.sign(corpid)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(scene.simulator.calls.count({ path: '/cgi-bin/get_jsapi_ticket', errcode: 0 })).toBe(1)
    expect(scene.calls('/cgi-bin/service/get_corp_token')).toBe(2)
  })
})
