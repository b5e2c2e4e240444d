/**
 * What goes on around suited all the time: companies come and go, members write, pages are opened.
 */
import { secondMs, systemClock } from '../../src/clock'
import { ServiceError } from '../../src/errors'
import type { Random } from '../../src/retry'
import { currentInstallation, installationsOf } from '../../src/simulator/world/installations'
import { adminToken, pageUrl } from '../binary/suited'
import type { Town } from './town'

export interface Life {
  /** Begins no more steps, and resolves when those under way have ended. */
  pause(): Promise<void>
  goOn(): void
  /** A fresh ticket, by itself. */
  giveTicket(): Promise<unknown>
  /**
   * WeCom tells again of every company that has left: a push that found nobody is tried for no
   * longer than a second here, and what waits for such a company waits for hours.
   */
  tellDepartures(): Promise<unknown>
  /** How many steps of each kind were made. */
  readonly steps: Readonly<Record<string, number>>
}

/** How much goes on at once, and how long each lane rests at most between two steps. */
export interface Bustle {
  readonly lanes: number
  readonly longestRestMs: number
}

const busy: Bustle = { lanes: 8, longestRestMs: 15 }
const patienceMs = 3 * secondMs

/**
 * @param origin where suited listens, whenever it does
 * @param known whether suited has a record of this company
 */
export const createLife = (parts: {
  town: Town
  random: Random
  origin: string
  known(corpid: string): boolean
  bustle?: Bustle | undefined
}): Life => {
  const { town, random, origin, known, bustle = busy } = parts
  const { simulator, suite, corpids, ledger } = town
  const { world, pusher } = simulator
  const { suiteId } = suite
  const counts: Record<string, number> = {}
  const firstTimeStamp = Math.floor(systemClock.now() / secondMs)
  let serial = 0
  let paused = true
  let running: Promise<unknown>[] = []

  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)]
  const installed = () => corpids.filter((corpid) => currentInstallation(world, suiteId, corpid))

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${origin}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(patienceMs),
    })

  /** Each with a TimeStamp of its own, so that there is no doubt which one is the newest. */
  const giveTicket = () =>
    pusher.pushEvent('suite_ticket', {
      suiteId,
      fields: {
        SuiteTicket: simulator.issueTicket(suiteId),
        TimeStamp: String(firstTimeStamp + ++serial),
      },
    })

  const tellDepartures = () =>
    Promise.all(
      corpids
        .filter((corpid) => known(corpid) && !currentInstallation(world, suiteId, corpid))
        .map((corpid) => pusher.pushEvent('cancel_auth', { suiteId, corpid })),
    )

  const steps: Record<string, { weight: number; run(): Promise<unknown> | undefined }> = {
    'a member writes': {
      weight: 20,
      run: () => pusher.message(suiteId, pick(corpids)!, { text: `message ${++serial}` }),
    },
    'a company installs the app, or authorises it again': {
      weight: 14,
      run: () => pusher.install(suiteId, pick(corpids)!),
    },
    'a company removes the app': {
      weight: 8,
      run: () => {
        const corpid = pick(installed())
        return corpid === undefined ? undefined : pusher.uninstall(suiteId, corpid)
      },
    },
    'an old removal comes late': {
      weight: 3,
      run: () => {
        const back = installed().filter((one) => installationsOf(world, suiteId, one).length > 1)
        const corpid = pick(back)
        const fields = { TimeStamp: String(firstTimeStamp - ++serial) }
        return corpid === undefined
          ? undefined
          : pusher.pushEvent('cancel_auth', { suiteId, corpid, fields })
      },
    },
    'a company changes what it grants': {
      weight: 8,
      run: () => {
        const corpid = pick(installed())
        return corpid === undefined
          ? undefined
          : pusher.changeAuth(suiteId, corpid, { authMode: random() < 0.5 ? 0 : 1 })
      },
    },
    'a ticket comes': { weight: 10, run: giveTicket },
    'an old ticket comes late': {
      weight: 3,
      run: () =>
        pusher.pushEvent('suite_ticket', {
          suiteId,
          fields: { SuiteTicket: 'late', TimeStamp: String(firstTimeStamp - ++serial) },
        }),
    },
    'a push is repeated': {
      weight: 5,
      run: () => {
        const recent = [...ledger.messages.values()].slice(-50)
        const again = pick(recent.filter(({ body }) => body.includes('<InfoType>')))
        return again && pusher.push(suiteId, again.body, { type: again.type })
      },
    },
    'a member without a licence comes': {
      weight: 15,
      run: () => {
        const corpid = pick(corpids.filter(known))
        const fields = { CreateTime: String(firstTimeStamp + ++serial) }
        return corpid === undefined
          ? undefined
          : pusher.pushEvent('event.unlicensed_notify', { suiteId, corpid, fields })
      },
    },
    'a page is signed': {
      weight: 15,
      run: () => {
        const type = random() < 0.5 ? 'config' : 'agent_config'
        return ask(`/sign?${new URLSearchParams({ corpid: pick(corpids)!, url: pageUrl, type })}`)
      },
    },
    'a token is reported dead': {
      weight: 8,
      run: async () => {
        const corpid = pick(corpids)!
        const ofSuite = random() < 0.3
        const path = `/api/${ofSuite ? `suites/${suiteId}` : `corps/${corpid}`}/access-token`
        const { accessToken } = (await (await ask(path)).json()) as { accessToken?: string }
        if (accessToken === undefined) return
        simulator.killTokens(
          ofSuite ? { kind: 'suite_access_token' } : { kind: 'access_token', corpid },
        )
        return ask(path, { method: 'POST', body: JSON.stringify({ dead: accessToken }) })
      },
    },
  }
  const lots = Object.entries(steps).flatMap(([name, { weight }]) =>
    Array<string>(weight).fill(name),
  )

  const lane = async () => {
    while (!paused) {
      const name = pick(lots)!
      try {
        const work = steps[name]!.run()
        if (work) counts[name] = (counts[name] ?? 0) + 1
        await work
      } catch (error) {
        // That nobody listens just now is what a campaign is about; this is a mistake of the
        // script.
        if (error instanceof ServiceError) throw error
      }
      await systemClock.sleep(random() * bustle.longestRestMs)
    }
  }

  return {
    steps: counts,
    giveTicket,
    tellDepartures,
    goOn() {
      paused = false
      running = Array.from({ length: bustle.lanes }, lane)
    },
    async pause() {
      paused = true
      await Promise.all(running)
    },
  }
}
