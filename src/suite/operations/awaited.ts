/**
 * The list of what suited waits for from outside: ids and secrets that the operator has yet to
 * enter, tickets that WeCom has yet to push, addresses that WeCom has yet to allow.
 */
import type { Clock } from '../../clock'
import type { ReplicaSeen } from '../../store/replicas/replicas'
import type { Store } from '../../store/store'
import type { DiscoveredId } from '../../wecom/callback/receiver'
import type { DiscoveredIds } from '../callback/discovered-ids'
import type { CurrentRefusedCallbackWarnings } from '../callback/refused/current-warnings'
import type { RefusedCallbackWarning } from '../callback/refused/warnings'
import { entryOfSetting, nameOfSetting, type Suite, type Suites } from '../suites'
import { suiteTokenKey } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'
import { addressIn, type RefusedAddress } from './refused-ip'
import { addressRefused, firstSuite, ticketAwaited, tokenRefused, type Waiting } from './waiting'

export interface Awaited {
  list(): Promise<Waiting[]>
}

export interface SeenByOthers {
  refusedAddresses(): readonly string[]
  learntIds(): ReplicaSeen['learntIds']
}

const entryFor = (suite: Suite | null, { setting, id }: DiscoveredId): string => {
  if (setting === 'provider_corpid') return `WECOM_PROVIDER_CORPID=${id}`
  return suite ? entryOfSetting(suite, 'id', id) : `WECOM_SUITE_ID=${id}`
}

export const createAwaited = (parts: {
  suites: Suites
  discoveredIds: Pick<DiscoveredIds, 'list'>
  store: Pick<Store, 'loadSuite'>
  tokens: Pick<Tokens, 'refusalOf'>
  refusedAddress: Pick<RefusedAddress, 'current'>
  /** What other replicas have seen: an operator is told the same by each. */
  others: SeenByOthers
  refusedCallbackWarnings: CurrentRefusedCallbackWarnings
  clock: Clock
}): Awaited => {
  const { suites, discoveredIds, store, tokens, refusedAddress, refusedCallbackWarnings, clock } =
    parts
  const { others } = parts

  const missingIds = (): Waiting[] =>
    discoveredIds.list(others.learntIds()).map(({ suite, discovered }) => ({
      code: discovered.setting,
      detail: `Correctly signed messages name the ${discovered.setting === 'suite_id' ? `suite id ${discovered.id}` : `receiver ${discovered.id}`}${suite ? ` (suite "${suite.key}")` : ''}.`,
      cure: `If that is yours, enter ${entryFor(suite, discovered)}.`,
    }))

  const ofSuite = async (
    suite: Suite,
    refused: readonly RefusedCallbackWarning[],
  ): Promise<Waiting[]> => {
    const { key, suiteId, suiteSecret } = suite
    const awaited: Waiting[] = []
    if (suiteId === null) {
      const named = discoveredIds
        .list()
        .some(({ suite: own, discovered }) => own === suite && discovered.setting === 'suite_id')
      if (!named) {
        awaited.push({
          code: 'suite_id',
          detail: `The suite "${key}" has no suite id yet.`,
          cure: `Create the app in WeCom’s provider console with the URLs of suited, then enter its SuiteID as ${nameOfSetting(suite, 'id')}.`,
        })
      }
      return awaited
    }
    if (suiteSecret === null) {
      awaited.push({
        code: 'suite_secret',
        detail: `The suite "${key}" has no secret yet.`,
        cure: `Copy the app’s Secret from WeCom’s provider console into ${nameOfSetting(suite, 'secret')}.`,
      })
    }
    const ticket = (await store.loadSuite(suiteId))?.ticket
    const noTicket = ticketAwaited(suite, ticket?.receivedAt ?? null, refused, clock.now())
    if (noTicket) awaited.push(noTicket)
    if (!ticket) return awaited
    const refusal = tokens.refusalOf(suiteTokenKey(suiteId))
    // A refused address is said once, for all suites together.
    if (!refusal || addressIn(refusal.error) !== null) return awaited
    const noToken = tokenRefused(suite, refusal.error)
    return noToken ? [...awaited, noToken] : awaited
  }

  return {
    async list() {
      const refused = await refusedCallbackWarnings()
      const lists = await Promise.all(suites.all.map((suite) => ofSuite(suite, refused)))
      const first = suites.all.length === 0 ? [firstSuite] : []
      const own = refusedAddress.current()
      const addresses = new Set([...(own === null ? [] : [own]), ...others.refusedAddresses()])
      const calls = [...addresses].map(addressRefused)
      const callbacks = refused.map(({ detail, cure }) => ({
        code: 'callbacks_refused',
        detail,
        cure,
      }))
      return [...callbacks, ...missingIds(), ...first, ...calls, ...lists.flat()]
    },
  }
}
