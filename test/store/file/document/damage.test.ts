import { beforeEach, describe, expect, test } from 'bun:test'
import { copyFile, readFile, unlink, writeFile } from 'node:fs/promises'
import { ServiceError } from '../../../../src/errors'
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
import { systemError } from '../disk/faulty-file-system'
import { useFileBench } from '../file-bench'

const other = 'wpother'
const corpPath = `corps/${suiteId}/wp~corp~a_x-1.json`
const suitePath = `suites/${suiteId}.json`
const tokenPath = `tokens/${suiteId}/wp~corp~a_x-1.json`

const damages: [string, string][] = [
  ['cut off', JSON.stringify(corp()).slice(0, 40)],
  ['empty', ''],
  ['null', 'null'],
  ['false', 'false'],
  ['an empty object', '{}'],
  ['an array', '[]'],
  ['another company’s', JSON.stringify(corp({ corpid: other }))],
  ['another version’s', JSON.stringify({ ...corp(), version: 2 })],
  ['missing a field', JSON.stringify({ ...corp(), permanentCode: undefined })],
]

describe('a damaged document', () => {
  const bench = useFileBench()
  let store: Store

  beforeEach(async () => {
    store = await bench.open()
    await store.saveTicket(suiteId, ticket({ value: 'before' }))
    await store.saveTicket(suiteId, ticket())
    await store.changeCorp(suiteId, other, () => corp({ corpid: other }))
    await store.changeCorp(suiteId, corpid, () => corp({ name: 'before' }))
    await store.changeCorp(suiteId, corpid, () => corp())
    await saveInTurn(store, corpToken, token(), 0)
  })

  const failureOf = async (promise: Promise<unknown>) => {
    const failure: unknown = await promise.catch((error) => error)
    return failure instanceof ServiceError ? failure : null
  }

  test.each(damages)('that is %s stops its company and is left as it is', async (_, text) => {
    await writeFile(bench.at(corpPath), text)
    const failure = await failureOf(store.loadCorp(suiteId, corpid))
    expect(failure?.code).toBe('store_unavailable')
    expect(failure?.message).toContain(corpPath)
    expect(failure?.message).toContain(`${corpPath}.bak`)
    const change = store.changeCorp(suiteId, corpid, () => corp({ name: 'overwritten' }))
    expect(await codeOf(change)).toBe('store_unavailable')
    expect(await codeOf(saveInTurn(store, corpToken, token(), 1))).toBe('store_unavailable')
    expect(await readFile(bench.at(corpPath), 'utf8')).toBe(text)
    expect(JSON.parse(await readFile(bench.at(`${corpPath}.bak`), 'utf8')).name).toBe('before')
  })

  test('stops nothing else', async () => {
    await writeFile(bench.at(corpPath), '{')
    await store.close()
    store = await bench.open()
    expect(await store.loadCorp(suiteId, other)).not.toBeNull()
    expect((await store.changeCorp(suiteId, other, () => null)).after).not.toBeNull()
    expect((await store.loadSuite(suiteId))?.ticket).toEqual(ticket())
    expect((await store.listCorps({ limit: 9 })).items.map((item) => item.corpid)).toEqual([other])
    expect((await store.countCorps()).authorized).toBe(1)
  })

  test('has its company among the ids all the same, so that it is missed', async () => {
    await writeFile(bench.at(corpPath), '{')
    await store.close()
    store = await bench.open()
    const { items: ids } = await store.listCorpIds()
    expect(ids.map((one) => one.corpid).sort()).toEqual([corpid, other].sort())
  })

  test('is an error in the log once, without a word of its content', async () => {
    await writeFile(bench.at(corpPath), '{"permanentCode": permanent-code-1')
    for (let n = 0; n < 3; n++) await codeOf(store.loadCorp(suiteId, corpid))
    await store.close()
    await (await bench.open()).countCorps()
    const errors = bench.log.entries.filter(({ level }) => level === 'error')
    // Once while it was open, and once more by the one that was opened later.
    expect(errors).toHaveLength(2)
    expect(errors[0]?.fields.file).toBe(corpPath)
    expect(JSON.stringify(bench.log.entries)).not.toContain('permanent')
  })

  test('says nothing of its content in its failure', async () => {
    const wrong = { ...corp(), permanentCode: ['permanent-code-1'] }
    for (const text of ['{"permanentCode": permanent-code-1', JSON.stringify(wrong)]) {
      await writeFile(bench.at(corpPath), text)
      const failure = await failureOf(store.loadCorp(suiteId, corpid))
      expect(failure).not.toBeNull()
      expect(`${failure?.message} ${failure?.stack} ${failure?.cause}`).not.toContain('code-1')
    }
  })

  test('serves again, and is listed again, once its copy was put in its place', async () => {
    await writeFile(bench.at(corpPath), '{')
    await store.close()
    store = await bench.open()
    expect(await codeOf(store.loadCorp(suiteId, corpid))).toBe('store_unavailable')
    await copyFile(bench.at(`${corpPath}.bak`), bench.at(corpPath))
    expect((await store.loadCorp(suiteId, corpid))?.name).toBe('before')
    expect((await store.listCorps({ limit: 9 })).items).toHaveLength(2)
    await writeFile(bench.at(corpPath), '{')
    await codeOf(store.loadCorp(suiteId, corpid))
    expect(bench.log.entries.filter(({ level }) => level === 'error')).toHaveLength(2)
  })

  test.each(['damaged', 'missing'])('with a %s copy does not promise one', async (state) => {
    await writeFile(bench.at(corpPath), '{')
    if (state === 'missing') await unlink(bench.at(`${corpPath}.bak`))
    else await writeFile(bench.at(`${corpPath}.bak`), '{')
    const failure = await failureOf(store.loadCorp(suiteId, corpid))
    expect(failure?.code).toBe('store_unavailable')
    expect(failure?.message).not.toContain('.bak')
  })

  describe('is listed as unreadable', () => {
    const found = {
      suiteId,
      corpid,
      file: corpPath,
      problem: expect.any(String),
      copy: `${corpPath}.bak`,
    }

    test('once it is met, and no longer than until it is mended', async () => {
      const whole = await readFile(bench.at(corpPath), 'utf8')
      expect(await store.listUnreadable()).toEqual([])
      await writeFile(bench.at(corpPath), '{')
      await codeOf(store.loadCorp(suiteId, corpid))
      expect(await store.listUnreadable()).toEqual([found])
      await writeFile(bench.at(corpPath), whole)
      expect(await store.listUnreadable()).toEqual([])
    })

    test('after a start on it, and is back in the lists when it is mended', async () => {
      const whole = await readFile(bench.at(corpPath), 'utf8')
      await writeFile(bench.at(corpPath), '{')
      await store.close()
      store = await bench.open()
      expect(await store.listUnreadable()).toEqual([found])
      expect((await store.listCorps({ limit: 9 })).items).toHaveLength(1)
      expect(await store.suitesOfCorp(corpid)).toEqual([suiteId])
      await writeFile(bench.at(corpPath), whole)
      expect(await store.listUnreadable()).toEqual([])
      expect((await store.listCorps({ limit: 9 })).items).toHaveLength(2)
    })

    test('no longer once it was removed', async () => {
      await writeFile(bench.at(corpPath), '{')
      await codeOf(store.loadCorp(suiteId, corpid))
      await unlink(bench.at(corpPath))
      expect(await store.listUnreadable()).toEqual([])
    })

    test('without a copy where there is no good one', async () => {
      await writeFile(bench.at(corpPath), '{')
      await writeFile(bench.at(`${corpPath}.bak`), '{')
      await codeOf(store.loadCorp(suiteId, corpid))
      expect(await store.listUnreadable()).toEqual([{ ...found, copy: null }])
    })

    test('in the order of the files, a suite’s own among them', async () => {
      await writeFile(bench.at(suitePath), '{')
      await writeFile(bench.at(corpPath), '{')
      await codeOf(store.loadSuite(suiteId))
      await codeOf(store.loadCorp(suiteId, corpid))
      const files = (await store.listUnreadable()).map(({ file, corpid }) => [file, corpid])
      expect(files).toEqual([
        [corpPath, corpid],
        [suitePath, null],
      ])
    })

    test('also where the operating system refuses to read it, but not for what a process lacks', async () => {
      let errno = 'EMFILE'
      bench.fs.before = (call, path) => {
        if (call === 'read' && path === bench.at(corpPath)) throw systemError(errno)
      }
      await codeOf(store.loadCorp(suiteId, corpid))
      expect(await store.listUnreadable()).toEqual([])
      errno = 'EACCES'
      await codeOf(store.loadCorp(suiteId, corpid))
      expect(await store.listUnreadable()).toEqual([{ ...found, copy: null }])
      bench.fs.before = () => {}
      expect(await store.listUnreadable()).toEqual([])
    })

    test('without reading all again at each call, and goes in turns when many were mended', async () => {
      const corpids = Array.from({ length: 50 }, (_, n) => `wpmany-${n}`)
      for (const one of corpids) await store.changeCorp(suiteId, one, () => corp({ corpid: one }))
      const paths = corpids.map((one) => bench.at(`corps/${suiteId}/${one}.json`))
      const whole = await Promise.all(paths.map((path) => readFile(path, 'utf8')))
      for (const path of paths) await writeFile(path, '{')
      for (const one of corpids) await codeOf(store.loadCorp(suiteId, one))
      bench.fs.calls.length = 0
      expect(await store.listUnreadable()).toHaveLength(50)
      // Each with its copy.
      expect(bench.fs.calls.length).toBeLessThan(50)
      for (const [i, path] of paths.entries()) await writeFile(path, whole[i]!)
      for (let n = 0; n < 3; n++) await store.listUnreadable()
      expect(await store.listUnreadable()).toEqual([])
    })

    test('is not what tokens are', async () => {
      await writeFile(bench.at(tokenPath), '{')
      await store.loadToken(corpToken)
      expect(await store.listUnreadable()).toEqual([])
    })
  })

  test('of a suite stops that suite’s ticket and is left as it is', async () => {
    await writeFile(bench.at(suitePath), '{')
    expect(await codeOf(store.loadSuite(suiteId))).toBe('store_unavailable')
    expect(await codeOf(store.saveTicket(suiteId, ticket()))).toBe('store_unavailable')
    expect(await readFile(bench.at(suitePath), 'utf8')).toBe('{')
    expect(JSON.parse(await readFile(bench.at(`${suitePath}.bak`), 'utf8')).ticket.value).toBe(
      'before',
    )
    expect(await store.saveTicket('wwother', ticket())).toBe('saved')
    expect(await store.loadCorp(suiteId, corpid)).toEqual(corp())
  })

  test.each(damages)('of tokens that is %s is dropped with a warning', async (_, text) => {
    await writeFile(bench.at(tokenPath), text)
    expect(await store.loadToken(corpToken)).toBeNull()
    expect((await bench.files()).has(tokenPath)).toBe(false)
    expect(bench.log.entries.map(({ level }) => level)).toEqual(['warn'])
    expect(await saveInTurn(store, corpToken, token(), 0)).toBe('saved')
    expect(await store.loadToken(corpToken)).toEqual(token())
  })

  test('of a suite’s tokens makes room for a new one', async () => {
    await saveInTurn(store, suiteToken, token(), 0)
    await writeFile(bench.at(`tokens/${suiteId}.json`), '{')
    expect(await saveInTurn(store, suiteToken, token({ value: 'new' }), 0)).toBe('saved')
    expect((await store.loadToken(suiteToken))?.value).toBe('new')
  })
})
