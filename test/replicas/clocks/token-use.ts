/** A company's token and signatures, asked of every replica all the time, and judged by WeCom. */
import { secondMs, systemClock } from '../../../src/clock'
import type { Simulator } from '../../../src/simulator/simulator'
import { acceptsSignature } from '../../../src/simulator/world/jssdk'
import { pageUrl } from '../../binary/suited'
import type { Fleet, Replica } from '../fleet'

export interface TokenUse {
  /** How often each replica gave a token and a signature, both good. */
  readonly good: ReadonlyMap<string, number>
  /** What was not good, or no answer at all. */
  readonly wrong: readonly string[]
  stop(): Promise<void>
}

const everyMs = 200
/** More than a busy machine takes to answer. */
const timestampWithinSeconds = 3
/** A replica knows the database's time to half a round trip, of a second at most. */
const clockWithinMs = secondMs / 2

export const useTokens = (parts: {
  readonly fleet: Fleet
  readonly simulator: Simulator
  readonly corpid: string
}): TokenUse => {
  const { fleet, simulator, corpid } = parts
  const { world } = simulator
  const { suiteId } = [...world.suites.values()][0]!
  const good = new Map<string, number>()
  const wrong: string[] = []
  let isOver = false

  const useOnce = async ({ suited }: Replica): Promise<string | null> => {
    const askedAt = systemClock.now()
    const { accessToken } = await suited.ask(`/api/corps/${corpid}/access-token`)
    const token = world.credentials.byValue.get(accessToken)
    if (!token || token.ended !== null) return `a token that is ${token?.ended ?? 'not known'}`
    if (token.expiresAt + clockWithinMs <= askedAt)
      return `a token of ${askedAt - token.expiresAt} ms ago`
    const signedAt = systemClock.now()
    const answer = await suited.sign(corpid)
    if (answer.status !== 200) return `no signature: ${await answer.text()}`
    const signed = (await answer.json()) as {
      timestamp: number
      nonceStr: string
      signature: string
    }
    const page = { suiteId, corpid, type: 'config' as const, url: pageUrl, ...signed }
    // With the tickets that were good when it was asked for.
    const then = { ...world, clock: { ...world.clock, now: () => signedAt - clockWithinMs } }
    const verdict = acceptsSignature(then, page)
    if (!verdict.ok) return `a signature that WeCom refuses: ${verdict.errmsg}`
    const off = Math.abs(signed.timestamp - signedAt / secondMs)
    return off > timestampWithinSeconds ? `a signature of ${off} s ago` : null
  }

  const useOn = async (replica: Replica): Promise<void> => {
    while (!isOver) {
      const mistake = await useOnce(replica).catch(String)
      if (mistake === null) good.set(replica.name, (good.get(replica.name) ?? 0) + 1)
      else wrong.push(`${replica.name}: ${mistake}`)
      await systemClock.sleep(everyMs)
    }
  }

  const running = Promise.all(fleet.replicas.map(useOn))
  return {
    good,
    wrong,
    async stop() {
      isOver = true
      await running
    },
  }
}
