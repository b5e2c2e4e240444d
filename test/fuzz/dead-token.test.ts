/**
 * Whatever comes in whatever order: questions, reports, renewals and WeCom's answers, in two
 * processes on one store.
 */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { minuteMs, secondMs } from '../../src/clock'
import type { TokenKey, TokenRecord } from '../../src/store/token-record'
import type { Tokens } from '../../src/suite/tokens/tokens'
import {
  type Asked,
  corpToken,
  createTokenStage,
  suiteToken,
  ticket,
} from '../suite/tokens/token-stage'
import { patienceMs, runs } from './runs'

type Step =
  | { readonly does: 'get' | 'renew'; readonly process: number }
  | { readonly does: 'report'; readonly process: number; readonly back: number }
  | { readonly does: 'answer'; readonly back: number }
  | { readonly does: 'fail'; readonly errcode: number }
  | { readonly does: 'wait'; readonly ms: number }

const process = fc.nat({ max: 1 })
/** 0: a token that nobody has seen yet; 1: WeCom's last one; 2: the one before it. */
const back = fc.nat({ max: 2 })

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('get' as const), process }),
  { weight: 3, arbitrary: fc.record({ does: fc.constant('report' as const), process, back }) },
  fc.record({ does: fc.constant('renew' as const), process }),
  { weight: 4, arbitrary: fc.record({ does: fc.constant('answer' as const), back }) },
  fc.record({ does: fc.constant('fail' as const), errcode: fc.constantFrom(-1, 40014, 40084) }),
  fc.record({
    does: fc.constant('wait' as const),
    ms: fc.constantFrom(0, 200, secondMs, minuteMs, 118 * minuteMs),
  }),
)

interface Report {
  readonly by: Tokens
  readonly dead: string
  /** How many questions WeCom had been asked by then. */
  readonly asked: number
}

/** Plays the steps, and looks at every outcome. */
const play = async (key: TokenKey, steps: readonly Step[]) => {
  const { clock, store, asked, start } = await createTokenStage()
  const processes = [start(), start()]
  const given = ['first']
  const reports: Report[] = []
  const wrong: string[] = []
  const under: Promise<void>[] = []
  let questions = 0
  let renewals = 0
  let generation = 0

  const fresh = () => `token-${given.length}`
  const named = (back: number) => (back === 0 ? fresh() : (given.at(-back) ?? fresh()))

  const pending = (): Asked | undefined => asked.find((one) => !one.isOver)

  const lastReport = (by: Tokens, dead: string) =>
    reports.findLast((report) => report.by === by && report.dead === dead)

  /** What WeCom answered to questions that were put after a report. */
  const answersSince = ({ asked: earlier }: Report): Asked[] =>
    asked.slice(earlier).filter(({ value }) => value !== null)

  /** It repeats one that WeCom has not answered yet, or insisted against a moment ago. */
  const saysNothingNew = (by: Tokens, dead: string): boolean => {
    const before = lastReport(by, dead)
    if (!before) return false
    const own = answersSince(before).filter((one) => one.by === by)
    const isOpen = own.length === 0
    return isOpen || own.some((one) => one.value === dead && one.begunAt + minuteMs > clock.now())
  }

  /** Who asks or reports after a report gets what was reported from WeCom's own hand alone. */
  const watch = (by: Tokens, getting: Promise<TokenRecord>): void => {
    const known = reports.filter((report) => report.by === by)
    const looked = getting.then(
      ({ value }) => {
        const report = known.findLast(({ dead }) => dead === value)
        if (!report) return
        const isInsistedOn = answersSince(report).some((one) => one.value === value)
        if (!isInsistedOn) wrong.push(`${value} came back`)
      },
      () => undefined,
    )
    under.push(looked)
  }

  const settle = async () => {
    await clock.advance(0)
    if (asked.filter((one) => !one.isOver).length > 1)
      wrong.push(`two calls at once: ${JSON.stringify(asked)}`)
    const stored = (await store.loadToken(key))?.generation ?? 0
    if (stored < generation) wrong.push(`the generation fell from ${generation} to ${stored}`)
    generation = stored
  }

  const take = async (one: Step): Promise<void> => {
    switch (one.does) {
      case 'get': {
        const by = processes[one.process]!
        questions += 1
        return watch(by, by.get(key))
      }
      case 'report': {
        const by = processes[one.process]!
        const dead = named(one.back)
        if (!saysNothingNew(by, dead)) reports.push({ by, dead, asked: asked.length })
        questions += 1
        return watch(by, by.replace(key, dead))
      }
      case 'renew':
        renewals += 1
        return processes[one.process]!.renewDue()
      case 'answer': {
        const value = named(one.back)
        const waiting = pending()
        if (waiting && !given.includes(value)) given.push(value)
        return waiting?.answer(value)
      }
      case 'fail':
        return pending()?.fail(one.errcode)
      case 'wait':
        return clock.advance(one.ms)
    }
  }

  for (const one of steps) {
    await take(one)
    await settle()
  }
  // Whoever still waits gets an answer in the end.
  let waits = true
  const over = Promise.all(under).then(() => {
    waits = false
  })
  for (let n = 0; waits && n < 100; n++) {
    pending()?.answer(`token-${given.length}`)
    given.push(`token-${given.length}`)
    await clock.advance(secondMs)
  }
  if (waits) wrong.push('somebody waits for ever')
  else await over
  return { wrong, calls: asked.length, most: 2 * (questions + renewals) }
}

describe.each([
  ['suite’s token', suiteToken],
  ['company’s token', corpToken],
  ['company’s ticket', ticket],
] as const)('a %s, whatever comes in whatever order', (_, key) => {
  test(
    'never comes back to who reported it dead, unless WeCom insists; nothing is asked twice at once',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const { wrong, calls, most } = await play(key, steps)
          expect(wrong).toEqual([])
          expect(calls).toBeLessThanOrEqual(most)
        }),
        runs(100),
      )
    },
    patienceMs,
  )
})
