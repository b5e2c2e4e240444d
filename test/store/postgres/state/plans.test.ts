import { expect, test } from 'bun:test'
import { dayMs, hourMs } from '../../../../src/clock'
import { describeWithTool } from '../../../optional-tool'
import { sharedServer } from '../../../postgres/database'
import { findPostgres } from '../../../postgres/server'
import { startMs } from '../../conformance/bench'
import { corp, corpToken, saveInTurn, suiteId, token } from '../../conformance/records'
import { usePools } from '../connection/pool-bench'
import { useStateBench } from './state-bench'

/** A plan is worth looking at where a walk over the table would cost more than the index. */
const companies = Bun.env.SUITED_LONG_TESTS === '1' ? 100_000 : 5000

const fill = `
INSERT INTO corps (suite_id, corpid, record, version, status, name, folded, agentid, authorized_at,
  has_code, open_corpid, install_event_id, status_at, recheck_at)
SELECT CASE n % 10 WHEN 0 THEN 'wwsmall' ELSE $1 END, 'wp' || n, $2, n,
  CASE WHEN n % 50 = 0 THEN 'suspended' ELSE 'authorized' END, 'Company ' || n, 'company ' || n, n,
  $3::bigint + n, true, 'wo' || n, 'event-' || n, $3::bigint,
  CASE WHEN n % 50 = 0 THEN $3::bigint + ${hourMs} + n END
FROM generate_series(1, $4::int) AS n`

const fillTokens = `
INSERT INTO tokens (suite_id, corpid, kind, generation)
SELECT suite_id, corpid, kind, 0
FROM corps, unnest(ARRAY['access_token', 'jsapi_ticket', 'agent_ticket']) AS kind`

/** The server counts walks over a whole table, for each connection until that tells of them. */
const countWalks = `
SELECT coalesce(sum(seq_scan), 0)::int AS walks FROM pg_stat_user_tables
WHERE relname IN ('corps', 'tokens')`

/** A statement has a plan for any values from its sixth run on. */
const runs = 8

describeWithTool('PostgreSQL', findPostgres, `the statements of ${companies} companies`, () => {
  const bench = useStateBench()
  const openPool = usePools()

  test('go by an index: none walks over all companies or all tokens', async () => {
    // One connection: what it did is counted when it says so.
    const database = openPool((await sharedServer()).urlOf('postgres'), 1)
    const { store } = await bench.open({ database })
    const { corpid } = corpToken
    const record = corp({ corpid, installEventId: 'event-own', openCorpid: 'woOwn' })
    await database.transaction(
      async (query) => {
        await query(fill, [suiteId, JSON.stringify(record), startMs, companies])
        await query(fillTokens)
      },
      { withinMs: 240_000 },
    )
    await database.query('ANALYZE corps, tokens', [], { withinMs: 240_000 })
    await store.changeCorp(suiteId, corpid, () => record)

    const walks = async () => {
      await database.query('SELECT pg_stat_force_next_flush()')
      const [row] = await database.query<{ walks: number }>(countWalks)
      return row?.walks ?? -1
    }
    const calls: Record<string, (n: number) => Promise<unknown>> = {
      loadCorp: () => store.loadCorp(suiteId, corpid),
      changeCorp: (n) => store.changeCorp(suiteId, corpid, () => ({ ...record, name: `n${n}` })),
      suspend: (n) =>
        store.changeCorp(suiteId, corpid, () => ({
          ...record,
          status: n % 2 ? 'suspended' : 'authorized',
          statusAt: startMs + n,
        })),
      replaceCode: (n) =>
        store.changeCorp(suiteId, corpid, () => ({ ...record, permanentCode: `code-${n}` })),
      findByInstall: () => store.findCorpByInstallEvent(suiteId, 'event-own'),
      findByOpenCorpid: () => store.corpidOfOpenCorpid(suiteId, 'woOwn'),
      listNewest: () => store.listCorps({ limit: 50 }),
      listOfSuite: () => store.listCorps({ limit: 50, suiteId }),
      listSuspended: () => store.listCorps({ limit: 50, status: 'suspended' }),
      listPage: (n) =>
        store.listCorps({ limit: 50, cursor: `${startMs + 3000 + n}.${suiteId}.wp1` }),
      listIds: () => store.listCorpIds(),
      listSuites: () => store.listSuiteIds(),
      loadSuite: () => store.loadSuite(suiteId),
      suitesOfCorp: () => store.suitesOfCorp(corpid),
      takeRechecks: async () => {
        await bench.clock.leap(hourMs)
        return store.takeRechecks([suiteId, 'wwsmall'], 20)
      },
      takeRefreshes: async () => {
        await bench.clock.leap(dayMs)
        return store.takeRefreshes([suiteId, 'wwsmall'], 20)
      },
      hearOfCorp: () => store.hearOfCorp(suiteId, corpid),
      refreshCorpAt: (n) => store.refreshCorpAt(suiteId, corpid, startMs + n),
      token: async (n) => {
        const stored = await store.loadToken(corpToken)
        const generation = (stored?.generation ?? 0) + 1
        const next = token({ generation, value: `token-${n}` })
        await saveInTurn(store, corpToken, next, generation - 1)
        await store.endToken(corpToken, next)
      },
      noteRefusal: async () => {
        const turn = (await store.takeTokenTurn(corpToken, 1000))?.turn
        await turn?.extend(2000)
        if (turn) await store.noteRefusal(corpToken, null, turn)
      },
      removeCorp: () => store.removeCorp(suiteId, corpid, () => true),
    }
    const walking: string[] = []
    for (const [name, call] of Object.entries(calls)) {
      const before = await walks()
      for (let n = 0; n < runs; n++) await call(n)
      if ((await walks()) > before) walking.push(name)
    }
    expect(walking).toEqual([])
  }, 300_000)
})
