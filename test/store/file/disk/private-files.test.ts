import { beforeEach, describe, expect, test } from 'bun:test'
import { chmod, mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import {
  corp,
  corpid,
  corpToken,
  saveInTurn,
  suiteId,
  ticket,
  token,
} from '../../conformance/records'
import { useFileBench } from '../file-bench'
import { systemError } from './faulty-file-system'

const corpPath = `corps/${suiteId}/wp~corp~a_x-1.json`
/** Alone in the folder that is looked through last. */
const lastPath = `tokens/${suiteId}/wp~corp~a_x-1.json`

describe('what stands open to others in the data folder', () => {
  const bench = useFileBench()

  beforeEach(async () => {
    const store = await bench.open()
    await store.saveTicket(suiteId, ticket())
    await store.changeCorp(suiteId, corpid, () => corp())
    await store.changeCorp(suiteId, corpid, () => corp({ name: 'renamed' }))
    await saveInTurn(store, corpToken, token(), 0)
    await store.close()
    await writeFile(bench.at('events.sqlite'), '', { mode: 0o600 })
    bench.log.entries.length = 0
  })

  const modeOf = async (path: string) => (await stat(bench.at(path))).mode & 0o777

  /** A start, until the last file was looked at: that goes on in the background, in real time. */
  const start = async () => {
    await chmod(bench.at(lastPath), 0o644)
    const store = await bench.open()
    while ((await modeOf(lastPath)) !== 0o600) await new Promise(setImmediate)
    await store.close()
  }
  const warnings = () => bench.log.entries.filter(({ level }) => level === 'warn')

  test('is closed at the start, and counted in one warning', async () => {
    const files = [...(await bench.files()).keys()]
    const folders = [`corps/${suiteId}`, `tokens/${suiteId}`]
    for (const file of files) await chmod(bench.at(file), 0o644)
    for (const folder of folders) await chmod(bench.at(folder), 0o755)
    expect(files).toContain(`${corpPath}.bak`)
    await start()
    for (const file of files) expect([file, await modeOf(file)]).toEqual([file, 0o600])
    for (const folder of folders) expect([folder, await modeOf(folder)]).toEqual([folder, 0o700])
    expect(warnings()).toHaveLength(1)
    expect(warnings()[0]?.fields).toEqual({ count: files.length + folders.length })
  })

  test.each([
    ['others may read', 0o604],
    ['its group may read', 0o640],
    ['its group may write', 0o620],
  ])('is what %s', async (_, mode) => {
    await chmod(bench.at(corpPath), mode)
    await start()
    expect(await modeOf(corpPath)).toBe(0o600)
    expect(warnings()[0]?.fields).toEqual({ count: 2 })
  })

  test('is not what its owner alone may read', async () => {
    await chmod(bench.at(corpPath), 0o400)
    await start()
    expect(await modeOf(corpPath)).toBe(0o400)
    expect(warnings()[0]?.fields).toEqual({ count: 1 })
  })

  test('is left so in domain/, and where a link leads', async () => {
    await mkdir(bench.at('domain'), { mode: 0o755 })
    await writeFile(bench.at('domain/WW_verify_x.txt'), 'x', { mode: 0o644 })
    await symlink(bench.at('domain/WW_verify_x.txt'), bench.at(`corps/${suiteId}/link.json`))
    await start()
    expect(await modeOf('domain')).toBe(0o755)
    expect(await modeOf('domain/WW_verify_x.txt')).toBe(0o644)
    expect(warnings()[0]?.fields).toEqual({ count: 1 })
  })

  test('is told in one more warning where it can’t be closed, and the start goes on', async () => {
    await chmod(bench.at(corpPath), 0o644)
    await chmod(bench.at('events.sqlite'), 0o644)
    bench.fs.before = (call, path) => {
      if (call === 'chmod' && path === bench.at(corpPath)) throw systemError('EPERM')
    }
    await start()
    expect(warnings().map(({ fields }) => fields.count)).toEqual([2, 1])
    expect(await modeOf(corpPath)).toBe(0o644)
  })
})
