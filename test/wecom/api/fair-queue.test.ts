import { describe, expect, test } from 'bun:test'
import { createFairQueue, type Release } from '../../../src/wecom/api/fair-queue'

const limits = { atOnce: 4, perFlow: 3, waiting: 2 }

const createScene = () => {
  const queue = createFairQueue(limits)
  const begun: string[] = []
  const ends: Release[] = []
  /** Begins a call and notes when; null where it may not. */
  const take = async (flow: string, signal = new AbortController().signal) => {
    const end = await queue.acquire(flow, signal)
    if (!end) return null
    begun.push(flow)
    ends.push(end)
    return end
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return { take, begun, ends, settle }
}

describe('calls in the fair queue', () => {
  test('begin at once while there is room, and leave room for other flows', async () => {
    const { take, begun, settle } = createScene()
    for (const flow of ['a', 'a', 'a', 'a', 'b']) void take(flow)
    await settle()
    expect(begun).toEqual(['a', 'a', 'a', 'b'])
  })

  test('begin from flow to flow where there is room again, within each in the order in which they came', async () => {
    const { take, begun, ends, settle } = createScene()
    for (const flow of ['a', 'a', 'b', 'b']) void take(flow)
    await settle()
    const late: string[] = []
    void take('a').then(() => late.push('a1'))
    void take('a').then(() => late.push('a2'))
    void take('b').then(() => late.push('b1'))
    void take('c').then(() => late.push('c1'))
    for (const end of [...ends]) end()
    await settle()
    expect(begun).toHaveLength(8)
    expect(late.indexOf('a1')).toBeLessThan(late.indexOf('a2'))
    expect(late.indexOf('c1')).toBeLessThan(late.indexOf('a2'))
  })

  test('are never more at once than allowed', async () => {
    const { take, begun, ends, settle } = createScene()
    for (const flow of ['a', 'b', 'c', 'd', 'e', 'f']) void take(flow)
    await settle()
    expect(begun).toHaveLength(4)
    ends[0]?.()
    ends[0]?.()
    await settle()
    expect(begun).toHaveLength(5)
  })

  test('are refused where too many wait in a flow, and to no other flow', async () => {
    const { take, begun, ends, settle } = createScene()
    for (let n = 0; n < 5; n++) void take('a')
    await settle()
    expect(await take('a')).toBeNull()
    expect(await take('b')).not.toBeNull()
    for (const end of ends.splice(0)) end()
    await settle()
    expect(begun.filter((flow) => flow === 'a')).toHaveLength(5)
  })

  test('do not begin for those that gave up waiting', async () => {
    const { take, begun, ends, settle } = createScene()
    for (let n = 0; n < 3; n++) void take('a')
    await settle()
    const leave = new AbortController()
    const left = take('a', leave.signal)
    void take('a')
    leave.abort()
    expect(await left).toBeNull()
    ends[0]?.()
    await settle()
    expect(begun).toHaveLength(4)
    expect(await take('a', leave.signal)).toBeNull()
  })
})

test('whoever need not wait begins at once; whoever would have to is told so and leaves nothing behind', () => {
  const queue = createFairQueue({ atOnce: 1, perFlow: 1, waiting: 1 })
  const release = queue.acquireNow('a')
  expect(release).toBeFunction()
  expect(queue.acquireNow('a')).toBeNull()
  expect(queue.acquireNow('b')).toBeNull()
  release?.()
  expect(queue.acquireNow('b')).toBeFunction()
})
