import { describe, expect, test } from 'bun:test'
import type { ClaimedEvent } from '../../../src/store/event-record'
import { createMemoryStore } from '../../../src/store/memory/memory-store'
import type { CorpRecord } from '../../../src/store/store'
import { createCorps } from '../../../src/suite/corps'
import { createHeldCodeStore, type HeldCodes } from '../../../src/suite/install/held-codes'
import { createFindStage } from '../../../src/suite/install/install-stage'
import { freshBytes } from '../../fresh-bytes'
import { createManualClock } from '../../manual-clock'
import { createRecordingLog } from '../../store/recording-log'

const suiteId = 'wwsuite'
const corpid = 'wpcorp'
const code = { corpid, name: '', permanentCode: 'permanent-code', authorizedAt: 1000 }

const event: ClaimedEvent = {
  id: 'event-1',
  suiteId,
  corpid: null,
  source: 'command',
  type: 'create_auth',
  receivedAt: 1000,
  body: '',
  status: 'pending',
  lastError: null,
  attempts: 1,
  nextAttemptAt: 1000,
  pendingSecret: null,
  dispatchAt: null,
  outgoing: null,
  deliveries: [],
  claim: 1,
  lostClaims: 0,
}

const record: CorpRecord = {
  version: 1,
  suiteId,
  corpid,
  name: '',
  agentid: null,
  status: 'authorized',
  statusReason: null,
  statusAt: 1000,
  permanentCode: 'permanent-code',
  authorizedAt: 1000,
  installEventId: event.id,
  authMode: null,
  authInfo: null,
}

const stageOf = async (parts: {
  event?: Partial<ClaimedEvent>
  record?: Partial<CorpRecord>
  held?: HeldCodes
}) => {
  const clock = createManualClock(2000)
  const store = createMemoryStore({ clock, freshBytes })
  const own = parts.record
  if (own) await store.changeCorp(suiteId, corpid, () => ({ ...record, ...own }))
  const heldCodes = createHeldCodeStore({
    held: parts.held ?? new Map(),
    store,
    eventLog: { savePendingSecret: async () => undefined, checkWritable: async () => undefined },
    clock,
    log: createRecordingLog(),
  })
  const corps = createCorps({ store, clock, messagesArrive: async () => false })
  const findStage = createFindStage({ store, corps, heldCodes })
  const found = { ...event, ...parts.event }
  const start = { stage: 'before_code', event: found, suiteId, authCode: 'auth-code' } as const
  return findStage({ ...start, isVouchedFor: true })
}

describe('the stage of an install', () => {
  test('is before the code at the first try', async () => {
    expect(await stageOf({})).toMatchObject({ stage: 'before_code', authCode: 'auth-code' })
  })

  test('is the code held if it is beside its event', async () => {
    const saved = JSON.stringify(code)
    expect(await stageOf({ event: { pendingSecret: saved } })).toMatchObject({
      stage: 'code_held',
      code,
    })
  })

  test('is the code held if it is in memory alone', async () => {
    const held: HeldCodes = new Map([[event.id, { suiteId, code, place: 'in memory' }]])
    expect(await stageOf({ held })).toMatchObject({ stage: 'code_held', code })
  })

  test('is the code landed once a document names the event, whatever is still held of it', async () => {
    const held: HeldCodes = new Map([[event.id, { suiteId, code, place: null }]])
    expect(await stageOf({ record: {}, held })).toMatchObject({ stage: 'code_landed', record })
    expect(held.size).toBe(0)
  })

  test.each<[string, Partial<CorpRecord>]>([
    ['erased', { status: 'cancelled', permanentCode: null, installEventId: null }],
    ['replaced', { authorizedAt: 1001, installEventId: 'event-2' }],
  ])('is the end if what it brought was %s meanwhile', async (_, changed) => {
    const stage = await stageOf({ event: { corpid }, record: changed })
    expect(stage).toEqual({ stage: 'try_ended', settlement: { status: 'done' } })
  })

  test('can’t be told if what is beside the event is no code: nothing is exchanged', async () => {
    await expect(stageOf({ event: { pendingSecret: '{}' } })).rejects.toThrow()
  })
})
