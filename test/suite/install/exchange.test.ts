import { describe, expect, test } from 'bun:test'
import { hourMs, minuteMs } from '../../../src/clock'
import type { ClaimedEvent } from '../../../src/store/event-record'
import type { CorpRecord } from '../../../src/store/store'
import { createExchange } from '../../../src/suite/install/exchange'
import type { BeforeCode, InstallStage } from '../../../src/suite/install/install-stage'
import { WecomFailure } from '../../../src/wecom/api/failure'
import { createManualClock } from '../../manual-clock'
import { createRecordingLog } from '../../store/recording-log'

const event: ClaimedEvent = {
  id: 'event-1',
  suiteId: 'wwsuite',
  corpid: null,
  source: 'command',
  type: 'create_auth',
  receivedAt: 0,
  body: '',
  status: 'pending',
  lastError: null,
  attempts: 0,
  nextAttemptAt: 0,
  pendingSecret: null,
  dispatchAt: null,
  outgoing: null,
  deliveries: [],
  claim: 1,
  lostClaims: 0,
}

const spent = new WecomFailure('errcode', '/service/v2/get_permanent_code', { errcode: 40078 })

/**
 * What becomes of an auth_code that WeCom calls used: with so many claims lost, at a time, with
 * what is stored.
 */
const outcomeOf = (given: {
  lostClaims: number
  isVouchedFor?: boolean
  at?: number
  found?: (start: BeforeCode) => Promise<InstallStage>
}) => {
  const start: BeforeCode = {
    stage: 'before_code',
    event: { ...event, claim: 3, lostClaims: given.lostClaims },
    suiteId: 'wwsuite',
    authCode: 'auth-code',
    isVouchedFor: given.isVouchedFor ?? true,
  }
  const { exchange } = createExchange({
    tokens: { get: () => Promise.reject(spent), withToken: () => Promise.reject(spent) },
    calls: { fetchPermanentCode: () => Promise.reject(spent) },
    heldCodes: { assertWritable: async () => undefined, add: (_, code) => code },
    findStage: given.found ?? (async (same) => same),
    clock: createManualClock(given.at ?? 0),
    log: createRecordingLog(),
  })
  return exchange(start)
}

const landed = async ({ event: own }: BeforeCode): Promise<InstallStage> => ({
  stage: 'code_landed',
  event: own,
  record: { corpid: 'wpcorp', permanentCode: 'permanent-code' } as CorpRecord,
})

describe('an auth_code that WeCom calls used or unknown', () => {
  test('is lost where no earlier claim was lost', async () => {
    expect(await outcomeOf({ lostClaims: 0, found: landed })).toMatchObject({
      settlement: { status: 'dead' },
    })
  })

  test('is lost to nobody where a browser brought it without a good state, and goes soon', async () => {
    expect(await outcomeOf({ lostClaims: 0, isVouchedFor: false, at: minuteMs })).toMatchObject({
      settlement: { status: 'dead', purgeAt: minuteMs + 12 * hourMs },
    })
  })

  test('is exchanged if another process stored what it brought under a claim that was lost', async () => {
    expect(await outcomeOf({ lostClaims: 1, found: landed })).toMatchObject({
      stage: 'code_landed',
    })
  })

  test('is looked for again after a lost claim, for as long as another process may bring its code', async () => {
    const at = 10 * minuteMs
    expect(await outcomeOf({ lostClaims: 1, at })).toMatchObject({
      settlement: { status: 'pending', nextAttemptAt: at + minuteMs },
    })
  })

  test('is lost after a lost claim once ten minutes and a claim are over', async () => {
    const at = 15 * minuteMs
    expect(await outcomeOf({ lostClaims: 1, at })).toMatchObject({ settlement: { status: 'dead' } })
  })

  test('is not lost while nobody can tell what is stored', async () => {
    const found = () => Promise.reject(new Error('the store is away'))
    expect(await outcomeOf({ lostClaims: 1, at: 15 * minuteMs, found })).toMatchObject({
      settlement: { status: 'pending' },
    })
  })
})
