import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../../src/clock'
import { flowKeysOf } from '../../../../src/suite/pages/flow/flow-keys'
import { newState, readState, stateLength } from '../../../../src/suite/pages/flow/state'
import { createSeries } from '../../../scene'

const now = Date.UTC(2026, 10, 30, 9)
const lifeMs = 10 * minuteMs
const keys = flowKeysOf(new Uint8Array(32).fill(1))
const owner = { kind: 'login', suiteKey: 'crm' } as const
const state = newState(keys, owner, now, createSeries(7))

const read = (came: string | null, at = now) => readState(keys, owner, came, at, lifeMs)
const forged = { ok: false, reason: 'forged' } as const

describe('a state', () => {
  test('has 32 letters and digits, which WeCom takes everywhere', () => {
    expect(state.text).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(stateLength).toBe(32)
  })

  test('comes back as it went, and tells when its flow began', () => {
    expect(read(state.text)).toEqual({ ok: true, value: { text: state.text, beganAt: now } })
  })

  test('is taken with whatever a browser added behind it', () => {
    const read32 = read(`${state.text}https://i.maxthon.cn`)

    expect(read32).toEqual({ ok: true, value: { text: state.text, beganAt: now } })
  })

  test('differs from flow to flow', () => {
    const random = createSeries(8)
    const made = Array.from({ length: 100 }, () => newState(keys, owner, now, random).text)

    expect(new Set(made).size).toBe(100)
  })

  test('that is missing is told from one that is wrong', () => {
    expect(read(null)).toEqual({ ok: false, reason: 'missing' })
    expect(read('')).toEqual({ ok: false, reason: 'missing' })
  })

  test('is forged with any letter changed', () => {
    for (let at = 0; at < stateLength; at += 1) {
      const other = state.text[at] === 'x' ? 'y' : 'x'
      const changed = state.text.slice(0, at) + other + state.text.slice(at + 1)

      expect(read(changed)).toEqual(forged)
    }
  })

  test.each(['STATE', state.text.slice(0, 31), `${state.text.slice(0, 31)}%`, ' '.repeat(32)])(
    'that no flow of ours had is forged: %p',
    (came) => {
      expect(read(came)).toEqual(forged)
    },
  )

  test('of an install is none of a login', () => {
    expect(readState(keys, { ...owner, kind: 'install' }, state.text, now, lifeMs)).toEqual(forged)
  })

  test('of one suite is none of another', () => {
    expect(readState(keys, { ...owner, suiteKey: 'hr' }, state.text, now, lifeMs)).toEqual(forged)
  })

  test('of another service is forged here', () => {
    const others = flowKeysOf(new Uint8Array(32).fill(2))

    expect(readState(others, owner, state.text, now, lifeMs)).toEqual(forged)
  })

  test('is good to the end of its life, and expired from then on', () => {
    expect(read(state.text, now + lifeMs - 1).ok).toBe(true)
    expect(read(state.text, now + lifeMs)).toEqual({ ok: false, reason: 'expired' })
  })
})
