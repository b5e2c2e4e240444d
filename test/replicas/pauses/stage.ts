/** Replicas with companies and a business app, of which some are paused and go on later. */
import { secondMs, systemClock } from '../../../src/clock'
import { createSimulator, type Simulator } from '../../../src/simulator/simulator'
import type { Suite } from '../../../src/simulator/world/world'
import type { Database } from '../../../src/store/postgres/connection/database'
import { until } from '../../binary/until'
import { createFleet, type Fleet, type Replica } from '../fleet'
import { type Received, startReceiver } from '../receiver'

export interface Stage {
  readonly fleet: Fleet
  readonly database: Database
  readonly simulator: Simulator
  readonly suite: Suite
  readonly corpids: readonly string[]
  readonly received: ReadonlyMap<string, Received>
  /** What was wrong with deliveries: signatures, other bodies. */
  readonly wrong: readonly string[]
  /** Whoever is asked here says when, and what, the business app answers; null: it has it. */
  hold(answer: (delivery: Received) => Promise<Response> | null): void
  /** All others stand still while one works, but for those that do anyway; `work` takes seconds. */
  whileAlone<T>(replica: Replica, work: () => Promise<T>): Promise<T>
  /** Waits until others may take over what these hold: their lives are over. */
  livesOver(replicas: readonly Replica[]): Promise<void>
  stop(): Promise<void>
}

/** Whether a replica has ended what it was doing in a periodic job. */
export const hasEnded = async ({ suited }: Replica, name: string): Promise<boolean> => {
  const { jobs } = await suited.ask('/api/status')
  const isUnderWay = (job: { name: string; underWaySince?: number }) =>
    job.name === name && job.underWaySince !== undefined
  return !jobs.some(isUnderWay)
}

const tooLate = async (): Promise<never> => {
  await systemClock.sleep(20 * secondMs)
  throw new Error('what was to be done alone did not come true in time')
}

const aliveSql = `
  SELECT id FROM replicas
  WHERE alive_until > extract(epoch FROM clock_timestamp()) * 1000`

export const openStage = async (count: number, companies: number): Promise<Stage> => {
  let held: Parameters<Stage['hold']>[0] = () => null
  const receiver = startReceiver((delivery) => held(delivery) ?? new Response('ok'))
  const simulator = createSimulator({
    clock: systemClock,
    random: Math.random,
    // Each push on a connection of its own: a kept one may lead to somebody who stands still.
    send: (url, init) => fetch(url, { ...init, keepalive: false }),
    retryAfterMs: 400,
    companies: Array.from({ length: companies }, (_, n) => ({ name: `Company ${n + 1}` })),
  })
  const suite = [...simulator.world.suites.values()][0]!
  const corpids = [...simulator.world.companies.keys()]
  const fleet = await createFleet({
    count,
    wecom: (request) => simulator.app.handle(request),
    configuration: receiver.endpoint,
    settings: {
      WECOM_TOKEN: suite.token,
      WECOM_ENCODING_AES_KEY: suite.encodingAesKey,
      WECOM_SUITE_ID: suite.suiteId,
      WECOM_SUITE_SECRET: suite.suiteSecret,
      WECOM_PROVIDER_CORPID: simulator.world.provider.corpid,
    },
  })
  const { database, replicas, balancer } = fleet
  suite.commandUrl = `http://127.0.0.1:${balancer.port}/callback/command`
  suite.dataUrl = `http://127.0.0.1:${balancer.port}/callback/data/$CORPID$`

  const nothingLeft = async () => {
    const [left] = await database.query<{ count: number }>(
      `SELECT (SELECT count(*) FROM events WHERE status = 'pending' OR dispatch_at IS NOT NULL)::int
            + (SELECT count(*) FROM deliveries WHERE status = 'pending')::int AS count`,
    )
    return left?.count === 0
  }

  const install = async () => {
    await simulator.pusher.pushTicket(suite.suiteId)
    for (const corpid of corpids) await simulator.pusher.install(suite.suiteId, corpid)
    await until('all companies', async () => {
      const rows = await database.query(`SELECT 1 FROM corps WHERE status = 'authorized'`)
      return rows.length === companies
    })
    await until('an end of all work', nothingLeft)
    // As if they had purged just now: else whoever reads its settings again does it.
    await database.query(
      `INSERT INTO shared_work VALUES ('purge', extract(epoch FROM clock_timestamp()) * 1000)
       ON CONFLICT (work) DO UPDATE SET at = excluded.at`,
    )
  }

  const stop = async () => {
    await fleet.stop()
    await receiver.stop()
  }

  try {
    await Promise.all(replicas.map((replica) => replica.start()))
    await install()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    fleet,
    database,
    simulator,
    suite,
    corpids,
    received: receiver.received,
    wrong: receiver.wrong,
    hold(answer) {
      held = answer
    },
    async whileAlone(replica, work) {
      const others = replicas.filter((other) => other !== replica && !other.paused)
      for (const other of others) other.pause()
      try {
        return await Promise.race([work(), tooLate()])
      } finally {
        for (const other of others) other.goOn()
      }
    },
    async livesOver(paused) {
      await until('the end of their lives', async () => {
        const alive = await database.query<{ id: string }>(aliveSql)
        return !alive.some(({ id }) => paused.some((replica) => replica.id === id))
      })
    },
    stop,
  }
}
