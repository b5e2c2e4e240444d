import { beforeEach, describe, expect, test } from 'bun:test'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { type Sealing, withoutKey } from '../../../../src/store/driver/sealing'
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
import { useFileBench } from '../file-bench'

const other = 'wpother'
const corpPath = `corps/${suiteId}/wp~corp~a_x-1.json`
const otherPath = `corps/${suiteId}/${other}.json`
const suitePath = `suites/${suiteId}.json`
const tokenPath = `tokens/${suiteId}/wp~corp~a_x-1.json`

const callbackPair = { token: 'callback-token-1', encodingAesKey: 'a'.repeat(43) }
const whole = corp({ callbackPair })
const secrets = [
  ticket().value,
  'token-1',
  'permanent-code-1',
  callbackPair.token,
  callbackPair.encodingAesKey,
]

// biome-ignore lint/suspicious/noExplicitAny: the JSON of any document
type Json = any

describe('documents with a key', () => {
  const bench = useFileBench()
  let store: Store

  beforeEach(async () => {
    store = await bench.open(sealedWith('a'))
    await fill(store)
  })

  const fill = async (into: Store) => {
    await into.saveTicket(suiteId, ticket())
    await into.changeCorp(suiteId, other, () => corp({ corpid: other }))
    await into.changeCorp(suiteId, corpid, () => ({ ...whole, name: 'before' }))
    await into.changeCorp(suiteId, corpid, () => whole)
    await saveInTurn(into, corpToken, token(), 0)
    await saveInTurn(into, suiteToken, token(), 0)
  }

  const reopen = async (sealing: Sealing) => {
    await store.close()
    store = await bench.open(sealing)
    return store
  }

  const json = async (file: string): Promise<Json> =>
    JSON.parse(await readFile(bench.at(file), 'utf8'))

  const edit = async (file: string, change: (content: Json) => void) => {
    const content = await json(file)
    change(content)
    await writeFile(bench.at(file), JSON.stringify(content))
  }

  test('hold no secret in clear, neither they nor their copies', async () => {
    for (const { text } of (await bench.files()).values()) {
      expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
    }
  })

  test('can be read by people but for their secrets', async () => {
    const sealed = expect.stringMatching(new RegExp(`^enc:v1:${idOfKey('a')}:`))
    const sealedPair = { token: sealed, encodingAesKey: sealed }
    const stored = { ...whole, permanentCode: sealed, callbackPair: sealedPair }
    expect(await json(corpPath)).toEqual(stored)
    expect(await json(`${corpPath}.bak`)).toEqual({ ...stored, name: 'before' })
    expect(await json(suitePath)).toEqual({
      version: 1,
      suiteId,
      ticket: { ...ticket(), value: sealed },
    })
    expect((await json(tokenPath)).tokens).toEqual({ access_token: token({ value: sealed }) })
  })

  test('show a code that is gone as gone', async () => {
    await store.changeCorp(suiteId, corpid, () => corp({ permanentCode: null }))
    expect(await json(corpPath)).toEqual(corp({ permanentCode: null }))
  })

  test('from before the key are read, and sealed with it when they are written', async () => {
    const plain = await reopen(withoutKey)
    await plain.changeCorp(suiteId, 'wpplain', () => corp({ corpid: 'wpplain' }))
    await reopen(sealedWith('a'))
    expect((await store.loadCorp(suiteId, 'wpplain'))?.permanentCode).toBe('permanent-code-1')
    await store.changeCorp(suiteId, 'wpplain', (now) => now && { ...now, name: 'changed' })
    const { permanentCode } = await json(`corps/${suiteId}/wpplain.json`)
    expect(permanentCode).toStartWith(`enc:v1:${idOfKey('a')}:`)
  })

  test('are read with the key before, and sealed with the current one when they are written', async () => {
    await reopen(sealedWith('b', 'a'))
    expect(await store.loadCorp(suiteId, corpid)).toEqual(whole)
    expect((await store.loadSuite(suiteId))?.ticket).toEqual(ticket())
    expect(await store.loadToken(corpToken)).toEqual(token())
    await store.changeCorp(suiteId, corpid, () => ({ ...whole, name: 'changed' }))
    const { permanentCode, callbackPair: pair } = await json(corpPath)
    for (const text of [permanentCode, pair.token, pair.encodingAesKey]) {
      expect(text).toStartWith(`enc:v1:${idOfKey('b')}:`)
    }
  })

  describe('whose sealed value', () => {
    const stopsAlone = async () => {
      const failure = await store.loadCorp(suiteId, corpid).catch((error) => error)
      expect(failure.code).toBe('store_unavailable')
      const change = store.changeCorp(suiteId, corpid, () => whole)
      expect(await codeOf(change)).toBe('store_unavailable')
      expect(await store.loadCorp(suiteId, other)).toEqual(corp({ corpid: other }))
      expect((await store.loadSuite(suiteId))?.ticket).toEqual(ticket())
      return failure.message as string
    }

    test('was changed stop their company alone, and the copy beside them is good', async () => {
      await edit(corpPath, (content) => {
        content.permanentCode = content.permanentCode.replace(/.{4}$/, 'AAA=')
      })
      const text = await readFile(bench.at(corpPath), 'utf8')
      expect(await stopsAlone()).toContain(`${corpPath}.bak`)
      expect(await readFile(bench.at(corpPath), 'utf8')).toBe(text)
      await copyFile(bench.at(`${corpPath}.bak`), bench.at(corpPath))
      expect(await store.loadCorp(suiteId, corpid)).toEqual({ ...whole, name: 'before' })
    })

    test('is another company’s stop their company alone', async () => {
      const { permanentCode } = await json(otherPath)
      await edit(corpPath, (content) => Object.assign(content, { permanentCode }))
      await stopsAlone()
    })

    test('is another field’s stop their company alone', async () => {
      await edit(corpPath, (content) => {
        content.callbackPair.token = content.permanentCode
      })
      await stopsAlone()
    })

    test('is the same company’s in another suite stop it there', async () => {
      await store.changeCorp('wwother', corpid, () => ({ ...whole, suiteId: 'wwother' }))
      const { permanentCode } = await json(corpPath)
      const there = `corps/wwother/wp~corp~a_x-1.json`
      await edit(there, (content) => Object.assign(content, { permanentCode }))
      expect(await codeOf(store.loadCorp('wwother', corpid))).toBe('store_unavailable')
      expect(await store.loadCorp(suiteId, corpid)).toEqual(whole)
    })

    test('is sealed with a key that is not there stop their company, naming the key', async () => {
      const { permanentCode } = await json(corpPath)
      await reopen(sealedWith('b'))
      await store.saveTicket('wwother', ticket())
      const failure = await store.loadCorp(suiteId, corpid).catch((error) => error)
      expect(failure.code).toBe('store_unavailable')
      expect(failure.message).toContain(idOfKey('a'))
      expect(failure.message).not.toContain(permanentCode)
      expect((await store.listCorps({ limit: 9 })).items).toEqual([])
      expect((await store.loadSuite('wwother'))?.ticket).toEqual(ticket())
    })

    test('is a suite’s ticket that was changed stop that suite’s ticket', async () => {
      await edit(suitePath, (content) => {
        content.ticket.value = `${content.ticket.value}A`
      })
      expect(await codeOf(store.loadSuite(suiteId))).toBe('store_unavailable')
      expect(await store.loadCorp(suiteId, corpid)).toEqual(whole)
    })

    test('is another kind of token are dropped: they can be fetched again', async () => {
      const ofSuite = (await json(`tokens/${suiteId}.json`)).tokens.suite_access_token.value
      await edit(tokenPath, (content) => {
        content.tokens.access_token.value = ofSuite
      })
      expect(await store.loadToken(corpToken)).toBeNull()
      expect((await bench.files()).has(tokenPath)).toBe(false)
      expect(await store.loadToken(suiteToken)).toEqual(token())
    })
  })

  test('leave nothing of a company that left, sealed or not', async () => {
    const texts = [await readFile(bench.at(corpPath), 'utf8')]
    for (const file of [`${corpPath}.bak`, tokenPath]) {
      texts.push(await readFile(bench.at(file), 'utf8'))
    }
    const sealed = [...texts.join('\n').matchAll(/enc:v1:[^"]+/g)].map(([text]) => text)
    expect(sealed.length).toBe(7)
    const { callbackPair: _, ...tombstone } = { ...whole, permanentCode: null }
    await store.changeCorp(suiteId, corpid, () => tombstone)
    const bytes = [...(await bench.files()).values()].map(({ text }) => text).join('\n')
    expect(sealed.filter((text) => bytes.includes(text))).toEqual([])
  })

  test('say nothing of their secrets in the log', async () => {
    await edit(corpPath, (content) => Object.assign(content, { permanentCode: 'enc:v1:x:y' }))
    await codeOf(store.loadCorp(suiteId, corpid))
    const said = JSON.stringify(bench.log.entries)
    expect(said).toContain(corpPath)
    expect(said).not.toContain('enc:v1')
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([])
  })
})
