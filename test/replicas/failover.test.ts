/** The primary goes for good, and its standby is promoted. */
import { expect, test } from 'bun:test'
import { minuteMs, secondMs, systemClock } from '../../src/clock'
import { builtBinary } from '../binary/build'
import { until } from '../binary/until'
import { describeWithTool } from '../optional-tool'
import { openForwarder } from '../postgres/forwarder'
import { findPostgres, type PostgresServer, startPostgres, startStandby } from '../postgres/server'
import { runReplicas } from './campaign'
import type { Disturbance } from './disturbances'
import type { Fleet } from './fleet'

const long = Bun.env.SUITED_LONG_TESTS === '1'

/** What goes on around a failover that is one of the ordinary tests. */
const bustle = { lanes: 3, longestRestMs: 300 }

const failover = (
  standby: PostgresServer,
  before: (fleet: Fleet) => Promise<void>,
): ((fleet: Fleet) => Disturbance) => {
  return (fleet) => ({
    name: 'the primary is lost and its standby promoted',
    async happen() {
      await systemClock.sleep(2 * secondMs)
      await before(fleet)
      await fleet.server.stop('immediate')
      await standby.promote()
      fleet.redirect(standby.port)
      await systemClock.sleep(2 * secondMs)
    },
  })
}

describeWithTool('PostgreSQL', findPostgres, 'a standby that is promoted', (bin) => {
  test(
    'has all that was answered for, if it follows synchronously',
    async () => {
      await builtBinary()
      const server = await startPostgres(bin, { durable: true })
      const standby = await startStandby(bin, server.port, { durable: true })
      const follow = async ({ database }: Fleet) => {
        await database.query(`ALTER SYSTEM SET synchronous_standby_names = '*'`)
        await database.query('SELECT pg_reload_conf()')
        await until('a synchronous standby', async () => {
          const rows = await database.query<{ sync_state: string }>(
            'SELECT sync_state FROM pg_stat_replication',
          )
          return rows.some(({ sync_state }) => sync_state === 'sync')
        })
      }
      const { verdict, ...figures } = await runReplicas({
        seed: 1,
        server,
        count: long ? 3 : 2,
        bustle: long ? undefined : bustle,
        onReady: follow,
        plan: function* (_, fleet) {
          yield failover(standby, async () => undefined)(fleet)
        },
      }).finally(() => standby.remove())
      process.stdout.write(`failover, synchronous: ${JSON.stringify(figures)}\n`)
      expect(figures.eventsAcknowledged).toBeGreaterThan(20)
      expect(verdict).toMatchObject({
        eventsLost: [],
        appliedTwice: [],
        codesLost: [],
        tokensBackwards: [],
        undone: [],
      })
    },
    5 * minuteMs,
  )

  if (!long) return
  test(
    'lacks what came in its last seconds, if it follows behind; nothing breaks for that',
    async () => {
      await builtBinary()
      const server = await startPostgres(bin, { durable: true })
      const way = await openForwarder(server.port)
      const standby = await startStandby(bin, way.port, { durable: true })
      const { verdict, ...figures } = await runReplicas({
        seed: 2,
        server,
        plan: function* (_, fleet) {
          yield failover(standby, async () => {
            // What is written from here on the standby never hears of.
            way.cut('from the server')
            await systemClock.sleep(secondMs)
          })(fleet)
        },
      }).finally(() => {
        way.close()
        return standby.remove()
      })
      process.stdout.write(
        `failover, asynchronous: ${JSON.stringify({ ...figures, lost: verdict.eventsLost.length })}\n`,
      )
      expect(figures.answers['500 internal_error'] ?? 0).toBe(0)
      expect(figures.signaturesAccepted).toBeGreaterThan(0)
      expect(verdict).toMatchObject({ appliedTwice: [], undone: [] })
    },
    5 * minuteMs,
  )
})
