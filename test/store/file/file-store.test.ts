import { describe, expect, test } from 'bun:test'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, relative } from 'node:path'
import { openFileStore } from '../../../src/store/file/file-store'
import { freshBytes } from '../../fresh-bytes'
import { createManualClock } from '../../manual-clock'
import { storeConformance } from '../conformance'
import { codeOf } from '../conformance/bench'
import {
  corp,
  corpid,
  corpToken,
  saveInTurn,
  suiteId,
  suiteToken,
  ticket,
  token,
} from '../conformance/records'
import { createRecordingLog } from '../recording-log'
import { createTemporaryFolder } from '../temporary-folder'
import { systemError } from './disk/faulty-file-system'
import { useFileBench } from './file-bench'

storeConformance(
  'file',
  async (clock) => {
    const { path: dir, remove } = await createTemporaryFolder()
    const log = createRecordingLog()
    return { open: () => openFileStore({ dir, freshBytes, clock, log }), remove }
  },
  { twoHandles: false },
)

describe('the file store in its folder', () => {
  const bench = useFileBench()
  const corpPath = `corps/${suiteId}/wp~corp~a_x-1.json`

  test('every record is a file of its own, for its owner alone', async () => {
    await chmod(bench.dir, 0o755)
    await mkdir(bench.at('corps'), { mode: 0o755 })
    const store = await bench.open()
    await store.saveTicket(suiteId, ticket())
    await store.changeCorp(suiteId, corpid, () => corp())
    await saveInTurn(store, corpToken, token(), 0)
    await saveInTurn(store, suiteToken, token(), 0)
    await store.checkWritable()
    const files = await bench.files()
    expect([...files.keys()].sort()).toEqual([
      corpPath,
      `${corpPath}.bak`,
      'leases.json',
      `suites/${suiteId}.json`,
      `suites/${suiteId}.json.bak`,
      `tokens/${suiteId}.json`,
      `tokens/${suiteId}/wp~corp~a_x-1.json`,
    ])
    for (const { mode } of files.values()) expect(mode).toBe(0o600)
    for (const mode of (await bench.folders()).values()) expect(mode).toBe(0o700)
  })

  test('the copy beside a document is the version before', async () => {
    const store = await bench.open()
    for (const name of ['first', 'second', 'third']) {
      await store.changeCorp(suiteId, corpid, () => corp({ name }))
    }
    const files = await bench.files()
    expect(JSON.parse(files.get(corpPath)?.text ?? '')).toEqual(corp({ name: 'third' }))
    expect(JSON.parse(files.get(`${corpPath}.bak`)?.text ?? '')).toEqual(corp({ name: 'second' }))
  })

  test('the copy is made where the file system knows no links', async () => {
    const store = await bench.open()
    bench.fs.before = (call) => {
      if (call === 'link') throw systemError('EPERM')
    }
    await store.changeCorp(suiteId, corpid, () => corp({ name: 'first' }))
    await store.changeCorp(suiteId, corpid, () => corp({ name: 'second' }))
    const copy = (await bench.files()).get(`${corpPath}.bak`)
    expect(JSON.parse(copy?.text ?? '')).toEqual(corp({ name: 'first' }))
    expect(copy?.mode).toBe(0o600)
  })

  test('a durable write is synced before it takes its place, and its place after', async () => {
    const store = await bench.open()
    await store.changeCorp(suiteId, corpid, () => corp())
    bench.fs.calls.length = 0
    await store.changeCorp(suiteId, corpid, () => corp({ name: 'changed' }))
    const file = 'wp~corp~a_x-1.json'
    expect(bench.fs.calls).toEqual([
      `read ${file}`,
      `open w ${file}.tmp`,
      `write ${file}.tmp`,
      `sync ${file}.tmp`,
      `unlink ${file}.bak`,
      `link ${file}.bak`,
      `rename ${file}`,
      `open r ${suiteId}`,
      `sync ${suiteId}`,
    ])
  })

  test('a folder is synced into the one above it before anything in it counts', async () => {
    const store = await bench.open()
    bench.fs.calls.length = 0
    await store.changeCorp(suiteId, corpid, () => corp())
    const madeAt = bench.fs.calls.indexOf(`mkdir ${suiteId}`)
    expect(bench.fs.calls.slice(madeAt + 1, madeAt + 3)).toEqual(['open r corps', 'sync corps'])
  })

  test('the data folder itself is made durably, with those above it', async () => {
    const dir = relative(process.cwd(), bench.at('deep/data'))
    const { fs, log } = bench
    await (await openFileStore({ dir, freshBytes, clock: createManualClock(0), log, fs })).close()
    const madeAt = fs.calls.indexOf('mkdir data')
    expect(fs.calls.slice(madeAt + 1, madeAt + 5)).toEqual([
      'open r deep',
      'sync deep',
      `open r ${basename(bench.dir)}`,
      `sync ${basename(bench.dir)}`,
    ])
  })

  test('tokens are written without waiting for the disk', async () => {
    const store = await bench.open()
    await store.changeCorp(suiteId, corpid, () => corp())
    bench.fs.calls.length = 0
    await saveInTurn(store, corpToken, token(), 0)
    await saveInTurn(store, corpToken, token({ generation: 2 }), 1)
    expect(bench.fs.calls.filter((call) => call === `rename wp~corp~a_x-1.json`)).toHaveLength(2)
    expect(bench.fs.calls.filter((call) => call.startsWith('sync wp'))).toEqual([])
  })

  test('what a crash left half written is removed at open and never read', async () => {
    const first = await bench.open()
    await first.changeCorp(suiteId, corpid, () => corp())
    await saveInTurn(first, corpToken, token(), 0)
    await first.close()
    const leftovers = [
      `${corpPath}.tmp`,
      `corps/${suiteId}/wpnew.json.tmp`,
      `suites/${suiteId}.json.tmp`,
      `tokens/${suiteId}.json.tmp`,
      `tokens/${suiteId}/wpnew.json.tmp`,
    ]
    for (const file of leftovers) await writeFile(bench.at(file), '{"half')
    const store = await bench.open()
    expect([...(await bench.files()).keys()].filter((file) => file.endsWith('.tmp'))).toEqual([])
    expect(await store.loadCorp(suiteId, corpid)).toEqual(corp())
    expect((await store.listCorps({ limit: 10 })).items).toHaveLength(1)
  })

  test('files that are not its own are left alone', async () => {
    await (await bench.open()).close()
    const foreign = ['corps/.DS_Store', `suites/notes.txt`, 'suites/Capital.json', 'corps/x y']
    for (const file of foreign) await writeFile(bench.at(file), 'mine')
    const store = await bench.open()
    expect(await store.listSuiteIds()).toEqual([])
    expect(await store.countCorps()).toMatchObject({ authorized: 0 })
    const files = await bench.files()
    for (const file of foreign) expect(files.get(file)?.text).toBe('mine')
  })

  test('opening does not wait for the documents; lists do', async () => {
    const first = await bench.open()
    await first.saveTicket(suiteId, ticket())
    await first.changeCorp(suiteId, corpid, () => corp())
    await first.changeCorp(suiteId, 'wpslow', () => corp({ corpid: 'wpslow' }))
    await first.close()
    const slow = Promise.withResolvers<void>()
    bench.fs.before = (call, path) => {
      if (call === 'read' && path.endsWith('wpslow.json')) return slow.promise
    }
    const store = await bench.open()
    expect(await store.loadCorp(suiteId, corpid)).toEqual(corp())
    let listed = false
    const listing = store.listCorps({ limit: 10 }).then(({ items }) => {
      listed = true
      return items
    })
    await store.saveTicket(suiteId, ticket())
    expect(listed).toBe(false)
    slow.resolve()
    expect(await listing).toHaveLength(2)
  })

  test('a change made while the documents are being read is what lists show', async () => {
    const first = await bench.open()
    await first.changeCorp(suiteId, corpid, () => corp())
    await first.close()
    // Its content is read before the change and arrives after it.
    const changed = Promise.withResolvers<void>()
    const { readFile } = bench.fs
    let reads = 0
    bench.fs.readFile = async (path) => {
      const isFirst = path.endsWith('_x-1.json') && reads++ === 0
      const text = await readFile(path)
      if (isFirst) await changed.promise
      return text
    }
    const store = await bench.open()
    await store.changeCorp(suiteId, corpid, () => corp({ name: 'changed' }))
    changed.resolve()
    expect((await store.listCorps({ limit: 10 })).items[0]?.name).toBe('changed')
  })

  test('whether it can be written is found out by writing', async () => {
    const store = await bench.open()
    bench.fs.calls.length = 0
    await Promise.all([store.checkWritable(), store.checkWritable()])
    // In the folder itself, and in those of the suites and of the companies.
    expect(bench.fs.calls.filter((call) => call.startsWith('sync'))).toHaveLength(6)
    expect((await bench.files()).size).toBe(0)
    for (const failing of ['open w', 'write', 'sync']) {
      bench.fs.before = (call) => {
        if (call === failing) throw systemError('ENOSPC')
      }
      expect(await codeOf(store.checkWritable())).toBe('store_unavailable')
      expect(await codeOf(store.checkWritable(suiteId))).toBe('store_unavailable')
    }
  })

  describe.each(['suites', 'corps', `corps/${suiteId}`])('while %s can’t be written', (folder) => {
    const close = () => {
      bench.fs.before = (call, path) => {
        if (call === 'open w' && dirname(path) === bench.at(folder)) throw systemError('EACCES')
      }
    }

    test('it says so, and only for as long as that is so', async () => {
      const store = await bench.open()
      await store.changeCorp(suiteId, corpid, () => corp())
      close()
      expect(await codeOf(store.checkWritable())).toBe('store_unavailable')
      bench.fs.before = () => {}
      expect(await codeOf(store.checkWritable())).toEqual({ resolved: undefined })
    })

    test('it says so of a suite whose companies stand there, and of no other', async () => {
      const store = await bench.open()
      close()
      const ofSuite = await codeOf(store.checkWritable(suiteId))
      expect(ofSuite === 'store_unavailable').toBe(folder === `corps/${suiteId}`)
      expect(await codeOf(store.checkWritable('wwother'))).toEqual({ resolved: undefined })
    })
  })

  test.each(['ENOSPC', 'EROFS', 'EACCES', 'EIO', 'EDQUOT'])(
    'a write that fails with %s changes nothing, and the next one works',
    async (errno) => {
      const store = await bench.open()
      await store.saveTicket(suiteId, ticket())
      await store.changeCorp(suiteId, corpid, () => corp())
      bench.fs.before = (call) => {
        if (call === 'write') throw systemError(errno)
      }
      const newer = ticket({ value: 'newer' })
      expect(await codeOf(store.saveTicket(suiteId, newer))).toBe('store_unavailable')
      const change = store.changeCorp(suiteId, corpid, () => corp({ name: 'changed' }))
      expect(await codeOf(change)).toBe('store_unavailable')
      expect(await codeOf(saveInTurn(store, corpToken, token(), 0))).toBe('store_unavailable')
      bench.fs.before = () => {}
      expect((await store.loadSuite(suiteId))?.ticket).toEqual(ticket())
      expect(await store.loadCorp(suiteId, corpid)).toEqual(corp())
      expect((await store.listCorps({ limit: 1 })).items[0]?.name).toBe(corp().name)
      expect(await store.loadToken(corpToken)).toBeNull()
      expect([...(await bench.files()).keys()].some((file) => file.endsWith('.tmp'))).toBe(false)
      expect(await store.saveTicket(suiteId, newer)).toBe('saved')
    },
  )

  test('a folder that can’t be made or read is refused', async () => {
    await writeFile(bench.at('corps'), 'a file where a folder should be')
    expect(await codeOf(bench.open())).toBe('store_unavailable')
  })

  test('a folder that can’t be closed to others is used with a warning', async () => {
    bench.fs.before = (call) => {
      if (call === 'chmod') throw systemError('EPERM')
    }
    const store = await bench.open()
    expect(await store.saveTicket(suiteId, ticket())).toBe('saved')
    expect(bench.log.entries.map(({ level }) => level)).toContain('warn')
  })
})
