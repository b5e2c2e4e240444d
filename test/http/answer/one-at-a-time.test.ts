import { describe, expect, test } from 'bun:test'
import { createOneAtATime } from '../../../src/http/answer/one-at-a-time'
import { adminToken, createScene, jsonOf } from '../../scene'

const numbers = async function* () {
  yield 1
  yield 2
}

const readAll = async (source: AsyncIterable<number>): Promise<number[]> => {
  const all: number[] = []
  for await (const one of source) all.push(one)
  return all
}

describe('of what goes on one at a time', () => {
  const refusal = expect.objectContaining({ code: 'too_many_requests', retryAfterSeconds: 10 })

  test('a second one is refused until the first has come to its end', async () => {
    const onlyOne = createOneAtATime('Another one is under way.')
    const first = onlyOne(numbers)
    expect(() => onlyOne(numbers)).toThrow(refusal)
    expect(await readAll(first)).toEqual([1, 2])
    expect(await readAll(onlyOne(numbers))).toEqual([1, 2])
  })

  test('the next one may begin after its reader went, before it was begun or amid it', async () => {
    const onlyOne = createOneAtATime('Another one is under way.')
    await onlyOne(numbers)[Symbol.asyncIterator]().return?.()
    for await (const _ of onlyOne(numbers)) break
    expect(await readAll(onlyOne(numbers))).toEqual([1, 2])
  })

  test('the next one may begin after it failed', async () => {
    const onlyOne = createOneAtATime('Another one is under way.')
    const failing = onlyOne(async function* (): AsyncGenerator<number> {
      yield 1
      throw new Error('no disk')
    })
    await expect(readAll(failing)).rejects.toThrow('no disk')
    expect(await readAll(onlyOne(numbers))).toEqual([1, 2])
  })

  test('the next one may begin after it could not even be opened', async () => {
    const onlyOne = createOneAtATime('Another one is under way.')
    const open = () => {
      throw new Error('no disk')
    }
    expect(() => onlyOne(open)).toThrow('no disk')
    expect(await readAll(onlyOne(numbers))).toEqual([1, 2])
  })
})

describe('exports', () => {
  const operator = { authorization: `Bearer ${adminToken}` }
  const plain = { headers: operator }
  const sealed = {
    method: 'POST',
    headers: { ...operator, 'content-type': 'application/json' },
    body: '{}',
  }

  test.each([
    ['without secrets', plain, sealed],
    ['encrypted', sealed, plain],
  ])('of one kind are made one at a time: %s', async (_, kind, otherKind) => {
    const env = { SUITED_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64') }
    const scene = await createScene({ env })
    const made = await scene.request('/api/export', kind)
    const refused = await scene.request('/api/export', kind)
    expect([made.status, refused.status]).toEqual([200, 429])
    expect(refused.headers.get('retry-after')).toBe('10')
    expect(await jsonOf(refused)).toMatchObject({ code: 'too_many_requests' })
    const other = await scene.request('/api/export', otherKind)
    expect([other.status, (await other.bytes()).length > 0]).toEqual([200, true])
    expect((await made.bytes()).length).toBeGreaterThan(0)
    const next = await scene.request('/api/export', kind)
    expect(next.status).toBe(200)
    await next.body?.cancel()
    expect((await scene.request('/api/export', kind)).status).toBe(200)
  })

  test('that are asked for with HEAD leave nothing under way', async () => {
    const scene = await createScene()
    for (const method of ['HEAD', 'HEAD', 'GET']) {
      expect((await scene.request('/api/export', { ...plain, method })).status).toBe(200)
    }
  })
})
