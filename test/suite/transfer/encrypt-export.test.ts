import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Decrypter, Encrypter } from 'age-encryption'
import { createExportDecrypter } from '../../../src/suite/transfer/decrypt-export'
import {
  encryptForRecipient,
  encryptWithPassphrase,
} from '../../../src/suite/transfer/encrypt-export'
import {
  type ExportKey,
  identityOfKey,
  isRecipient,
  recipientOfKey,
} from '../../../src/suite/transfer/export-key'
import { describeWithTool } from '../../optional-tool'
import { createSeries } from '../../scene'
import { ageExport, gathered, parts } from './containers'

const bytes = Buffer.alloc(32, 7)
const key: ExportKey = { opensWith: 'key', key: bytes }
const plain = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i % 251))

describe('encrypting an export', () => {
  test('fails as its source does, and ends the source with its reader', async () => {
    const recipient = await recipientOfKey(bytes)
    const failure = new Error('stopped')
    const broken = async function* () {
      yield plain
      throw failure
    }
    expect(await gathered(encryptForRecipient(broken(), recipient)).catch((e) => e)).toBe(failure)

    let ended = false
    const endless = async function* () {
      try {
        for (;;) yield plain
      } finally {
        ended = true
      }
    }
    for await (const _ of encryptForRecipient(endless(), recipient)) break
    expect(ended).toBe(true)
  })
})

describe('a passphrase', () => {
  const text = 'correct horse battery'

  test('costs 128 MiB to try', async () => {
    const file = await gathered(encryptWithPassphrase(parts(plain), text, createSeries(1)))
    expect(file.toString('latin1')).toMatch(/^-> scrypt \S{22} 17$/m)
    const decrypt = createExportDecrypter([{ opensWith: 'passphrase', passphrase: text }])
    expect((await gathered(decrypt(parts(file)))).equals(plain)).toBe(true)
  })

  test('opens with age’s own scrypt what it encrypted with ours', async () => {
    const file = await ageExport(plain, { opensWith: 'passphrase', passphrase: text })
    const decrypter = new Decrypter()
    decrypter.addPassphrase(text)
    expect(Buffer.from(await decrypter.decrypt(file)).equals(plain)).toBe(true)
  })

  test('opens with ours what it encrypted with age’s, and too high a cost is refused', async () => {
    const encrypter = new Encrypter()
    encrypter.setPassphrase(text)
    encrypter.setScryptWorkFactor(4)
    const file = Buffer.from(await encrypter.encrypt(plain))
    const decrypt = createExportDecrypter([{ opensWith: 'passphrase', passphrase: text }])
    expect((await gathered(decrypt(parts(file)))).equals(plain)).toBe(true)
    for (const factor of ['21', '0', '1e1', '999']) {
      const costly = Buffer.from(file.toString('latin1').replace(' 4\n', ` ${factor}\n`), 'latin1')
      const again = createExportDecrypter([{ opensWith: 'passphrase', passphrase: text }])
      await expect(gathered(again(parts(costly)))).rejects.toMatchObject({ reason: 'altered' })
    }
  })
})

describe('the identity of a key', () => {
  test('never changes: backups of years ago open with it', async () => {
    expect(identityOfKey(bytes)).toBe(
      'AGE-SECRET-KEY-1HG7S7U02AGZAXDM7NJJH6N80CYTRW2WEXTUS0D43D6AS3EGLC0NSV66RSD',
    )
    expect(await recipientOfKey(bytes)).toBe(
      'age1ls93h9p3d3pntwh5nkjntntmwcsxxfljd74z2ts072c2lp4cvgrsrw74wu',
    )
  })

  test('has a recipient that things can be encrypted for, and a mistyped one is none', async () => {
    const recipient = await recipientOfKey(bytes)
    expect(await isRecipient(recipient)).toBe(true)
    const mistyped = `${recipient.slice(0, -1)}${recipient.endsWith('q') ? 'p' : 'q'}`
    for (const wrong of [mistyped, '', 'age1', `${recipient} `, identityOfKey(bytes)]) {
      expect(await isRecipient(wrong)).toBe(false)
    }
  })
})

describeWithTool(
  'age',
  () => Bun.which('age'),
  'the tool age',
  (age) => {
    const inFolder = async (work: (path: (name: string) => string) => Promise<void>) => {
      const folder = mkdtempSync(join(tmpdir(), 'suited-age-'))
      try {
        await work((name) => join(folder, name))
      } finally {
        rmSync(folder, { recursive: true })
      }
    }

    test('opens what suited encrypted, with the identity of the key', () =>
      inFolder(async (path) => {
        writeFileSync(path('identity.txt'), `${identityOfKey(bytes)}\n`)
        writeFileSync(path('export'), await ageExport(plain, key))
        const run = Bun.spawnSync([age, '-d', '-i', path('identity.txt'), path('export')])
        expect(run.stderr.toString()).toBe('')
        expect(run.stdout.equals(plain)).toBe(true)
      }))

    test.each([[[]], [['--armor']]])('writes with %j what suited opens', (more) =>
      inFolder(async (path) => {
        writeFileSync(path('plain'), plain)
        const recipient = await recipientOfKey(bytes)
        const run = Bun.spawnSync([age, ...more, '-r', recipient, path('plain')])
        expect(run.exitCode).toBe(0)
        const opened = await gathered(createExportDecrypter([key])(parts(run.stdout)))
        expect(opened.equals(plain)).toBe(true)
      }),
    )
  },
)
