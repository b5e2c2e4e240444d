import { describe, expect, test } from 'bun:test'
import { dayMs, hourMs, minuteMs } from '../../../src/clock'
import { ServiceError } from '../../../src/errors'
import { factRule } from '../../../src/events/fact-rule'
import { createMemoryEventLog } from '../../../src/store/memory/memory-event-log'
import { createMemoryStore } from '../../../src/store/memory/memory-store'
import type { Store } from '../../../src/store/store'
import { type BackupFolder, createBackups } from '../../../src/suite/transfer/backup'
import { createExportDecrypter } from '../../../src/suite/transfer/decrypt-export'
import { createStateExport } from '../../../src/suite/transfer/export'
import { entriesOf } from '../../../src/suite/transfer/import-text'
import { freshBytes } from '../../fresh-bytes'
import { createManualClock } from '../../manual-clock'
import { createScene, startAt } from '../../scene'
import { corp, corpid, suiteId, ticket } from '../../store/conformance/records'
import { createRecordingLog } from '../../store/recording-log'
import { gathered, parts } from './containers'

const diskFull = async () => {
  throw new ServiceError('store_unavailable', 'The disk is full.')
}

/** A folder in memory; a test may put faults in its way. */
const createFolder = () => {
  const files = new Map<number, Buffer>()
  const instead: Partial<BackupFolder> = {}
  const folder: BackupFolder = {
    list: async () => instead.list?.() ?? [...files.keys()].sort((a, b) => b - a),
    async write(madeAt, bytes) {
      if (instead.write) return instead.write(madeAt, bytes)
      const pieces: Uint8Array[] = []
      for await (const piece of bytes) pieces.push(piece)
      files.set(madeAt, Buffer.concat(pieces))
    },
    async remove(madeAt) {
      files.delete(madeAt)
    },
  }
  return { folder, files, instead }
}

const createBench = ({
  key = null,
  keep = 7,
  isShared = false,
}: {
  key?: Buffer | null
  keep?: number
  isShared?: boolean
} = {}) => {
  const clock = createManualClock(startAt)
  const { folder, files, instead } = createFolder()
  const insteadOfStore: Partial<Store> = {}
  const memory = createMemoryStore({ clock, freshBytes })
  const store: Store = new Proxy(memory, {
    get: (target, name) => Reflect.get(insteadOfStore, name) ?? Reflect.get(target, name),
  })
  const log = createRecordingLog()
  const eventLog = createMemoryEventLog(factRule)
  const stateExport = createStateExport({
    store,
    apiKeys: memory,
    endpoints: memory,
    deliveries: eventLog,
    eventLog,
    facts: eventLog,
    auditLog: eventLog,
    clock,
    version: 'test',
  })
  const begin = (into: BackupFolder | null = folder) =>
    createBackups({
      folder: into,
      stateExport,
      store,
      sharing: { isShared, sharedWork: eventLog },
      key,
      keep,
      startedAt: clock.now(),
      clock,
      log,
    })
  return {
    clock,
    store,
    insteadOfStore,
    log,
    begin,
    backups: begin(),
    files,
    instead,
    /** Days since the start. */
    days: () => [...files.keys()].map((at) => (at - startAt) / dayMs),
  }
}

describe('snapshots', () => {
  test('begin at once if there is none yet', async () => {
    const { backups, days } = createBench()
    await backups.makeDue()
    expect(days()).toEqual([0])
    expect(await backups.status()).toEqual({ lastAt: startAt, lastError: null })
    expect(await backups.warnings()).toEqual([])
  })

  test('are made once a day, however often it is looked', async () => {
    const { backups, clock, days } = createBench()
    for (let hours = 0; hours <= 72; hours++) {
      await backups.makeDue()
      await clock.advance(hourMs)
    }
    expect(days()).toEqual([0, 1, 2, 3])
  })

  test('are made once a day by all processes together, and the last one is known to each', async () => {
    const { backups, begin, clock, days } = createBench({ isShared: true })
    const other = createFolder()
    const second = begin(other.folder)
    const without = begin(null)
    expect(await without.status()).toBeNull()
    for (let hours = 0; hours < 48; hours++) {
      for (const one of [backups, second, without]) await one.makeDue()
      await clock.advance(hourMs)
    }
    expect([...days(), ...[...other.files.keys()].map((at) => (at - startAt) / dayMs)]).toEqual([
      0, 1,
    ])
    for (const one of [backups, second, without]) {
      expect(await one.status()).toEqual({ lastAt: startAt + dayMs, lastError: null })
    }
  })

  test('are not made anew by a process that begins within the day', async () => {
    const { backups, begin, clock, days } = createBench()
    await backups.makeDue()
    await clock.advance(23 * hourMs)
    const again = begin()
    await again.makeDue()
    expect(days()).toEqual([0])
    await clock.advance(hourMs)
    await again.makeDue()
    expect(days()).toEqual([0, 1])
  })

  test('stay as many as are wanted, the newest', async () => {
    const { backups, clock, days } = createBench({ keep: 2 })
    for (let day = 0; day < 5; day++) {
      await backups.makeDue()
      await clock.advance(dayMs)
    }
    expect(days()).toEqual([3, 4])
  })

  test('hold everything there is, in clear without a key', async () => {
    const { backups, store, files } = createBench()
    await store.saveTicket(suiteId, ticket())
    await store.changeCorp(suiteId, corpid, () => corp())
    await backups.makeDue()
    const entries = await entriesOf(files.get(startAt)!.toString())
    expect(entries).toEqual([
      { number: 2, line: { kind: 'suite', suiteId, ticket: ticket() } },
      { number: 3, line: { kind: 'corp', corp: corp() } },
    ])
  })

  test('are encrypted if there is a key', async () => {
    const key = Buffer.alloc(32, 3)
    const { backups, store, files } = createBench({ key })
    await store.changeCorp(suiteId, corpid, () => corp())
    await backups.makeDue()
    const bytes = files.get(startAt)!
    expect(bytes.toString('latin1')).not.toContain('permanent-code-1')
    const opened = await gathered(createExportDecrypter([{ opensWith: 'key', key }])(parts(bytes)))
    expect(opened.toString()).toContain('permanent-code-1')
  })

  test('leave their turn to another process that makes one', async () => {
    const { backups, insteadOfStore, days } = createBench()
    insteadOfStore.acquireLease = async () => null
    await backups.makeDue()
    expect(days()).toEqual([])
  })

  test('are given up when the service stops, and no more are begun', async () => {
    const { backups, store, insteadOfStore, days, log } = createBench()
    await store.saveTicket(suiteId, ticket())
    const reading = Promise.withResolvers<string[]>()
    insteadOfStore.listSuiteIds = () => reading.promise
    const making = backups.makeDue()
    backups.stop()
    reading.resolve([suiteId])
    await making
    await backups.makeDue()
    expect(days()).toEqual([])
    expect(log.entries).toEqual([])
  })

  test('that two begin at once are one', async () => {
    const { backups, begin, days } = createBench()
    await Promise.all([backups.makeDue(), begin().makeDue()])
    expect(days()).toEqual([0])
  })
})

describe('a snapshot that fails', () => {
  test('is shown and logged, and tried again', async () => {
    const { backups, clock, instead, log, days } = createBench()
    await backups.makeDue()
    await clock.advance(dayMs)
    instead.write = diskFull
    await backups.makeDue()
    expect(await backups.status()).toEqual({ lastAt: startAt, lastError: 'The disk is full.' })
    expect(log.entries.filter(({ level }) => level === 'error')).toHaveLength(1)
    delete instead.write
    await backups.makeDue()
    expect(days()).toEqual([0, 1])
    expect((await backups.status())?.lastError).toBeNull()
  })

  test('is a warning at once, with what to do, and none once one was made', async () => {
    const { backups, clock, instead } = createBench()
    await backups.makeDue()
    await clock.advance(dayMs)
    instead.write = diskFull
    await backups.makeDue()
    expect(await backups.warnings()).toEqual([
      'No backup could be made in SUITED_BACKUP_DIR: The disk is full.',
    ])
    delete instead.write
    await backups.makeDue()
    expect(await backups.warnings()).toEqual([])
  })

  test.each([
    ['EACCES', 'ReadWritePaths'],
    ['EROFS', 'ReadWritePaths'],
    ['ENOSPC', 'Make room'],
    ['ENOTDIR', 'no folder'],
  ])('with %s is told with its cure', async (code, cure) => {
    const { backups, instead } = createBench()
    instead.write = async () => {
      throw Object.assign(new Error(`${code}: it failed, open '/backup'`), { code })
    }
    await backups.makeDue()
    expect((await backups.warnings()).join()).toContain(cure)
  })

  test('again and again for the same reason is one line in the log', async () => {
    const { backups, instead, log, clock } = createBench()
    instead.write = diskFull
    for (let i = 0; i < 5; i++) {
      await backups.makeDue()
      await clock.advance(10 * minuteMs)
    }
    expect(log.entries.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  test('without being tried is a warning after two days', async () => {
    const { backups, clock } = createBench()
    await backups.makeDue()
    await clock.advance(2 * dayMs)
    expect(await backups.warnings()).toEqual([])
    await clock.advance(1)
    expect(await backups.warnings()).toHaveLength(1)
  })

  test('because the folder can’t be read is shown like any other', async () => {
    const { backups, instead } = createBench()
    instead.list = diskFull
    await backups.makeDue()
    expect(await backups.status()).toEqual({ lastAt: null, lastError: 'The disk is full.' })
  })

  test('to hold a company pushes no whole one out', async () => {
    const { backups, clock, store, insteadOfStore, days } = createBench({ keep: 1 })
    await store.changeCorp(suiteId, corpid, () => corp())
    await backups.makeDue()
    insteadOfStore.loadCorp = diskFull
    await clock.advance(dayMs)
    await backups.makeDue()
    expect(days()).toEqual([0, 1])
    expect((await backups.status())?.lastError).toBeString()
    delete insteadOfStore.loadCorp
    await clock.advance(dayMs)
    await backups.makeDue()
    expect(days()).toEqual([2])
    expect((await backups.status())?.lastError).toBeNull()
  })
})

describe('snapshots that a clock ahead has dated', () => {
  test('put off none of those that follow, push none out, stay, and are told', async () => {
    const { backups, clock, files, days } = createBench({ keep: 1 })
    files.set(startAt + 40 * dayMs, Buffer.from('of a wrong clock'))
    for (let day = 0; day < 3; day++) {
      await backups.makeDue()
      await clock.advance(dayMs)
    }
    expect(days()).toEqual([40, 2])
    expect((await backups.status())?.lastAt).toBe(startAt + 2 * dayMs)
    expect(await backups.warnings()).toEqual([
      expect.stringContaining('1 backup in SUITED_BACKUP_DIR is dated in the future'),
    ])
  })

  test('are those of all days to a clock that has gone back, which removes none', async () => {
    const { backups, files } = createBench({ keep: 1 })
    const dated = [400, 401, 402].map((day) => startAt + day * dayMs)
    for (const at of dated) files.set(at, Buffer.from('of the right clock'))
    await backups.makeDue()
    expect([...files.keys()]).toEqual([...dated, startAt])
    expect((await backups.warnings()).join()).toContain('3 backups in SUITED_BACKUP_DIR are dated')
  })
})

describe('a service', () => {
  test('makes them, and shows their age', async () => {
    const { folder, files } = createFolder()
    const scene = await createScene({ backupFolder: folder })
    await scene.settle()
    expect([...files.keys()]).toEqual([startAt])
    const { backup } = await scene.ask('/api/status')
    expect(backup).toEqual({ lastAt: startAt, lastError: null })
  })

  test('feels nothing of their failures, and tries again soon', async () => {
    const { folder, files, instead } = createFolder()
    instead.write = diskFull
    const scene = await createScene({ backupFolder: folder })
    const corpid = await scene.installed()
    expect((await scene.sign(corpid)).status).toBe(200)
    delete instead.write
    await scene.clock.advance(10 * minuteMs)
    expect(files.size).toBe(1)
  })

  test('makes none without a folder', async () => {
    const scene = await createScene()
    await scene.settle()
    const { backup, warnings } = await scene.ask('/api/status')
    expect(backup).toBeNull()
    expect(warnings.join(' ')).not.toContain('backup')
  })
})
