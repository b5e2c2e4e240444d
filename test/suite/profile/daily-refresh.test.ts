import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import { createMemoryStore } from '../../../src/store/memory/memory-store'
import type { CorpStatus } from '../../../src/store/store'
import { createDailyRefresh } from '../../../src/suite/profile/daily-refresh'
import { createSuites, type Suite } from '../../../src/suite/suites'
import { freshBytes } from '../../fresh-bytes'
import { createManualClock } from '../../manual-clock'

const suite: Suite = {
  key: 'default',
  kind: 'app',
  pairs: { current: null, previous: null },
  suiteId: 'wwsuite',
  suiteSecret: null,
  receiveIdEmpty: false,
  installMode: 'formal',
  observes: false,
  trustedDomains: [],
}

/** So many companies, and who was refreshed in the last turn. */
const setUp = async (
  count: number,
  status: CorpStatus = 'authorized',
  suiteId = 'wwsuite',
  isAnswered = true,
) => {
  const clock = createManualClock(0)
  const store = createMemoryStore({ clock, freshBytes })
  for (let n = 0; n < count; n++) {
    await store.changeCorp(suiteId, `wp${n}`, () => ({
      version: 1,
      suiteId,
      corpid: `wp${n}`,
      name: '',
      agentid: null,
      status,
      statusReason: null,
      statusAt: 0,
      permanentCode: 'code',
      authorizedAt: n,
      installEventId: null,
      authMode: null,
      authInfo: null,
    }))
  }
  let refreshed: string[] = []
  const refreshDue = createDailyRefresh({
    suites: createSuites(
      [suite],
      { corpid: null, secret: null, systemPair: null, hasOwnLogin: false },
      null,
    ),
    store,
    corpVisits: store,
    clock,
    refresh: async ({ corpid }) => {
      refreshed.push(corpid)
      return isAnswered
    },
  })
  const turn = async (): Promise<string[]> => {
    refreshed = []
    await refreshDue()
    await clock.advance(minuteMs)
    return refreshed
  }
  return { turn }
}

const turns = async (turn: () => Promise<string[]>, count: number): Promise<string[][]> => {
  const all: string[][] = []
  for (let n = 0; n < count; n++) all.push(await turn())
  return all
}

describe('the daily refresh', () => {
  test('comes to each of three thousand companies within a day, a few in a minute', async () => {
    const { turn } = await setUp(3000)
    const day = await turns(turn, 24 * 60)
    expect(Math.max(...day.map(({ length }) => length))).toBe(3)
    expect(new Set(day.flat()).size).toBe(3000)
  })

  test('comes to a single company once a day', async () => {
    const { turn } = await setUp(1)
    const twoDays = await turns(turn, 48 * 60)
    expect(twoDays.flat()).toHaveLength(2)
  })

  test('comes again in an hour to one of which not all could be asked', async () => {
    const { turn } = await setUp(1, 'authorized', 'wwsuite', false)
    const day = await turns(turn, 24 * 60)
    expect(day.flat()).toHaveLength(24)
  })

  test.each<CorpStatus>(['suspended', 'invalid', 'cancelled'])(
    'passes over those that are %s',
    async (status) => {
      const { turn } = await setUp(3, status)
      expect((await turns(turn, 60)).flat()).toEqual([])
    },
  )

  test('passes over companies of a suite that is configured no more', async () => {
    const { turn } = await setUp(3, 'authorized', 'wwgone')
    expect((await turns(turn, 60)).flat()).toEqual([])
  })
})
