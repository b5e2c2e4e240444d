/** The things that happen in an ordinary hour, each checked on the spot. */
import type { Random } from '../../src/retry'
import { currentInstallation } from '../../src/simulator/world/installations'
import { pageUrl, type Suited } from '../binary/suited'
import type { Town } from '../crash/town'
import type { Happening } from './ordinary-hour'

/** Companies that come and go; all others stay. */
const guests = 2

export interface Deeds {
  readonly all: Readonly<Record<Happening, () => Promise<void>>>
  readonly stayers: readonly string[]
  /** How often a guest came. */
  visits(): number
  /** The slowest answers so far, in milliseconds. */
  readonly slowestMs: { signature: number; callback: number }
}

class NotAsPromised extends Error {}

/** What an answer that came, but later than WeCom likes, is called by. */
const late = /^Answered after \d+ ms; WeCom wants it/

/**
 * @param suited the service that this town's pushes reach
 * @param mayBeLate whether a late answer is one all the same: as on machines that do much else
 */
export const createDeeds = (
  town: Town,
  suited: Suited,
  random: Random,
  mayBeLate: boolean,
): Deeds => {
  const { simulator, suite, corpids, ledger } = town
  const { world, pusher } = simulator
  const { suiteId } = suite
  const stayers = corpids.slice(guests)
  const slowestMs = { signature: 0, callback: 0 }
  let serial = 0
  let visits = 0
  let turn: Promise<unknown> = Promise.resolve()

  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!

  const expectTaken = async (
    pushing: Promise<{ ok: boolean; ms: number; detail: string | null }>,
  ) => {
    const { ok, ms, detail } = await pushing
    slowestMs.callback = Math.max(slowestMs.callback, ms)
    if (!ok && !(mayBeLate && late.test(String(detail)))) throw new NotAsPromised(String(detail))
  }

  /** A guest's steps follow each other: who is away has to come before it can go. */
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    const taken = turn.then(step)
    turn = taken.catch(() => undefined)
    return taken
  }

  return {
    stayers,
    slowestMs,
    visits: () => visits,
    all: {
      'a page is signed': async () => {
        const corpid = pick(stayers)
        const type = random() < 0.5 ? ('config' as const) : ('agent_config' as const)
        const began = performance.now()
        const answer = await suited.sign(corpid, type)
        const text = await answer.text()
        slowestMs.signature = Math.max(slowestMs.signature, performance.now() - began)
        if (answer.status !== 200) throw new NotAsPromised(`${answer.status} ${text}`)
        const page = { suiteId, corpid, type, url: pageUrl, ...JSON.parse(text) }
        const verdict = simulator.acceptsSignature(page)
        if (!verdict.ok) throw new NotAsPromised(JSON.stringify(verdict))
      },
      'a member writes': () =>
        expectTaken(pusher.message(suiteId, pick(stayers), { text: `message ${++serial}` })),
      'a program asks for a token': async () => {
        const answer = await suited.ask(`/api/corps/${pick(stayers)}/access-token`)
        const token = world.credentials.byValue.get(answer.accessToken)
        if (token?.kind !== 'access_token') throw new NotAsPromised(JSON.stringify(answer))
      },
      'a member without a licence comes': () =>
        expectTaken(
          pusher.pushEvent('event.unlicensed_notify', {
            suiteId,
            corpid: pick(stayers),
            fields: { CreateTime: String(1_700_000_000 + ++serial) },
          }),
        ),
      'a program reads what came': async () => {
        const { items } = await suited.ask('/api/events?limit=200')
        if (!Array.isArray(items)) throw new NotAsPromised('no list of events')
      },
      'a company changes what it grants': () =>
        expectTaken(
          pusher.changeAuth(suiteId, pick(stayers), { authMode: random() < 0.5 ? 0 : 1 }),
        ),
      'a company comes or goes': () =>
        inTurn(async () => {
          const corpid = pick(corpids.slice(0, guests))
          if (currentInstallation(world, suiteId, corpid)) {
            return expectTaken(pusher.uninstall(suiteId, corpid))
          }
          visits += 1
          const { push } = await pusher.install(suiteId, corpid)
          if (push) await expectTaken(Promise.resolve(push))
        }),
      'a ticket comes': async () => {
        const before = ledger.ticketsTaken()
        await expectTaken(pusher.pushTicket(suiteId))
        if (ledger.ticketsTaken() === before) throw new NotAsPromised('the ticket was not answered')
      },
    },
  }
}
