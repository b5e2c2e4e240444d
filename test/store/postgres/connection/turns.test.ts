import { describe, expect, test } from 'bun:test'
import { createTurns } from '../../../../src/store/postgres/connection/turns'

/** Takes a turn for each name, and tells which of them have theirs. */
const begin = (turns: ReturnType<typeof createTurns>, names: readonly string[]) => {
  const running = new Map<string, () => void>()
  for (const name of names) {
    void turns
      .take(new AbortController().signal, false)
      .then((endTurn) => running.set(name, endTurn))
  }
  return async () => {
    await Bun.sleep(0)
    return running
  }
}

describe('turns', () => {
  test('are one at once until more are allowed', async () => {
    const running = begin(createTurns(3), ['first', 'second'])
    expect([...(await running()).keys()]).toEqual(['first'])
    ;(await running()).get('first')?.()
    expect([...(await running()).keys()]).toEqual(['first', 'second'])
  })

  test('begin as soon as more are allowed, and are never more than may be', async () => {
    const turns = createTurns(3)
    const running = begin(turns, ['first', 'second', 'third', 'fourth'])
    turns.allowMore()
    expect((await running()).size).toBe(2)
    for (let n = 0; n < 5; n++) turns.allowMore()
    expect((await running()).size).toBe(3)
    expect(turns.waiting(false)).toBe(1)
  })
})
