/**
 * What suited is waiting for from outside: ids and secrets that the operator has yet to enter,
 * tickets that WeCom has yet to push, addresses that WeCom has yet to allow.
 */
import type { Clock } from '../clock'
import type { Store } from '../store/store'
import { WecomFailure } from '../wecom/client'
import { explain, ipInErrmsg, reactionTo } from '../wecom/errcode'
import type { LearntId } from '../wecom/receiver'
import type { Suite, Suites } from './suites'
import { ticketLifeMs } from './ticket'
import { suiteTokenKey } from './token-source'
import type { Tokens } from './tokens'

export interface Waiting {
  /** Stable, for programs. */
  readonly code: string
  readonly detail: string
  readonly cure: string
}

export interface Awaited {
  /** Remembers an id that a correctly signed message named and nobody configured. True if new. */
  learn(suite: Suite | null, learnt: LearntId): boolean
  list(): Promise<Waiting[]>
}

const settings: Record<LearntId['setting'], string> = {
  suite_id: 'WECOM_SUITE_ID',
  provider_corpid: 'WECOM_PROVIDER_CORPID',
}

const tokenRefused = (key: string, error: unknown): Waiting | null => {
  if (!(error instanceof WecomFailure)) return null
  const { errcode, errmsg } = error
  if (errcode === null) {
    return {
      code: 'wecom_unreachable',
      detail: `${error.message} (suite "${key}")`,
      cure: 'Check the way out to the internet, WECOM_API_URL and WECOM_HTTP_PROXY.',
    }
  }
  const known = explain(errcode, 'en')
  if (reactionTo(errcode) === 'ip_not_allowed') {
    const ip = ipInErrmsg(errmsg ?? '')
    return {
      code: 'ip_not_allowed',
      detail: `WeCom refuses calls from ${ip ?? 'our address'} (errcode ${errcode}).`,
      cure: `Enter ${ip ?? 'it'} in 服务商后台 → 服务商信息 → IP白名单.`,
    }
  }
  return {
    code: 'suite_token_refused',
    detail:
      `WeCom refuses the token of suite "${key}": errcode ${errcode}. ${known?.cause ?? ''}`.trim(),
    cure: known?.cure ?? 'Look the errcode up in WeCom’s documentation.',
  }
}

export const createAwaited = (parts: {
  suites: Suites
  store: Pick<Store, 'loadSuite'>
  tokens: Pick<Tokens, 'refusalOf'>
  clock: Clock
}): Awaited => {
  const { suites, store, tokens, clock } = parts
  const learntIds = new Map<string, { suite: Suite | null; learnt: LearntId }>()

  const missingIds = (): Waiting[] =>
    [...learntIds.values()].map(({ suite, learnt }) => ({
      code: learnt.setting,
      detail: `Correctly signed messages name the ${learnt.setting === 'suite_id' ? `suite id ${learnt.id}` : `receiver ${learnt.id}`}${suite ? ` (suite "${suite.key}")` : ''}.`,
      cure: `If that is yours, enter ${settings[learnt.setting]}=${learnt.id}.`,
    }))

  const ofSuite = async (suite: Suite): Promise<Waiting[]> => {
    const { key, suiteId, suiteSecret } = suite
    const awaited: Waiting[] = []
    if (suiteId === null) {
      if (![...learntIds.values()].some((entry) => entry.suite === suite)) {
        awaited.push({
          code: 'suite_id',
          detail: `The suite "${key}" has no suite id yet.`,
          cure: 'Create the app in WeCom’s provider console with the URLs of suited, then enter its SuiteID as WECOM_SUITE_ID.',
        })
      }
      return awaited
    }
    if (suiteSecret === null) {
      awaited.push({
        code: 'suite_secret',
        detail: `The suite "${key}" has no secret yet.`,
        cure: 'Copy the app’s Secret from WeCom’s provider console into WECOM_SUITE_SECRET.',
      })
    }
    const ticket = (await store.loadSuite(suiteId))?.ticket
    if (!ticket) {
      awaited.push({
        code: 'suite_ticket',
        detail: `WeCom has not pushed a suite_ticket for "${key}" yet.`,
        cure: 'It comes every ten minutes to the command URL; 刷新Ticket in the console brings it at once.',
      })
      return awaited
    }
    const ageMs = clock.now() - ticket.receivedAt
    if (ageMs > ticketLifeMs) {
      awaited.push({
        code: 'suite_ticket_old',
        detail: `The last suite_ticket for "${key}" came ${Math.round(ageMs / 60_000)} minutes ago.`,
        cure: 'Check that WeCom reaches the command URL; 刷新Ticket in the console pushes one at once.',
      })
    }
    const refusal = tokens.refusalOf(suiteTokenKey(suiteId))
    const refused = refusal && tokenRefused(key, refusal.error)
    return refused ? [...awaited, refused] : awaited
  }

  return {
    learn(suite, learnt) {
      const name = `${suite?.key} ${learnt.setting} ${learnt.id}`
      if (learntIds.has(name) || learntIds.size >= 20) return false
      learntIds.set(name, { suite, learnt })
      return true
    },
    async list() {
      const lists = await Promise.all(suites.all.map(ofSuite))
      return [...missingIds(), ...lists.flat()]
    },
  }
}
