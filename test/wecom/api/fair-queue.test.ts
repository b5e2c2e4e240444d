import { describe, expect, test } from 'bun:test'
import { createTurns, type EndTurn } from '../../../src/wecom/api/fair-queue'

const limits = { atOnce: 4, perLane: 3, waiting: 2 }

const createScene = () => {
  const turns = createTurns(limits)
  const begun: string[] = []
  const ends: EndTurn[] = []
  /** Takes a turn and notes when it begins; null where none was given. */
  const take = async (lane: string, signal = new AbortController().signal) => {
    const end = await turns.take(lane, signal)
    if (!end) return null
    begun.push(lane)
    ends.push(end)
    return end
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return { take, begun, ends, settle }
}

describe('turns', () => {
  test('begin at once while there is room, and leave room for other lanes', async () => {
    const { take, begun, settle } = createScene()
    for (const lane of ['a', 'a', 'a', 'a', 'b']) void take(lane)
    await settle()
    expect(begun).toEqual(['a', 'a', 'a', 'b'])
  })

  test('that are free go from lane to lane, in each in the order in which they were asked for', async () => {
    const { take, begun, ends, settle } = createScene()
    for (const lane of ['a', 'a', 'b', 'b']) void take(lane)
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
    for (const lane of ['a', 'b', 'c', 'd', 'e', 'f']) void take(lane)
    await settle()
    expect(begun).toHaveLength(4)
    ends[0]?.()
    ends[0]?.()
    await settle()
    expect(begun).toHaveLength(5)
  })

  test('are refused where too many wait in a lane, and to no other lane', async () => {
    const { take, begun, ends, settle } = createScene()
    for (let n = 0; n < 5; n++) void take('a')
    await settle()
    expect(await take('a')).toBeNull()
    expect(await take('b')).not.toBeNull()
    for (const end of ends.splice(0)) end()
    await settle()
    expect(begun.filter((lane) => lane === 'a')).toHaveLength(5)
  })

  test('are not given to those that left', async () => {
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
