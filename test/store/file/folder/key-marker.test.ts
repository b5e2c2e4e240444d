import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Sealing, withoutKey } from '../../../../src/store/driver/sealing'
import { nodeFileSystem as fs } from '../../../../src/store/file/disk/file-system'
import { checkKeys, KeysMissing, noteAllSealed } from '../../../../src/store/file/folder/key-marker'
import { codeOf } from '../../conformance/bench'
import { idOfKey, sealedWith } from '../../sealed-with'
import { createTemporaryFolder, type TemporaryFolder } from '../../temporary-folder'
import { createFaultyFileSystem } from '../disk/faulty-file-system'

let folder: TemporaryFolder
beforeEach(async () => {
  folder = await createTemporaryFolder()
})
afterEach(() => folder.remove())

const start = (sealing: Sealing) => checkKeys({ dir: folder.path, fs, sealing })
const finishRekey = (sealing: Sealing) => noteAllSealed({ dir: folder.path, fs, sealing })
const markerPath = () => join(folder.path, 'encryption.json')
const used = () => mkdir(join(folder.path, 'corps'))

/** The ids of the keys that a start lacks, and of the one that it was given. */
const missing = async (sealing: Sealing) => {
  const failure = await start(sealing).catch((error) => error)
  if (!(failure instanceof KeysMissing)) throw new Error('no key was missing')
  return { needed: failure.needed, given: failure.given }
}

describe('a start with a key', () => {
  test('on an empty folder leaves nothing to seal', async () => {
    expect(await start(sealedWith('a'))).toEqual({ leftToSeal: false })
    expect(await start(sealedWith('a'))).toEqual({ leftToSeal: false })
  })

  test('on a folder that was used without leaves the rest to seal, until that is done', async () => {
    await used()
    expect(await start(sealedWith('a'))).toEqual({ leftToSeal: true })
    expect(await start(sealedWith('a'))).toEqual({ leftToSeal: true })
    await finishRekey(sealedWith('a'))
    expect(await start(sealedWith('a'))).toEqual({ leftToSeal: false })
  })

  test('needs that key ever after', async () => {
    await start(sealedWith('a'))
    expect(await missing(withoutKey)).toEqual({ needed: [idOfKey('a')], given: null })
    expect(await missing(sealedWith('b'))).toEqual({
      needed: [idOfKey('a')],
      given: idOfKey('b'),
    })
    expect(await start(sealedWith('a'))).toEqual({ leftToSeal: false })
  })

  test('and the one before needs both, until everything is sealed with the new one', async () => {
    await start(sealedWith('a'))
    expect(await start(sealedWith('b', 'a'))).toEqual({ leftToSeal: true })
    const both = [idOfKey('a'), idOfKey('b')]
    for (const sealing of [withoutKey, sealedWith('a'), sealedWith('b'), sealedWith('c', 'b')]) {
      expect((await missing(sealing)).needed).toEqual(both)
    }
    // On second thoughts, back to the first one.
    expect(await start(sealedWith('a', 'b'))).toEqual({ leftToSeal: true })
    await finishRekey(sealedWith('b', 'a'))
    expect(await start(sealedWith('b'))).toEqual({ leftToSeal: false })
    expect((await missing(sealedWith('a'))).needed).toEqual([idOfKey('b')])
  })

  test('may have one before that nothing is sealed with', async () => {
    await start(sealedWith('a'))
    expect(await start(sealedWith('a', 'b'))).toEqual({ leftToSeal: false })
  })

  test('is on the disk before anything is sealed', async () => {
    const watched = createFaultyFileSystem()
    await checkKeys({ dir: folder.path, fs: watched, sealing: sealedWith('a') })
    const ofMarker = watched.calls.slice(watched.calls.indexOf('open w encryption.json.tmp'))
    expect(ofMarker).toContain('sync encryption.json.tmp')
    expect(ofMarker.at(-1)).toStartWith('sync ')
  })
})

describe('a start without a key', () => {
  test('needs none and leaves no mark', async () => {
    await used()
    expect(await start(withoutKey)).toEqual({ leftToSeal: false })
    expect(await codeOf(readFile(markerPath()))).toBe('ENOENT')
  })
})

describe('the marker', () => {
  test('is for its owner alone', async () => {
    await start(sealedWith('a'))
    expect((await stat(markerPath())).mode & 0o777).toBe(0o600)
  })

  test('says no key', async () => {
    await start(sealedWith('a'))
    const text = await readFile(markerPath(), 'utf8')
    for (const coding of ['base64', 'hex', 'utf8'] as const) {
      expect(text).not.toContain(Buffer.alloc(32, 'a').toString(coding))
    }
  })

  test.each(['', '{', 'null', '{}', '{"version":2,"clear":false,"keys":[]}'])(
    'is refused and left as it is when it holds %j',
    async (text) => {
      await writeFile(markerPath(), text)
      expect(await codeOf(start(sealedWith('a')))).toBe('store_unavailable')
      expect(await codeOf(start(withoutKey))).toBe('store_unavailable')
      expect(await readFile(markerPath(), 'utf8')).toBe(text)
    },
  )

  test('is refused when what is sealed in it was changed', async () => {
    await start(sealedWith('a'))
    const marker = JSON.parse(await readFile(markerPath(), 'utf8'))
    marker.keys[0].proof = marker.keys[0].proof.replace(/.{8}$/, 'AAAAAA==')
    await writeFile(markerPath(), JSON.stringify(marker))
    expect(await codeOf(start(sealedWith('a')))).toBe('store_unavailable')
  })
})
