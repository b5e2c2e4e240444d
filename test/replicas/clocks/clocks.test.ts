/** What replicas promise on machines whose clocks are ten minutes off, one of which jumps. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { minuteMs, secondMs, systemClock } from '../../../src/clock'
import { until } from '../../binary/until'
import { authorised } from '../../binary/wecom'
import { describeWithTool } from '../../optional-tool'
import { findPostgres } from '../../postgres/server'
import type { Replica } from '../fleet'
import { whatWasSeen } from '../witness'
import { findFaketime } from './machine-clock'
import { lifeSeconds, offMs, type SkewedFleet, startSkewedFleet } from './skewed-fleet'
import { type TokenUse, useTokens } from './token-use'

const long = Bun.env.SUITED_LONG_TESTS === '1'
const jumps = long ? [2, 0, -2, 10, -10, 0].map((minutes) => minutes * minuteMs) : [offMs, 0]
const renewals = long ? 20 : 1
const fetchPaths = ['/cgi-bin/service/get_corp_token', '/cgi-bin/get_jsapi_ticket']

const idOf = ({ suited }: Replica): string =>
  String(suited.logs().find(({ message }) => message === 'suited is listening')?.replica)

/** The levels of what it said of its clock, and by how many seconds that was ahead. */
const toldInLog = ({ suited }: Replica) =>
  suited
    .logs()
    .filter(({ message }) => message.startsWith('the clock of this machine'))
    .map(({ level, clockOffsetMs }) => [level, Math.round(-Number(clockOffsetMs) / secondMs) + 0])

const isReady = async ({ suited }: Replica) => (await fetch(`${suited.url}/readyz`)).status === 200

describeWithTool('PostgreSQL', findPostgres, 'three replicas', (postgres) => {
  describeWithTool('faketime', findFaketime, 'on machines with other times', (faketime) => {
    let stage: SkewedFleet
    let use: TokenUse
    let jumped: Promise<void>

    const jump = async () => {
      const { behind, ahead, jumping } = stage
      const ready = (wanted: readonly boolean[]) =>
        until(`ready: ${wanted}`, async () => {
          const all = await Promise.all([behind, ahead, jumping].map(isReady))
          return all.join() === wanted.join()
        })
      await ready([false, false, true])
      for (const [n, aheadMs] of jumps.entries()) {
        jumping.machineClock?.set(aheadMs)
        await until(`jump ${n}`, () => toldInLog(jumping).length === n + 1)
        // Where nobody has the right time nobody stands back.
        await ready(aheadMs === 0 ? [false, false, true] : [true, true, true])
      }
    }

    // All that takes long goes on at once: the tests only wait for its end.
    beforeAll(async () => {
      stage = await startSkewedFleet({ postgres, faketime })
      use = useTokens({ ...stage, corpid: stage.corpids[0] })
      jumped = jump()
      jumped.catch(() => undefined)
    }, 2 * minuteMs)
    afterAll(async () => {
      await use?.stop()
      await stage?.stop()
    })

    /** What each of them tells of the clock of one. */
    const toldOf = (replica: Replica) =>
      Promise.all(
        stage.fleet.replicas.map(async ({ suited }) => {
          const { replicas, warnings } = await suited.ask('/api/status')
          const id = idOf(replica)
          const { clockOffsetMs } = replicas.find((one: { id: string }) => one.id === id)
          const warned = warnings.filter((text: string) => text.includes(`clock of replica ${id} `))
          return { aheadMs: -clockOffsetMs, warned }
        }),
      )

    test('are told of by each of them, with how far they are off', async () => {
      const { fleet, behind, ahead, began } = stage
      for (const [replica, side] of [
        [behind, /(9|10) min behind the database’s/],
        [ahead, /(9|10) min ahead of the database’s/],
      ] as const) {
        const told = await until('all to know of it', async () => {
          const all = await toldOf(replica)
          return all.every(({ warned }) => warned.length > 0) ? all : null
        })
        for (const { aheadMs, warned } of told) {
          expect(Math.abs(aheadMs - replica.machineClock!.aheadMs)).toBeLessThan(secondMs)
          expect(warned).toEqual([expect.stringMatching(side)])
        }
        const aheadSeconds = replica.machineClock!.aheadMs / secondMs
        expect(toldInLog(replica)).toEqual([['error', aheadSeconds]])
      }
      const { replicas } = await fleet.replicas[0]!.suited.ask('/api/status')
      for (const { startedAt } of replicas) {
        expect(Math.abs(startedAt - began)).toBeLessThan(minuteMs)
      }
    })

    test(
      'say in their log when one jumps and when it is right again, and leave their work to who is right',
      async () => {
        await jumped
        expect(toldInLog(stage.jumping)).toEqual(
          jumps.map((aheadMs) => [aheadMs === 0 ? 'info' : 'error', aheadMs / secondMs]),
        )
      },
      2 * minuteMs,
    )

    test('lose no cancel_auth that came after an install, whoever gets which', async () => {
      const { fleet, behind, ahead, corpids, install, uninstall, pushTo } = stage
      const { suiteId, simulator } = stage
      const [used, first, second, third] = corpids
      await install(ahead, first)
      await install(behind, second)
      await until('authorisations', async () => {
        const both = [first, second].map((corpid) => authorised(ahead.suited, corpid))
        return (await Promise.all(both)).every((corp) => corp !== null)
      })
      await uninstall(behind, first)
      await uninstall(ahead, second)
      // Its code may not be exchanged yet.
      await install(ahead, third)
      await uninstall(behind, third)
      // One of an authorisation before ends nothing.
      const seconds = Math.floor(systemClock.now() / secondMs)
      for (const [replica, TimeStamp] of [
        [behind, seconds - 3600],
        [ahead, seconds - 60],
      ] as const) {
        pushTo(replica)
        const fields = { TimeStamp: String(TimeStamp) }
        const old = await simulator.pusher.pushEvent('cancel_auth', {
          suiteId,
          corpid: used,
          fields,
        })
        expect(old.status).toBe(200)
      }
      const statusOf = async ({ suited }: Replica, corpid: string): Promise<string> =>
        (await suited.ask(`/api/corps/${corpid}`)).status
      await until('nothing to be pending', async () => {
        const { items } = await behind.suited.ask('/api/events?status=pending&limit=9')
        return items.length === 0
      })
      for (const replica of fleet.replicas) {
        await until('departures', async () => {
          const all = [first, second].map((corpid) => statusOf(replica, corpid))
          return (await Promise.all(all)).every((status) => status === 'cancelled')
        })
        expect(await statusOf(replica, third)).not.toBe('authorized')
        expect(await statusOf(replica, used)).toBe('authorized')
      }
    })

    test('take callbacks that are fresh and hand them on, and refuse what was signed too long ago', async () => {
      const { fleet, simulator, suiteId, corpids, pushTo, receiver } = stage
      const { pusher, world } = simulator
      const push = () => pusher.message(suiteId, corpids[0], { text: crypto.randomUUID() })
      const before = receiver.received.size
      for (const replica of fleet.replicas) {
        pushTo(replica)
        expect((await push()).status).toBe(200)
        // Fresh by the time of its machine.
        world.rules.clockAheadMs = replica.machineClock?.aheadMs || offMs
        const stale = await push()
        world.rules.clockAheadMs = 0
        expect(stale).toMatchObject({ ok: false, status: 403 })
      }
      await until('deliveries', () => receiver.received.size >= before + fleet.replicas.length)
      expect(receiver.wrong).toEqual([])
    })

    test(
      'fetch each token once a life, give out none that ended, take nothing from who has it',
      async () => {
        const { simulator, corpids, fleet } = stage
        const { calls } = simulator
        await jumped
        for (let n = 1; n <= renewals; n++) {
          await until(`renewal ${n}`, () =>
            fetchPaths.every((path) => calls.count({ path, corpid: corpids[0] }) > n),
          )
        }
        await use.stop()
        const { tokensBackwards, undone, takenEarly } = await whatWasSeen(fleet.database)
        expect({ tokensBackwards, undone, takenEarly }).toEqual({
          tokensBackwards: [],
          undone: [],
          takenEarly: [],
        })
        expect(use.wrong).toEqual([])
        expect([...use.good.keys()].sort()).toEqual(fleet.replicas.map(({ name }) => name))
        for (const path of fetchPaths) {
          const times = calls.list({ path, corpid: corpids[0] }).map(({ at }) => at)
          const pauses = times.slice(1).map((at, n) => at - times[n]!)
          expect(Math.min(...pauses)).toBeGreaterThan((lifeSeconds / 2) * secondMs)
        }
        expect(calls.count({ path: '/cgi-bin/service/get_suite_token' })).toBe(1)
      },
      4 * minuteMs,
    )
  })
})
