import { describe, expect, test } from 'bun:test'
import { factRule } from '../../../src/events/fact-rule'
import { createMemoryEventLog } from '../../../src/store/memory/memory-event-log'
import { createMemoryStore } from '../../../src/store/memory/memory-store'
import { type ExportLine, exportFormat, framed } from '../../../src/suite/transfer/export-lines'
import { entriesOf } from '../../../src/suite/transfer/import-text'
import { freshBytes } from '../../fresh-bytes'
import { createScene, type Scene } from '../../scene'
import { apiKey, auditEntry } from '../../store/conformance/records'
import { createFaultyDrivers, unavailable } from '../faulty-drivers'

/** Each process begins on an empty machine. */
const nomad = () =>
  createScene({
    drivers: (clock) => ({
      store: createMemoryStore({ clock, freshBytes }),
      eventLog: createMemoryEventLog(factRule),
    }),
  })

const exported = (scene: Scene): Promise<ExportLine[]> =>
  Array.fromAsync(scene.service.stateExport.lines())

const textOf = async (lines: readonly ExportLine[], version = 3): Promise<string> => {
  const header = { format: exportFormat, version, suited: 'test', exportedAt: 1 }
  const each = async function* () {
    yield* lines
  }
  return (await Array.fromAsync(framed(header, each()))).join('')
}

const imported = async (scene: Scene, text: string) => {
  const results = await Array.fromAsync(
    scene.service.stateImport.importEntries(await entriesOf(text)),
  )
  return results.map(({ kind, result, code }) => [kind, result, code].filter(Boolean).join(' '))
}

const key = apiKey(1)
const furnish = async (scene: Scene) => {
  await scene.store.changeKey(key.id, () => key)
  await scene.eventLog.restoreAudit([auditEntry(1), auditEntry(2)])
  return scene.store.serviceSecret()
}

describe('a suited that moves', () => {
  test('takes its keys, its secret and its audit log along, once', async () => {
    const before = await nomad()
    const secret = await furnish(before)
    await before.store.addKeyUses([{ id: key.id, uses: 3, lastUsedAt: key.createdAt }], 'batch-1')
    const text = await textOf(await exported(before))
    const after = await before.restart()
    const kinds = ['audit', 'service_secret', 'key']
    expect(await imported(after, text)).toEqual(kinds.map((kind) => `${kind} imported`))
    const used = { ...key, uses: 3, lastUsedAt: key.createdAt }
    expect(await after.store.listKeys()).toEqual([used])
    expect(await after.store.serviceSecret()).toEqual(secret)
    const { items } = await after.eventLog.listAudit({ limit: 9 })
    expect(items).toEqual([auditEntry(2), auditEntry(1)])
    expect(await imported(after, text)).toEqual(kinds.map((kind) => `${kind} already_there`))
  })

  test('makes no secret for an export that nothing was derived from', async () => {
    const scene = await nomad()
    expect(await exported(scene)).toEqual([])
    expect(await scene.store.loadServiceSecret()).toBeNull()
  })

  test('keeps its own secret where there is one', async () => {
    const before = await nomad()
    await furnish(before)
    const text = await textOf(await exported(before))
    const after = await before.restart()
    const own = await after.store.serviceSecret()
    expect(await imported(after, text)).toContain('service_secret newer_kept')
    expect(await after.store.serviceSecret()).toEqual(own)
  })

  test('is told when a key’s name is another key’s there, and may try again', async () => {
    const before = await nomad()
    await furnish(before)
    const text = await textOf(await exported(before))
    const after = await before.restart()
    const namesake = apiKey(2, { name: key.name })
    await after.store.changeKey(namesake.id, () => namesake)
    expect(await imported(after, text)).toContain('key refused invalid_request')
    await after.store.changeKey(namesake.id, () => ({ ...namesake, revokedAt: key.createdAt + 9 }))
    expect(await imported(after, text)).toContain('key imported')
  })

  test('still takes an export of before there were keys', async () => {
    const before = await nomad()
    await before.installed()
    const lines = await exported(before)
    const after = await before.restart()
    for (const result of await imported(after, await textOf(lines, 2))) {
      expect(result).toEndWith('imported')
    }
    expect((await after.store.listCorpIds()).items).toHaveLength(1)
  })

  test('names a key that can’t be read, and takes the others along', async () => {
    const { instead, drivers } = createFaultyDrivers()
    const scene = await createScene({ drivers })
    await furnish(scene)
    const other = apiKey(2)
    await scene.store.changeKey(other.id, () => other)
    instead.store.loadKey = async (id) => (id === key.id ? unavailable() : other)
    const unreadable = { kind: 'unreadable', suiteId: null, corpid: null }
    const lines = await exported(scene)
    expect(lines).toContainEqual({ kind: 'key', key: other })
    expect(lines).toContainEqual(expect.objectContaining(unreadable))
    expect(await imported(scene, await textOf(lines))).toContain(
      'unreadable refused store_unavailable',
    )
  })
})
