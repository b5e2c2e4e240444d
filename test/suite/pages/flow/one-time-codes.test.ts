import { describe, expect, test } from 'bun:test'
import { factRule } from '../../../../src/events/fact-rule'
import { createMemoryEventLogData } from '../../../../src/store/memory/event-log-data'
import { createMemoryEventLog } from '../../../../src/store/memory/memory-event-log'
import type { Member } from '../../../../src/suite/pages/flow/member'
import {
  createOneTimeCodes,
  oneTimeCodeLifeMs,
} from '../../../../src/suite/pages/flow/one-time-codes'
import { freshBytes } from '../../../fresh-bytes'
import { createManualClock } from '../../../manual-clock'

const member: Member = {
  way: 'client',
  suiteId: 'ww1',
  corpid: 'wp1',
  corpName: '示例企业',
  userid: 'wo1',
  openUserid: null,
  agentid: 1000002,
  openid: null,
  externalUserid: null,
  userType: null,
  detail: { name: 'wo1', gender: '0', avatar: null, qrCode: null },
  loggedInAt: 1,
}

const createStage = () => {
  const clock = createManualClock(Date.UTC(2026, 10, 30, 9))
  const once = createMemoryEventLog(factRule, createMemoryEventLogData(), clock)
  return { clock, codes: createOneTimeCodes({ once, freshBytes }) }
}
const refused = { code: 'invalid_request' }
const failureOf = (work: Promise<unknown>) => work.catch((error: unknown) => error)

describe('a one-time code', () => {
  test('gives the member whole, once', async () => {
    const { codes } = createStage()
    const code = await codes.issue(member)

    expect(code).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(await codes.redeem(code)).toEqual(member)
    expect(await failureOf(codes.redeem(code))).toMatchObject(refused)
  })

  test('gives the member to one of many who ask at once', async () => {
    const { codes } = createStage()
    const code = await codes.issue(member)
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => codes.redeem(code)))

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('lives 60 seconds', async () => {
    const { clock, codes } = createStage()
    const [early, late] = [await codes.issue(member), await codes.issue(member)]
    await clock.advance(oneTimeCodeLifeMs - 1)
    expect(await codes.redeem(early)).toEqual(member)
    await clock.advance(1)
    expect(await failureOf(codes.redeem(late))).toMatchObject(refused)
  })

  test.each(['', 'x', 'A'.repeat(42), `${'A'.repeat(42)}%`, 'A'.repeat(10_000)])(
    'that is none is refused without a look at the storage: %p',
    async (code) => {
      const codes = createOneTimeCodes({
        freshBytes,
        once: {
          putOnce: () => Promise.reject(),
          takeOnce: () => Promise.reject(new Error('asked')),
        },
      })

      expect(await failureOf(codes.redeem(code))).toMatchObject(refused)
    },
  )

  test('is said to be unknown without being repeated', async () => {
    const { codes } = createStage()
    const code = 'A'.repeat(43)

    expect(String(await failureOf(codes.redeem(code)))).not.toContain(code)
  })
})
