import { beforeEach, describe, expect, test } from 'bun:test'
import type { CorpRecord, Store } from '../../../../src/store/store'
import { codeOf } from '../../conformance/bench'
import { corp, corpid, corpToken, saveInTurn, suiteId, token } from '../../conformance/records'
import { systemError } from '../disk/faulty-file-system'
import { useFileBench } from '../file-bench'

const tombstone = corp({ permanentCode: null, status: 'cancelled', statusReason: 'cancel_auth' })
const reinstalled = corp({ permanentCode: 'permanent-code-2', installEventId: 'event-2' })

describe('a callback pair that goes', () => {
  const bench = useFileBench()
  const pair = { token: 'OldToken', encodingAesKey: 'A'.repeat(43) }
  const bytes = async () => [...(await bench.files()).values()].map(({ text }) => text).join()

  test.each([
    ['replaced', { callbackPair: { token: 'NewToken', encodingAesKey: 'B'.repeat(43) } }],
    ['taken away', {}],
  ])('because it is %s is in no byte of the folder, and the tokens stay', async (_, next) => {
    const store = await bench.open()
    await store.changeCorp(suiteId, corpid, () => corp({ callbackPair: pair }))
    await store.changeCorp(suiteId, corpid, () => corp({ callbackPair: pair, name: 'renamed' }))
    await saveInTurn(store, corpToken, token({ value: 'token-of-code-1' }), 0)
    expect(await bytes()).toContain(pair.token)
    await store.changeCorp(suiteId, corpid, () => corp(next))
    expect(await bytes()).not.toContain(pair.token)
    expect(await bytes()).not.toContain(pair.encodingAesKey)
    expect(await store.loadCorp(suiteId, corpid)).toEqual(corp(next))
    expect((await store.loadToken(corpToken))?.value).toBe('token-of-code-1')
  })

  test.each([
    ['token', { ...pair, token: 'NewToken' }],
    ['encodingAesKey', { ...pair, encodingAesKey: 'B'.repeat(43) }],
  ] as const)('with its %s alone is in no copy either', async (part, callbackPair) => {
    const store = await bench.open()
    await store.changeCorp(suiteId, corpid, () => corp({ callbackPair: pair }))
    await store.changeCorp(suiteId, corpid, () => corp({ callbackPair }))
    expect(await bytes()).not.toContain(pair[part])
  })

  test('leaves the copy of a version that had it as well', async () => {
    const store = await bench.open()
    await store.changeCorp(suiteId, corpid, () => corp({ callbackPair: pair }))
    await store.changeCorp(suiteId, corpid, () => corp({ callbackPair: pair, name: 'renamed' }))
    const copy = (await bench.files()).get(`corps/${suiteId}/wp~corp~a_x-1.json.bak`)
    expect(JSON.parse(copy?.text ?? '').name).toBe(corp().name)
  })
})

describe('a permanent code that goes', () => {
  const bench = useFileBench()
  let store: Store

  beforeEach(async () => {
    store = await bench.open()
    await store.changeCorp(suiteId, corpid, () => corp({ name: '' }))
    await store.changeCorp(suiteId, corpid, () => corp())
    await saveInTurn(store, corpToken, token({ value: 'token-of-code-1' }), 0)
  })

  const bytes = async () => [...(await bench.files()).values()].map(({ text }) => text).join()
  const replaceWith = (record: CorpRecord) =>
    store.changeCorp(suiteId, corpid, (current) =>
      current?.permanentCode === record.permanentCode ? null : record,
    )

  test.each([
    ['cancelled', tombstone],
    ['replaced', reinstalled],
  ])('because it is %s is in no byte of the folder, nor are its tokens', async (_, next) => {
    expect(await bytes()).toContain('permanent-code-1')
    expect(await bytes()).toContain('token-of-code-1')
    await replaceWith(next)
    expect(await bytes()).not.toContain('permanent-code-1')
    expect(await bytes()).not.toContain('token-of-code-1')
    expect(await store.loadCorp(suiteId, corpid)).toEqual(next)
    const copy = (await bench.files()).get(`corps/${suiteId}/wp~corp~a_x-1.json.bak`)
    expect(JSON.parse(copy?.text ?? '')).toEqual(next)
  })

  test('takes its tokens with it for good before it goes itself', async () => {
    bench.fs.calls.length = 0
    await replaceWith(tombstone)
    const file = 'wp~corp~a_x-1.json'
    expect(bench.fs.calls.slice(0, 4)).toEqual([
      `read ${file}`,
      `unlink ${file}`,
      `open r ${suiteId}`,
      `sync ${suiteId}`,
    ])
    expect(bench.fs.calls.indexOf(`open w ${file}.tmp`)).toBeGreaterThan(3)
  })

  /** The calls that the change makes, so that each of them can be made to fail. */
  const callsOfChange = async (next: CorpRecord) => {
    bench.fs.calls.length = 0
    await replaceWith(next)
    return bench.fs.calls.length
  }

  test.each([
    ['cancelled', tombstone],
    ['replaced', reinstalled],
  ])('because it is %s goes at the latest when a failed try is repeated', async (_, next) => {
    const steps = await callsOfChange(next)
    expect(steps).toBeGreaterThan(10)
    for (let failing = 0; failing < steps; failing++) {
      await store.changeCorp(suiteId, corpid, () => corp())
      await saveInTurn(store, corpToken, token({ value: 'token-of-code-1' }), 0)
      await store.loadToken(corpToken)
      let step = 0
      bench.fs.before = () => {
        if (step++ === failing) throw systemError('EIO')
      }
      await codeOf(replaceWith(next))
      bench.fs.before = () => {}
      const stored = await store.loadCorp(suiteId, corpid)
      expect([corp(), next]).toContainEqual(stored as CorpRecord)
      const listed = await store.listCorps({ limit: 1 })
      expect(listed.items[0]?.status).toBe(stored!.status)
      await replaceWith(next)
      expect(await bytes()).not.toContain('permanent-code-1')
      expect(await bytes()).not.toContain('token-of-code-1')
    }
  })

  test.each([
    ['cancelled', tombstone],
    ['replaced', reinstalled],
  ])('because it is %s stays gone when the process dies on the way', async (_, next) => {
    const steps = await callsOfChange(next)
    for (let lastDone = 0; lastDone < steps; lastDone++) {
      await store.changeCorp(suiteId, corpid, () => corp())
      await saveInTurn(store, corpToken, token({ value: 'token-of-code-1' }), 0)
      let step = 0
      bench.fs.before = () => {
        if (step++ >= lastDone) throw systemError('EIO')
      }
      await codeOf(replaceWith(next))
      bench.fs.before = () => {}
      // Another process, which knows of nothing and is told the event again.
      store = await bench.open()
      const stored = await store.loadCorp(suiteId, corpid)
      expect([corp(), next]).toContainEqual(stored as CorpRecord)
      if (stored?.permanentCode !== corp().permanentCode) {
        expect(await bytes()).not.toContain('permanent-code-1')
        expect(await bytes()).not.toContain('token-of-code-1')
      }
      await replaceWith(next)
      expect(await bytes()).not.toContain('permanent-code-1')
      expect(await bytes()).not.toContain('token-of-code-1')
    }
  })

  test('a new code is kept although the copy beside it could not be written', async () => {
    bench.fs.before = (call, path) => {
      if (call === 'open w' && path.endsWith('.bak.tmp')) throw systemError('ENOSPC')
    }
    expect(await codeOf(replaceWith(reinstalled))).toBe('store_unavailable')
    expect(await store.loadCorp(suiteId, corpid)).toEqual(reinstalled)
    expect(await store.findCorpByInstallEvent(suiteId, 'event-2')).toEqual(reinstalled)
  })
})
