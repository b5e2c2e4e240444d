/**
 * The list of what suited waits for from outside: ids and secrets that the operator has yet to
 * enter, tickets that WeCom has yet to push, addresses that WeCom has yet to allow.
 */
import type { Clock } from '../../clock'
import { ticketLifeMs } from '../../retry'
import type { Store } from '../../store/store'
import { WecomFailure } from '../../wecom/api/failure'
import type { DiscoveredId } from '../../wecom/callback/receiver'
import { explain, reactionTo } from '../../wecom/errcode/errcode'
import { inWords } from '../../wording'
import type { DiscoveredIds } from '../callback/discovered-ids'
import type { CurrentRefusedCallbackWarnings } from '../callback/refused/current-warnings'
import type { RefusedCallbackWarning } from '../callback/refused/warnings'
import { placeOf } from '../callback-place'
import { entryOfSetting, nameOfSetting, type Suite, type Suites } from '../suites'
import { suiteTokenKey } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'
import type { RefusedAddress } from './refused-ip'

export interface Waiting {
  /** Stable, for programs. */
  readonly code: string
  readonly detail: string
  readonly cure: string
  /** The key of the suite, where the others are no worse off for it. */
  readonly suite?: string
}

export interface Awaited {
  list(): Promise<Waiting[]>
}

const entryFor = (suite: Suite | null, { setting, id }: DiscoveredId): string => {
  if (setting === 'provider_corpid') return `WECOM_PROVIDER_CORPID=${id}`
  return suite ? entryOfSetting(suite, 'id', id) : `WECOM_SUITE_ID=${id}`
}

/** Without any app there is nothing to wait for but the first one. */
const firstSuite: Waiting = {
  code: 'suite',
  detail: 'No app is configured yet.',
  cure: 'Make a Token and an EncodingAESKey (suited keygen does), enter them as WECOM_TOKEN and WECOM_ENCODING_AES_KEY, and create the app in WeCom’s provider console with them.',
}

/** WeCom looks at the address of every call, not only of those for the suite's token. */
export const addressRefused = (address: string): Waiting => ({
  code: 'ip_not_allowed',
  detail: `WeCom refuses calls from ${address || 'our address'} (errcode 60020).`,
  cure: `Enter ${address || 'it'} in 服务商后台 → 服务商信息 → IP白名单.`,
})

/** The settings that a cure names, as this suite's own are called. */
const inItsOwnWords = (cure: string, suite: Suite): string =>
  cure
    .replaceAll('WECOM_SUITE_SECRET', nameOfSetting(suite, 'secret'))
    .replaceAll('WECOM_SUITE_ID', nameOfSetting(suite, 'id'))

const tokenRefused = (suite: Suite, error: unknown): Waiting | null => {
  if (!(error instanceof WecomFailure)) return null
  const { key } = suite
  const { errcode } = error
  if (errcode === null) {
    return {
      code: 'wecom_unreachable',
      detail: `${error.message} (suite "${key}")`,
      cure:
        error.fault?.cure ??
        'Check the way out to the internet, WECOM_API_URL and WECOM_HTTP_PROXY.',
    }
  }
  const known = explain(errcode, 'en')
  // Said once, for all suites together.
  if (reactionTo(errcode) === 'ip_not_allowed') return null
  return {
    code: 'suite_token_refused',
    detail:
      `WeCom refuses the token of suite "${key}": errcode ${errcode}. ${known?.cause ?? ''}`.trim(),
    cure: inItsOwnWords(known?.cure ?? 'Look the errcode up in WeCom’s documentation.', suite),
  }
}

export const createAwaited = (parts: {
  suites: Suites
  discoveredIds: Pick<DiscoveredIds, 'list'>
  store: Pick<Store, 'loadSuite'>
  tokens: Pick<Tokens, 'refusalOf'>
  refusedAddress: Pick<RefusedAddress, 'current'>
  refusedCallbackWarnings: CurrentRefusedCallbackWarnings
  clock: Clock
}): Awaited => {
  const { suites, discoveredIds, store, tokens, refusedAddress, refusedCallbackWarnings, clock } =
    parts

  const missingIds = (): Waiting[] =>
    discoveredIds.list().map(({ suite, discovered }) => ({
      code: discovered.setting,
      detail: `Correctly signed messages name the ${discovered.setting === 'suite_id' ? `suite id ${discovered.id}` : `receiver ${discovered.id}`}${suite ? ` (suite "${suite.key}")` : ''}.`,
      cure: `If that is yours, enter ${entryFor(suite, discovered)}.`,
    }))

  const ofSuite = async (
    suite: Suite,
    refused: readonly RefusedCallbackWarning[],
  ): Promise<Waiting[]> => {
    // Tickets come to the command URL alone: what is refused elsewhere keeps none away.
    const commandPlace = placeOf({ url: 'command', suite, pathCorpid: null })
    const warning = refused.find(({ places }) => places.includes(commandPlace))
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
    if (!ticket) {
      awaited.push({
        code: 'suite_ticket',
        detail: warning
          ? `No suite_ticket for "${key}" could be taken yet: what arrives is refused, see callbacks_refused.`
          : `WeCom has not pushed a suite_ticket for "${key}" yet.`,
        cure:
          warning?.cure ??
          'It comes every ten minutes to the command URL; 刷新Ticket in the console brings it at once.',
      })
      return awaited
    }
    const ageMs = clock.now() - ticket.receivedAt
    if (ageMs > ticketLifeMs) {
      awaited.push({
        code: 'suite_ticket_old',
        detail: `The last suite_ticket for "${key}" came ${inWords(ageMs)} ago.`,
        cure:
          warning?.cure ??
          'Check that WeCom reaches the command URL; 刷新Ticket in the console pushes one at once.',
      })
    }
    const refusal = tokens.refusalOf(suiteTokenKey(suiteId))
    const noToken = refusal && tokenRefused(suite, refusal.error)
    return noToken ? [...awaited, noToken] : awaited
  }

  return {
    async list() {
      const refused = await refusedCallbackWarnings()
      const lists = await Promise.all(suites.all.map((suite) => ofSuite(suite, refused)))
      const first = suites.all.length === 0 ? [firstSuite] : []
      const address = refusedAddress.current()
      const calls = address === null ? [] : [addressRefused(address)]
      const callbacks = refused.map(({ detail, cure }) => ({
        code: 'callbacks_refused',
        detail,
        cure,
      }))
      return [...callbacks, ...missingIds(), ...first, ...calls, ...lists.flat()]
    },
  }
}
