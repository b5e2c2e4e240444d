/** A whole service on real files with a key: what stands in its folder. */

import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { readdir, readFile, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { minuteMs, secondMs } from '../../src/clock'
import { factRule } from '../../src/events/fact-rule'
import { errnoOf } from '../../src/store/driver/io-failure'
import { type Sealing, withoutKey } from '../../src/store/driver/sealing'
import { openFileStore } from '../../src/store/file/file-store'
import { documentName } from '../../src/store/file/folder/document-name'
import { openSqliteEventLog } from '../../src/store/sqlite/sqlite-event-log'
import { freshBytes } from '../fresh-bytes'
import { createScene, type Drivers, type Scene, type SceneOptions } from '../scene'
import { createDiskWork } from './disk-work'
import { createRecordingLog } from './recording-log'
import { sealedWith } from './sealed-with'
import { createTemporaryFolder, type TemporaryFolder } from './temporary-folder'

const confidence = 'what-nobody-else-may-know'
const callbackPair = { token: 'TokenOfOneCompany', encodingAesKey: 'k'.repeat(43) }
/** Long enough that nothing else holds it by chance. */
const shortestSecret = 16

let folder: TemporaryFolder
let opened: Drivers[]

beforeEach(async () => {
  folder = await createTemporaryFolder()
  opened = []
})
afterEach(async () => {
  for (const { store, eventLog } of opened) await Promise.all([store.close(), eventLog.close()])
  await folder.remove()
})

/** Every byte of the folder as a text. */
const everything = async (): Promise<string> => {
  for (;;) {
    const entries = await readdir(folder.path, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile())
    const texts = files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1'))
    try {
      return (await Promise.all(texts)).join('\n')
    } catch (error) {
      // A file that was being written has got its name meanwhile.
      if (errnoOf(error) !== 'ENOENT') throw error
    }
  }
}

const foundIn = (bytes: string, texts: readonly string[]) =>
  texts.filter((text) => bytes.includes(text))

/** Files take real time, which no manual clock moves: looks again at each turn of the loop. */
const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  for (let turn = 0; turn < 100_000; turn++) {
    if (await isSo()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error('it never came about')
}

const isWorkedOff = async (scene: Scene, type: string): Promise<boolean> =>
  (await scene.ask(`/api/events?type=${type}&limit=1`)).items[0]?.status === 'done'

const database = () => join(folder.path, 'events.sqlite')

/** A service on the folder; a restart opens it again. */
const createFolderScene = (sealing: Sealing, simulator: SceneOptions['simulator'] = {}) => {
  const { watched, atRest } = createDiskWork()
  return createScene({
    simulator,
    atRest,
    drivers: async (clock) => {
      const log = createRecordingLog()
      const drivers = {
        store: watched(await openFileStore({ dir: folder.path, freshBytes, clock, log, sealing })),
        eventLog: watched(openSqliteEventLog({ factRule, path: database(), log, sealing })),
      }
      opened.push(drivers)
      return drivers
    },
  })
}

/** A customised app, which has secrets of every kind, and two companies that use it. */
const walk = async (sealing: Sealing) => {
  const scene = await createFolderScene(sealing, { suites: [{ kind: 'customised' }] })
  const { simulator, suiteId, clock } = scene
  const [corpid, other] = scene.corpids as [string, string]
  for (const each of [other, corpid]) {
    await scene.installed(each)
    await until(() => isWorkedOff(scene, 'create_auth'))
  }
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(callbackPair)
  await scene.ask(`/api/corps/${corpid}/callback`, { method: 'PUT', headers, body })
  await simulator.pusher.message(suiteId, corpid, { text: confidence })
  await clock.advance(minuteMs)
  await simulator.pusher.resetPermanentCode(suiteId, corpid)
  await until(() => isWorkedOff(scene, 'reset_permanent_code'))
  for (const type of ['config', 'agent_config'] as const) {
    for (const each of [corpid, other]) expect((await scene.sign(each, type)).status).toBe(200)
  }
  return { scene, corpid, other }
}

/** Every sealed value that stands in a company's documents, its tokens and its events. */
const sealedOf = async (corpid: string): Promise<string[]> => {
  const name = documentName(corpid)
  const files = [...new Bun.Glob(`{corps,tokens}/*/${name}.json*`).scanSync(folder.path)]
  const texts = await Promise.all(files.map((file) => readFile(join(folder.path, file), 'utf8')))
  const db = new Database(database(), { readonly: true })
  const bodies = db
    .query<{ body: string }, [string]>('SELECT body FROM events WHERE corpid = ?')
    .all(corpid)
  db.close(true)
  return [...texts, ...bodies.map(({ body }) => body)].flatMap(
    (text) => text.match(/enc:v1:[\w:+/]+=*/g) ?? [],
  )
}

/** What the company would not have others know; that which WeCom gave out for all is apart. */
const secretsOf = ({ simulator, suiteId }: Scene, corpid: string) => {
  const { credentials, installations } = simulator.world
  const given = [...credentials.byValue.values()]
  const installed = installations.get(`${suiteId}/${corpid}`) ?? []
  const codes = installed.map(({ permanentCode }) => permanentCode)
  const own = given.filter((credential) => credential.corpid === corpid).map(({ value }) => value)
  const ofSuite = given.filter((credential) => credential.corpid === null)
  const longEnough = (secret: string) => secret.length >= shortestSecret
  return {
    ofCompany: [...own, ...codes, ...Object.values(callbackPair), confidence].filter(longEnough),
    ofSuite: ofSuite.map(({ value }) => value).filter(longEnough),
  }
}

describe('the folder of a service', () => {
  test('without a key holds secrets in clear: this is what the others look for', async () => {
    const { scene, corpid } = await walk(withoutKey)
    const { ofCompany, ofSuite } = secretsOf(scene, corpid)
    const bytes = await everything()
    expect(foundIn(bytes, Object.values(callbackPair))).toHaveLength(2)
    expect(foundIn(bytes, ofCompany).length).toBeGreaterThan(6)
    expect(foundIn(bytes, ofSuite).length).toBeGreaterThan(1)
  })

  test('with a key holds none in any byte', async () => {
    const { scene, corpid } = await walk(sealedWith('a'))
    const { ofCompany, ofSuite } = secretsOf(scene, corpid)
    expect(foundIn(await everything(), [...ofCompany, ...ofSuite])).toEqual([])
  })

  test('with a key gives the next process all that it needs', async () => {
    const { scene, corpid } = await walk(sealedWith('a'))
    const again = await scene.restart()
    scene.simulator.calls.clear()
    expect((await again.sign(corpid)).status).toBe(200)
    expect(scene.simulator.calls.list()).toEqual([])
    const [message] = (await again.ask('/api/events?type=text')).items
    expect(message.payload.Content).toBe(confidence)
  })

  test('with a key holds nothing of a company that left, sealed or not', async () => {
    const { scene, corpid, other } = await walk(sealedWith('a'))
    const own = await sealedOf(corpid)
    const ofOther = await sealedOf(other)
    expect(foundIn(await everything(), own)).toEqual(own)
    // A code and a pair in both copies, two tickets and a token, three events at least.
    expect(own.length).toBeGreaterThanOrEqual(12)
    await scene.clock.advance(10 * minuteMs)
    await scene.simulator.pusher.uninstall(scene.suiteId, corpid)
    await until(() => isWorkedOff(scene, 'cancel_auth'))
    const bytes = await everything()
    expect(foundIn(bytes, own)).toEqual([])
    expect(foundIn(bytes, secretsOf(scene, corpid).ofCompany)).toEqual([])
    expect(foundIn(bytes, ofOther)).toEqual(ofOther)
  })

  test('holds nothing of a code that waited beside its event, once its company left', async () => {
    const scene = await createFolderScene(withoutKey)
    const { simulator, suiteId } = scene
    const corpid = await scene.installed()
    await until(() => isWorkedOff(scene, 'create_auth'))
    const document = join(
      folder.path,
      'corps',
      documentName(suiteId),
      `${documentName(corpid)}.json`,
    )
    await truncate(document, 40)
    await simulator.pusher.install(suiteId, corpid)
    const kept = async () => (await scene.ask('/api/events?type=create_auth&limit=1')).items[0]
    await until(async () => (await kept()).lastError !== null)
    const [install] = (await scene.eventLog.list({ types: ['create_auth'], limit: 1 })).items
    const { permanentCode } = JSON.parse(install?.pendingSecret ?? '')
    expect(await everything()).toContain(permanentCode)
    await simulator.pusher.uninstall(suiteId, corpid)

    const again = await scene.restart()
    await rm(document)
    await rm(`${document}.bak`)
    const restartedAt = again.clock.now()
    await until(async () => {
      await again.clock.advance(secondMs)
      return isWorkedOff(again, 'cancel_auth')
    })
    // Sooner than the details of the company would be asked for again. The disk takes its own time.
    expect(again.clock.now() - restartedAt).toBeLessThan(5 * minuteMs)
    expect(await isWorkedOff(again, 'create_auth')).toBe(true)
    expect(await everything()).not.toContain(permanentCode)
  })
})
