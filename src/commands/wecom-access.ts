/** The way to WeCom, put together: calls, and the tokens that they need. Closed while suited only observes. */
import type { Clock } from '../clock'
import type { Config } from '../config/config'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { Store } from '../store/store'
import type { Companies } from '../suite/companies'
import { observingClient, observingTokens } from '../suite/observing'
import { createRefusalCounts } from '../suite/refusal-counts'
import { createRefusedAddress } from '../suite/refused-address'
import type { Suites } from '../suite/suites'
import { createTokenSource } from '../suite/token-source'
import { createTokens, type TokensParts } from '../suite/tokens'
import { createWecomCalls } from '../wecom/calls'
import { createWecomClient } from '../wecom/client'
import { createProviderCalls } from '../wecom/provider-calls'

export const createWecomAccess = (parts: {
  settings: Config['settings']
  suites: Suites
  store: Store
  companies: Companies
  fetch: typeof globalThis.fetch
  clock: Clock
  random: Random
  log: Logger
  onRefused: TokensParts['onRefused']
}) => {
  const { settings, fetch, clock, random, log } = parts
  const observing = settings.SUITED_OBSERVE
  const apiUrl = settings.WECOM_API_URL
  const refusals = createRefusalCounts(clock)
  const onErrcode = refusals.note
  const refusedAddress = createRefusedAddress()
  const onOutcome = refusedAddress.note
  const client = observing
    ? observingClient
    : createWecomClient({ apiUrl, fetch, clock, random, log, onErrcode, onOutcome })
  const calls = createWecomCalls(client, clock)
  const providerCalls = createProviderCalls(client, clock)
  const tokens = observing
    ? observingTokens
    : createTokens({
        ...parts,
        sourceWith: (withToken) => createTokenSource({ ...parts, calls, providerCalls, withToken }),
      })
  return { calls, providerCalls, tokens, refusals, refusedAddress }
}
