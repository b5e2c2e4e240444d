import { describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { hourMs, secondMs } from '../../../src/clock'
import { createCircuitBreaker } from '../../../src/wecom/api/circuit-breaker'
import type { WecomClient } from '../../../src/wecom/api/client'
import { WecomFailure } from '../../../src/wecom/api/failure'
import { createManualClock } from '../../manual-clock'

const path = '/cgi-bin/get_jsapi_ticket'
const answer = Type.Object({})

const createScene = () => {
  const clock = createManualClock(0)
  const told: string[] = []
  const asked: string[] = []
  let failure: WecomFailure | null = new WecomFailure('network', path)
  const client: WecomClient = {
    async call(call) {
      asked.push(call.path)
      if (failure) throw failure
      return {} as never
    },
  }
  const breaker = createCircuitBreaker({
    client,
    clock,
    onOpen: (circuit) => told.push(`down ${circuit.path} since ${circuit.since}`),
    onClose: (up) => told.push(`up ${up}`),
  })
  return {
    clock,
    told,
    asked,
    /** How WeCom answers from now on; null: well. */
    answersWith(next: WecomFailure | null) {
      failure = next
    },
    ask: (at = path) =>
      breaker.call({ method: 'GET', path: at, repeatable: true }, answer).then(
        () => null,
        (error: WecomFailure) => error,
      ),
  }
}

const downScene = async () => {
  const scene = createScene()
  for (let n = 0; n < 10; n++) await scene.ask()
  scene.asked.length = 0
  return scene
}

describe('a path at which WeCom is down', () => {
  test('is asked once in five seconds; all others learn how it failed', async () => {
    const { clock, ask, asked } = await downScene()
    for (let second = 0; second < 60; second++) {
      const failure = await ask()
      expect(failure).toBeInstanceOf(WecomFailure)
      expect(failure?.kind).toBe('network')
      expect(failure?.passing).toBe(true)
      await clock.advance(secondMs)
    }
    expect(asked).toHaveLength(11)
    expect((await ask())?.unasked).toBe(false)
    expect((await ask())?.unasked).toBe(true)
  })

  test('serves everyone again from its first answer on', async () => {
    const { clock, ask, asked, answersWith, told } = await downScene()
    answersWith(null)
    expect((await ask())?.unasked).toBe(true)
    await clock.advance(5 * secondMs)
    for (let n = 0; n < 20; n++) expect(await ask()).toBeNull()
    expect(asked).toHaveLength(20)
    expect(told.at(-1)).toBe(`up ${path}`)
  })

  test('serves again once WeCom refuses in so many words', async () => {
    const { clock, ask, answersWith } = await downScene()
    answersWith(new WecomFailure('errcode', path, { errcode: 40014 }))
    await clock.advance(5 * secondMs)
    for (let n = 0; n < 3; n++) expect((await ask())?.unasked).toBe(false)
  })

  test('stops no call to another one', async () => {
    const { ask, asked } = await downScene()
    expect((await ask('/cgi-bin/ticket/get'))?.unasked).toBe(false)
    expect(asked).toHaveLength(1)
  })

  test('is asked again when the clock was put back', async () => {
    const { clock, ask, asked } = await downScene()
    const { now } = clock
    clock.now = () => now() - hourMs
    await ask()
    expect(asked).toHaveLength(1)
  })
})

describe('a path is not down', () => {
  test('for failures that are spread over more than ten seconds', async () => {
    const { clock, ask, asked } = createScene()
    for (let n = 0; n < 40; n++) {
      await ask()
      await clock.advance(1200)
    }
    expect(asked).toHaveLength(40)
  })

  test('for failures with a success among them', async () => {
    const { ask, asked, answersWith } = createScene()
    for (let n = 0; n < 40; n++) {
      answersWith(n % 9 === 8 ? null : new WecomFailure('timeout', path))
      await ask()
    }
    expect(asked).toHaveLength(40)
  })

  test('for refusals that concern the caller', async () => {
    const { ask, asked, answersWith, told } = createScene()
    answersWith(new WecomFailure('errcode', path, { errcode: 48004 }))
    for (let n = 0; n < 40; n++) await ask()
    expect(asked).toHaveLength(40)
    expect(told).toEqual([])
  })
})
