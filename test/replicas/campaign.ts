/**
 * A campaign: replicas serve a town of companies while they are killed, paused and cut off, and
 * while their database goes; then what they left is judged.
 */
import { systemClock } from '../../src/clock'
import type { ReplicaStatus } from '../../src/suite/operations/replica-status'
import { pageUrl } from '../binary/suited'
import { until } from '../binary/until'
import { type Bustle, createLife } from '../crash/life'
import { createTown } from '../crash/town'
import type { PostgresServer } from '../postgres/server'
import { createSeries } from '../scene'
import { createSecretSearch, secretsOf } from '../secrets-in-clear'
import { createDisturbances, type Disturbance } from './disturbances'
import { createFleet, encryptionKey, type Fleet } from './fleet'
import { type DatabaseVerdict, judgeDatabase } from './judge-database'
import { allWork } from './readiness'
import { startReceiver } from './receiver'
import { type Told, whatWasTold } from './told'
import { watchDatabase } from './witness'

export interface CampaignFigures extends Omit<Told, 'authorised'> {
  readonly happened: Record<string, number>
  readonly steps: Readonly<Record<string, number>>
  readonly eventsAcknowledged: number
  readonly ticketsAcknowledged: number
  readonly installsExchanged: number
  readonly signaturesAccepted: number
  /** How many answers left with which status, as the balancer saw it. */
  readonly answers: Readonly<Record<string, number>>
  /** Milliseconds from the end of each disturbance until a page was signed again. */
  readonly longestBackMs: number
  readonly delivered: number
  /** Deliveries that came more than once: attempts that something cut off. */
  readonly deliveredAgain: number
  /** Bad signatures, and bodies that changed. */
  readonly deliveredWrong: readonly string[]
  /** Events of a company that came before an older one of it. */
  readonly outOfOrder: readonly string[]
  readonly undelivered: readonly string[]
  readonly secretsTold: readonly string[]
  readonly verdict: DatabaseVerdict
}

/** What came first after another event of its company that has a later place. */
const outOfOrder = (
  places: ReadonlyMap<string, number>,
  received: ReadonlyMap<string, { readonly corpid: string | null }>,
): string[] => {
  const latest = new Map<string, number>()
  const wrong: string[] = []
  for (const [id, { corpid }] of received) {
    const at = places.get(id)
    if (corpid === null || at === undefined) continue
    const before = latest.get(corpid) ?? 0
    if (at < before) wrong.push(`${corpid}: ${id}`)
    latest.set(corpid, Math.max(at, before))
  }
  return wrong
}

export const runReplicas = async (options: {
  readonly seed: number
  /** How many replicas there are; three unless given. */
  readonly count?: number
  /** What happens, in this order. */
  readonly plan: (all: readonly Disturbance[], fleet: Fleet) => Iterable<Disturbance>
  /** The database's server, if it is there already. */
  readonly server?: PostgresServer
  /** What goes on around them; much unless given. */
  readonly bustle?: Bustle | undefined
  /** With which everything is sealed at the end; that of the start unless given. */
  readonly finalKey?: string
  /** The library with which each replica has a clock of its own. */
  readonly faketime?: string
  /** To be done once all replicas run, before anything happens to them. */
  readonly onReady?: (fleet: Fleet) => Promise<void>
}): Promise<CampaignFigures> => {
  const random = createSeries(options.seed)
  const key = options.finalKey ?? encryptionKey
  const town = createTown(random)
  const { simulator, suite, ledger } = town
  const receiver = startReceiver()
  const fleet = await createFleet({
    count: options.count ?? 3,
    wecom: (request) => simulator.app.handle(request),
    server: options.server,
    faketime: options.faketime,
    configuration: receiver.endpoint,
    settings: {
      WECOM_TOKEN: suite.token,
      WECOM_ENCODING_AES_KEY: suite.encodingAesKey,
      WECOM_SUITE_ID: suite.suiteId,
      WECOM_SUITE_SECRET: suite.suiteSecret,
      WECOM_PROVIDER_CORPID: simulator.world.provider.corpid,
      SUITED_LOG_LEVEL: 'debug',
    },
  })
  const { replicas, balancer, database } = fleet
  const origin = `http://127.0.0.1:${balancer.port}`
  suite.commandUrl = `${origin}/callback/command`
  suite.dataUrl = `${origin}/callback/data/$CORPID$`
  let known: ReadonlySet<string> = new Set()
  const life = createLife({
    town,
    random,
    origin,
    known: (corpid) => known.has(corpid),
    bustle: options.bustle,
  })
  const happened: Record<string, number> = {}
  let longestBackMs = 0

  const asked = async () => replicas.find(({ running }) => running)!.suited

  const learnCompanies = async () => {
    const { items = [] } = await (await asked()).ask('/api/corps?limit=200')
    known = new Set(items.map(({ corpid }: { corpid: string }) => corpid))
  }

  /**
   * Its code went with a killed replica, for all that the others know: it waits ten minutes, and so
   * does the removal behind it.
   */
  const mayWake = ({ lastError }: { lastError: string | null }) =>
    lastError?.includes('Another process had begun its exchange') ||
    lastError?.includes('An install that came before it is not exchanged yet')

  const settle = async () => {
    let pending = ''
    simulator.faults.clear()
    await life.pause()
    await life.giveTicket()
    await life.tellDepartures()
    await until('an event log with nothing to do', async () => {
      const suited = await asked()
      const { items } = await suited.ask('/api/events?status=pending&limit=200')
      const left = items?.filter((item: { lastError: string | null }) => !mayWake(item))
      for (const { id, attempts } of left ?? []) {
        if (attempts > 0) await suited.ask(`/api/events/${id}/retry`, { method: 'POST' })
      }
      pending = JSON.stringify(left)
      const { replicas: living } = await suited.ask('/api/status')
      const codesToLand = living?.some((one: ReplicaStatus) => one.inHand.permanentCodes > 0)
      return left?.length === 0 && !codesToLand
    }).catch((error) => {
      throw new Error(`${error.message}: ${pending}`)
    })
  }

  const allDelivered = async () => {
    let left = ''
    await until('nothing to be on its way to the business app', async () => {
      const { items } = await (await asked()).ask('/api/endpoints')
      left = JSON.stringify(items)
      return items?.every(({ pending }: { pending: number }) => pending === 0)
    }).catch((error) => {
      throw new Error(`${error.message}: ${left}`)
    })
  }

  const everySigned = async (): Promise<number> => {
    let accepted = 0
    for (const replica of replicas) {
      for (const corpid of town.corpids) {
        const answer = await replica.suited.sign(corpid)
        if (answer.status !== 200) continue
        const signed = (await answer.json()) as {
          timestamp: number
          nonceStr: string
          signature: string
        }
        const page = {
          suiteId: suite.suiteId,
          corpid,
          type: 'config' as const,
          url: pageUrl,
          ...signed,
        }
        if (simulator.acceptsSignature(page).ok) accepted += 1
      }
    }
    return accepted
  }

  const worksAgain = async () => {
    const began = systemClock.now()
    await allWork(replicas)
    longestBackMs = Math.max(longestBackMs, systemClock.now() - began)
  }

  try {
    await replicas[0]!.start()
    await watchDatabase(database)
    await Promise.all(replicas.slice(1).map((replica) => replica.start()))
    await options.onReady?.(fleet)
    await life.giveTicket()
    life.goOn()
    await until('companies', async () => {
      await learnCompanies()
      return known.size > 3
    })
    for (const disturbance of options.plan(createDisturbances(fleet, random), fleet)) {
      await disturbance.happen()
      happened[disturbance.name] = (happened[disturbance.name] ?? 0) + 1
      await worksAgain()
      await learnCompanies()
    }
    await settle()
    await allDelivered()
    const signaturesAccepted = await everySigned()
    const { authorised, ...told } = whatWasTold(fleet.written())
    const verdict = await judgeDatabase({
      town,
      database,
      key,
      authorised,
      codesOfKilled: fleet.codesOfKilled,
    })
    const secrets = new Map(secretsOf(simulator.world)).set(key, 'encryption key')
    return {
      happened,
      steps: life.steps,
      eventsAcknowledged: [...ledger.messages.values()].filter((one) => one.acknowledged).length,
      ticketsAcknowledged: ledger.ticketsTaken(),
      installsExchanged: authorised.size,
      signaturesAccepted,
      answers: balancer.answers,
      ...told,
      longestBackMs,
      delivered: receiver.received.size,
      deliveredAgain: [...receiver.received.values()].filter(({ times }) => times > 1).length,
      deliveredWrong: receiver.wrong,
      outOfOrder: [verdict.dispatched, verdict.arrivedWithoutWork].flatMap((places) =>
        outOfOrder(places, receiver.received),
      ),
      undelivered: [...verdict.dispatched.keys()].filter((id) => !receiver.received.has(id)),
      secretsTold: createSecretSearch(secrets)(fleet.written()).map(
        (secret) => `${secrets.get(secret)}`,
      ),
      verdict,
    }
  } finally {
    const pausing = life.pause()
    await fleet.stop()
    await town.stop()
    await receiver.stop()
    await pausing
  }
}
