/** A WeCom, and three replicas whose machines have other times than it and than their database. */
import { minuteMs, systemClock } from '../../../src/clock'
import type { PushResult } from '../../../src/simulator/push/delivery'
import { createSimulator, type Simulator } from '../../../src/simulator/simulator'
import { until } from '../../binary/until'
import { authorised } from '../../binary/wecom'
import { startPostgres } from '../../postgres/server'
import { createFleet, type Fleet, type Replica } from '../fleet'
import { startReceiver } from '../receiver'
import { watchDatabase } from '../witness'

export const offMs = 10 * minuteMs
/** Of the companies' tokens and tickets; a renewal begins in the last sixth of it. */
export const lifeSeconds = 6

export interface SkewedFleet {
  readonly fleet: Fleet
  /** Ten minutes behind, ten minutes ahead, and right until a test sets it. */
  readonly behind: Replica
  readonly ahead: Replica
  readonly jumping: Replica
  readonly simulator: Simulator
  readonly suiteId: string
  /** The first one has the app. */
  readonly corpids: readonly [string, string, string, string]
  /** When the first of them began, by the true time. */
  readonly began: number
  readonly receiver: ReturnType<typeof startReceiver>
  /** WeCom's pushes go to this one from now on. */
  pushTo(replica: Replica): void
  install(at: Replica, corpid: string): Promise<void>
  uninstall(at: Replica, corpid: string): Promise<void>
  stop(): Promise<void>
}

/** @param tools the folder of PostgreSQL's programs, and the library of libfaketime */
export const startSkewedFleet = async (tools: {
  readonly postgres: string
  readonly faketime: string
}): Promise<SkewedFleet> => {
  const receiver = startReceiver()
  const simulator = createSimulator({
    clock: systemClock,
    random: Math.random,
    send: (url, init) => fetch(url, init),
    retryAfterMs: 10,
    repeatedFetch: 'new',
    lifetimesSeconds: { access_token: lifeSeconds, jsapi_ticket: lifeSeconds },
    companies: ['A', 'B', 'C', 'D'].map((name) => ({ name })),
  })
  const { pusher, world } = simulator
  const suite = [...world.suites.values()][0]!
  const { suiteId } = suite
  const corpids = [...world.companies.keys()] as [string, string, string, string]
  const fleet = await createFleet({
    count: 3,
    wecom: (request) => simulator.app.handle(request),
    server: await startPostgres(tools.postgres, { durable: false }),
    configuration: receiver.endpoint,
    faketime: tools.faketime,
    settings: {
      WECOM_TOKEN: suite.token,
      WECOM_ENCODING_AES_KEY: suite.encodingAesKey,
      WECOM_SUITE_ID: suiteId,
      WECOM_SUITE_SECRET: suite.suiteSecret,
      WECOM_PROVIDER_CORPID: world.provider.corpid,
      SUITED_CALLBACK_MAX_AGE_SECONDS: '120',
    },
  })
  const [behind, ahead, jumping] = fleet.replicas as [Replica, Replica, Replica]
  behind.machineClock?.set(-offMs)
  ahead.machineClock?.set(offMs)

  const pushTo = ({ suited }: Replica) => {
    suite.commandUrl = `${suited.url}/callback/command`
    suite.dataUrl = `${suited.url}/callback/data/$CORPID$`
  }
  /** However late on a busy machine. */
  const taken = (push: PushResult | null) => {
    if (push?.status !== 200) throw new Error(`A push was not taken: ${push?.detail}`)
  }
  const install = async (at: Replica, corpid: string) => {
    pushTo(at)
    taken((await pusher.install(suiteId, corpid)).push)
  }

  const stop = async () => {
    await fleet.stop()
    await receiver.stop()
  }
  const begin = async () => {
    await Promise.all(fleet.replicas.map((replica) => replica.start()))
    await watchDatabase(fleet.database)
    pushTo(behind)
    taken(await pusher.pushTicket(suiteId))
    await install(ahead, corpids[0])
    await until('an authorisation', () => authorised(behind.suited, corpids[0]))
  }

  const began = systemClock.now()
  await begin().catch(async (error) => {
    await stop()
    throw error
  })
  return {
    fleet,
    behind,
    ahead,
    jumping,
    simulator,
    suiteId,
    corpids,
    began,
    receiver,
    pushTo,
    install,
    async uninstall(at, corpid) {
      pushTo(at)
      taken(await pusher.uninstall(suiteId, corpid))
    },
    stop,
  }
}
