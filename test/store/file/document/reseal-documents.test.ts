import { describe, expect, test } from 'bun:test'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { type Sealing, withoutKey } from '../../../../src/store/driver/sealing'
import { resealDocuments } from '../../../../src/store/file/document/reseal-documents'
import type { Store } from '../../../../src/store/store'
import { codeOf } from '../../conformance/bench'
import {
  corp,
  corpid,
  corpToken,
  saveInTurn,
  suiteId,
  suiteToken,
  ticket,
  token,
} from '../../conformance/records'
import { idOfKey, sealedWith } from '../../sealed-with'
import { systemError } from '../disk/faulty-file-system'
import { useFileBench } from '../file-bench'

const other = 'wpother'
const corpPath = `corps/${suiteId}/wp~corp~a_x-1.json`
const tokenPath = `tokens/${suiteId}/wp~corp~a_x-1.json`
const callbackPair = { token: 'callback-token-1', encodingAesKey: 'a'.repeat(43) }
const secrets = [/ticket-\d/, /token-\d/, /permanent-code/, /callback-token/, /a{43}/]

describe('sealing all documents anew', () => {
  const bench = useFileBench()

  const fill = async (sealing: Sealing) => {
    const store = await bench.open(sealing)
    for (const value of ['ticket-1', 'ticket-2']) await store.saveTicket(suiteId, ticket({ value }))
    for (const id of [corpid, other]) {
      for (const name of ['before', 'after']) {
        await store.changeCorp(suiteId, id, () => corp({ corpid: id, name, callbackPair }))
      }
    }
    await store.changeCorp('wwgone', corpid, () => corp({ suiteId: 'wwgone', permanentCode: null }))
    await saveInTurn(store, suiteToken, token(), 0)
    await saveInTurn(store, corpToken, token(), 0)
    await store.close()
  }

  const reseal = (sealing: Sealing) => resealDocuments({ ...bench, dir: bench.dir, sealing })

  const holdsEverything = async (store: Store) => {
    expect((await store.loadSuite(suiteId))?.ticket?.value).toBe('ticket-2')
    for (const id of [corpid, other]) {
      const record = corp({ corpid: id, name: 'after', callbackPair })
      expect(await store.loadCorp(suiteId, id)).toEqual(record)
    }
    expect(await store.loadToken(suiteToken)).toEqual(token())
    expect(await store.loadToken(corpToken)).toEqual(token())
    await store.close()
  }

  const texts = async () => [...(await bench.files()).values()].map(({ text }) => text).join('\n')
  const keysIn = (text: string) =>
    new Set([...text.matchAll(/"enc:v1:(\w+):/g)].map(([, keyId]) => keyId))

  /** Two copies of three documents with secrets, two of tokens. */
  const filesWithSecrets = 8

  test.each([
    ['in clear', withoutKey, sealedWith('b')],
    ['with the key before', sealedWith('a'), sealedWith('b', 'a')],
  ])('seals what was %s with the current key, both copies and the tokens', async (_, old, now) => {
    await fill(old)
    expect(await reseal(now)).toEqual({ rewritten: filesWithSecrets, leftOut: [] })
    const after = await texts()
    expect(keysIn(after)).toEqual(new Set([idOfKey('b')]))
    expect(secrets.filter((secret) => secret.test(after))).toEqual([])
    await holdsEverything(await bench.open(sealedWith('b')))
    const copy = (await bench.files()).get(`${corpPath}.bak`)
    expect(JSON.parse(copy?.text ?? '').name).toBe('before')
    for (const { mode } of (await bench.files()).values()) expect(mode).toBe(0o600)
  })

  test('writes durably', async () => {
    await fill(withoutKey)
    bench.fs.calls.length = 0
    await reseal(sealedWith('b'))
    const synced = bench.fs.calls.filter((call) => /^sync .*\.tmp$/.test(call))
    expect(synced).toHaveLength(filesWithSecrets)
  })

  test('writes nothing a second time', async () => {
    await fill(withoutKey)
    await reseal(sealedWith('b'))
    bench.fs.calls.length = 0
    expect(await reseal(sealedWith('b'))).toEqual({ rewritten: 0, leftOut: [] })
    expect(bench.fs.calls.filter((call) => call.startsWith('open w'))).toEqual([])
  })

  test('broken off anywhere leaves everything readable with both keys, and repeated it is done', async () => {
    await fill(sealedWith('a'))
    bench.fs.calls.length = 0
    await reseal(sealedWith('b', 'a'))
    const steps = bench.fs.calls.length
    expect(steps).toBeGreaterThan(50)
    for (let lastDone = 0; lastDone < steps; lastDone += 3) {
      for (const folder of ['suites', 'corps', 'tokens'])
        await rm(bench.at(folder), { recursive: true })
      await fill(sealedWith('a'))
      let step = 0
      bench.fs.before = () => {
        if (step++ >= lastDone) throw systemError('EIO')
      }
      expect(await codeOf(reseal(sealedWith('b', 'a')))).toBe('store_unavailable')
      bench.fs.before = () => {}
      await holdsEverything(await bench.open(sealedWith('b', 'a')))
      expect((await reseal(sealedWith('b', 'a'))).leftOut).toEqual([])
      expect(keysIn(await texts())).toEqual(new Set([idOfKey('b')]))
      await holdsEverything(await bench.open(sealedWith('b')))
    }
  })

  test('seals a copy whose document is gone', async () => {
    await fill(withoutKey)
    await rm(bench.at(corpPath))
    expect((await reseal(sealedWith('b'))).rewritten).toBe(filesWithSecrets - 1)
    const copy = await readFile(bench.at(`${corpPath}.bak`), 'utf8')
    expect(secrets.filter((secret) => secret.test(copy))).toEqual([])
  })

  test.each([
    ['no JSON', async () => writeFile(bench.at(corpPath), '{"permanentCode": permanent-code-1')],
    [
      'another company’s',
      async () => copyFile(bench.at(`corps/${suiteId}/${other}.json`), bench.at(corpPath)),
    ],
  ])('leaves what is damaged as it is, names it and goes on: %s', async (_, damage) => {
    await fill(sealedWith('a'))
    await damage()
    const before = await readFile(bench.at(corpPath), 'utf8')
    const { rewritten, leftOut } = await reseal(sealedWith('b', 'a'))
    expect(rewritten).toBe(filesWithSecrets - 1)
    expect(leftOut.map(({ file }) => file)).toEqual([corpPath])
    expect(leftOut[0]?.problem).not.toContain('permanent-code')
    expect(await readFile(bench.at(corpPath), 'utf8')).toBe(before)
  })

  test('leaves what is sealed with a key that was not given, and names the key', async () => {
    await fill(sealedWith('a'))
    const { rewritten, leftOut } = await reseal(sealedWith('b'))
    expect(rewritten).toBe(0)
    // Damaged tokens are removed instead: they can be fetched again.
    expect(leftOut).toHaveLength(6)
    for (const { problem } of leftOut) expect(problem).toContain(idOfKey('a'))
    expect([...(await bench.files()).keys()].filter((file) => file.startsWith('tokens/'))).toEqual(
      [],
    )
  })

  test('removes damaged tokens, which can be fetched again', async () => {
    await fill(withoutKey)
    await writeFile(bench.at(tokenPath), '{"token-1')
    expect((await reseal(sealedWith('b'))).leftOut).toEqual([])
    expect((await bench.files()).has(tokenPath)).toBe(false)
  })

  test('fails as storage does where it can’t write', async () => {
    await fill(withoutKey)
    bench.fs.before = (call) => {
      if (call === 'write') throw systemError('ENOSPC')
    }
    expect(await codeOf(reseal(sealedWith('b')))).toBe('store_unavailable')
  })
})
