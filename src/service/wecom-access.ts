/** The way to WeCom, put together: calls, and the tokens that they need. Closed while suited only observes. */
import type { Clock } from '../clock'
import type { Config } from '../config/config'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { Store } from '../store/store'
import type { Corps } from '../suite/corps'
import { addressRefused } from '../suite/operations/awaited'
import type { Suites } from '../suite/suites'
import { createTokenSource, type TokenSource, type WithToken } from '../suite/tokens/token-source'
import { createTokens, type TokensParts } from '../suite/tokens/tokens'
import type { WecomFailure } from '../wecom/api/failure'
import { careLane, createWecomLanes } from '../wecom/api/lanes'
import { createProviderCalls } from '../wecom/api/provider-calls'
import { createWecomCalls } from '../wecom/api/suite-calls'
import { observingClient, observingTokens } from './observe-only'
import type { Memory } from './process-state'

export const createWecomAccess = (parts: {
  settings: Config['settings']
  suites: Suites
  store: Store
  corps: Corps
  memory: Pick<Memory, 'refusals' | 'refusedAddress' | 'clockCheck'>
  fetch: typeof globalThis.fetch
  clock: Clock
  random: Random
  log: Logger
  onRefused: TokensParts['onRefused']
}) => {
  const { settings, fetch, clock, random, log } = parts
  const { refusals, refusedAddress, clockCheck } = parts.memory
  const observing = settings.SUITED_OBSERVE
  const { WECOM_API_URL: apiUrl, WECOM_HTTP_PROXY: proxy } = settings
  const onOutcome = (failure: WecomFailure | null) => {
    refusals.note(failure)
    const before = refusedAddress.current()
    refusedAddress.note(failure)
    const address = refusedAddress.current()
    if (address === null || address === before) return
    // Told once, not with each call: all of them are refused alike.
    const { code, detail, cure } = addressRefused(address)
    log.error('WeCom refuses calls from this address', { code, ip: address, detail, cure })
  }
  const lanes = createWecomLanes({
    apiUrl,
    fetch,
    viaProxy: proxy !== null,
    clock,
    random,
    log,
    onOutcome,
    onDate: clockCheck.answeredAt,
  })
  const callsIn = (lane: string) => {
    const client = observing ? observingClient : lanes.client(lane)
    return {
      calls: createWecomCalls(client, clock),
      providerCalls: createProviderCalls(client, clock),
    }
  }
  const sourceWith = (withToken: WithToken): TokenSource => ({
    prepare: (key) =>
      createTokenSource({ ...parts, ...callsIn(key.suiteId), withToken }).prepare(key),
  })
  const tokens = observing ? observingTokens : createTokens({ ...parts, sourceWith })
  return { ...callsIn(careLane), tokens, outages: lanes.warnings }
}
