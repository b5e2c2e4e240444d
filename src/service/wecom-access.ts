/**
 * The way to WeCom: calls, and the tokens and tickets that they need. Closed for suites that only
 * observe.
 */
import type { Clock } from '../clock'
import type { Settings } from '../config/settings'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { Store } from '../store/store'
import { createTickets, type Tickets } from '../suite/callback/suite-ticket'
import type { Corps } from '../suite/corps'
import { addressRefused } from '../suite/operations/waiting'
import { createForward, type Forward } from '../suite/proxy/forward'
import { createUpstream } from '../suite/proxy/upstream'
import type { Suites } from '../suite/suites'
import { createTokens } from '../suite/tokens/create-tokens'
import type { Tokens } from '../suite/tokens/tokens'
import { backgroundFlow, createWecomClients } from '../wecom/api/clients'
import type { WecomFailure } from '../wecom/api/failure'
import { createFairQueue } from '../wecom/api/fair-queue'
import { createInstallCalls, type InstallCalls } from '../wecom/api/install-calls'
import { createMemberCalls, type MemberCalls } from '../wecom/api/member-calls'
import { createProviderCalls, type ProviderCalls } from '../wecom/api/provider-calls'
import { createWecomCalls, type WecomCalls } from '../wecom/api/suite-calls'
import type { Notifiers } from './ground/notifiers'
import { closedClient, tokensOfServing } from './ground/observe-only'
import type { ProcessState } from './ground/process-state'
import type { Sharing } from './replicas/sharing'

export interface WecomAccess {
  readonly calls: WecomCalls
  readonly providerCalls: ProviderCalls
  /** A member waits for each of them: they have a flow of their own. */
  readonly memberCalls: MemberCalls
  /** Likewise, with whoever installs. */
  readonly installCalls: InstallCalls
  readonly tokens: Tokens
  readonly tickets: Tickets
  /** The proxy's way to WeCom. */
  readonly forward: Forward
  /** That WeCom can't be reached, as sentences for operators. */
  warnings(): readonly string[]
}

/**
 * Proxied calls have a fair queue of their own, each company a flow: none of them waits behind
 * suited's own calls, no renewal behind theirs, and together they stay below the 256 that Bun sends
 * at once. They pass no circuit breaker, since each caller wants WeCom's own answer to its own
 * call; how they end is told to the same places as the outcome of suited's own calls.
 */
const proxiedAtOnce = { atOnce: 160, perFlow: 120, waiting: 1000 }

export const createWecomAccess = (parts: {
  settings: Settings
  suites: Suites
  store: Store
  sharing: Sharing
  corps: Corps
  processState: Pick<ProcessState, 'refusals' | 'refusedAddress' | 'clockCheck'>
  fetch: typeof globalThis.fetch
  clock: Clock
  random: Random
  log: Logger
  notifiers: Pick<Notifiers, 'corpRefused' | 'newTicket'>
}): WecomAccess => {
  const { settings, suites, store, corps, fetch, clock, random, log, notifiers } = parts
  const { budgets, livingReplicas } = parts.sharing
  const { refusals, refusedAddress, clockCheck } = parts.processState

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
  const clients = createWecomClients({
    apiUrl: settings.WECOM_API_URL,
    fetch,
    viaProxy: settings.WECOM_HTTP_PROXY !== null,
    clock,
    random,
    log,
    onOutcome,
    onDate: clockCheck.answeredAt,
  })
  const callsIn = (flow: string) => {
    const client = suites.observes(flow) ? closedClient(suites) : clients.client(flow)
    return {
      calls: createWecomCalls(client, clock),
      providerCalls: createProviderCalls(client, clock),
    }
  }

  const tokensOfAll = createTokens({
    suites,
    corps,
    store,
    budgets,
    livingReplicas,
    callsOf: callsIn,
    clock,
    random,
    log,
    onRefused({ suiteId, corpid }, failure) {
      if (corpid !== null) notifiers.corpRefused.notify(suiteId, corpid, failure)
    },
  })
  const tokens = tokensOfServing(tokensOfAll, suites)
  notifiers.newTicket.subscribe(tokens.wake)
  const tickets = createTickets({
    store,
    clock,
    log,
    maxAgeSeconds: settings.SUITED_CALLBACK_MAX_AGE_SECONDS,
    onNewTicket: notifiers.newTicket.notify,
  })
  const forward = createForward({
    tokens,
    send: createUpstream({
      apiUrl: settings.WECOM_API_URL,
      fetch,
      viaProxy: settings.WECOM_HTTP_PROXY !== null,
      queue: createFairQueue(proxiedAtOnce),
      clock,
      onOutcome,
      onDate: clockCheck.answeredAt,
    }),
    clock,
    log,
  })
  const { calls, providerCalls } = callsIn(backgroundFlow)
  return {
    calls,
    providerCalls,
    memberCalls: createMemberCalls(clients.client('logins')),
    installCalls: createInstallCalls(clients.client('installs')),
    tokens,
    tickets,
    forward,
    warnings: clients.warnings,
  }
}
