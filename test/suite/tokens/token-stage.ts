/** Several processes on one state, and a WeCom whose answers the test gives. */

import { hourMs, secondMs } from '../../../src/clock'
import type { Logger } from '../../../src/log'
import { createMemoryStore, createMemoryStoreData } from '../../../src/store/memory/memory-store'
import type { Store } from '../../../src/store/store'
import type {
  CorpTokenKey,
  ProviderTokenKey,
  SuiteTokenKey,
  TokenKey,
} from '../../../src/store/token-record'
import { createTokenCache } from '../../../src/suite/tokens/token-cache'
import type { Tokens } from '../../../src/suite/tokens/tokens'
import { WecomFailure } from '../../../src/wecom/api/failure'
import type { FetchedToken } from '../../../src/wecom/api/suite-calls'
import { freshBytes } from '../../fresh-bytes'
import { createManualClock, type ManualClock } from '../../manual-clock'
import { corp } from '../../store/conformance/records'

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} }
const company = { suiteId: 'wwsuite', corpid: 'wpCompany' }

export const suiteToken: SuiteTokenKey = {
  suiteId: 'wwsuite',
  corpid: null,
  kind: 'suite_access_token',
}
export const providerToken: ProviderTokenKey = {
  suiteId: 'wwprovider',
  corpid: null,
  kind: 'provider_access_token',
}
export const corpToken: CorpTokenKey = { ...company, kind: 'access_token' }
export const ticket: CorpTokenKey = { ...company, kind: 'jsapi_ticket' }
export const agentTicket: CorpTokenKey = { ...company, kind: 'agent_ticket' }

/** The client gives up before a lease ends. */
const longestCallMs = 25 * secondMs

/** One question to WeCom, from its beginning on. */
export interface Asked {
  readonly key: TokenKey
  readonly by: Tokens
  readonly begunAt: number
  /** What WeCom answered; null before, and if it failed. */
  value: string | null
  isOver: boolean
  answer(value: string): void
  fail(errcode?: number): void
}

export interface TokenStage {
  readonly clock: ManualClock
  readonly store: Store
  /** Every question so far, the last one at the end. */
  readonly asked: Asked[]
  /** Another process on the same state. */
  start(change?: Partial<Store>): Tokens
  /** A token that a process fetched, so that it is cached. */
  holding(tokens: Tokens, key: TokenKey, value: string): Promise<void>
}

/** @param shown.ticketSeconds of the ticket that every fetch shows; it shows none unless given */
export const createTokenStage = async (
  shown: { readonly ticketSeconds?: number | undefined } = {},
): Promise<TokenStage> => {
  const clock = createManualClock(Date.UTC(2026, 10, 22, 8))
  const data = createMemoryStoreData()
  const asked: Asked[] = []
  const store = createMemoryStore({ clock, freshBytes, data })
  await store.changeCorp(company.suiteId, company.corpid, () => corp(company))

  const ask = (key: TokenKey, by: Tokens) =>
    new Promise<FetchedToken>((resolve, reject) => {
      const begunAt = clock.now()
      const one: Asked = {
        key,
        by,
        begunAt,
        value: null,
        isOver: false,
        answer(value) {
          if (one.isOver) return
          one.isOver = true
          one.value = value
          resolve({ value, fetchedAt: begunAt, expiresAt: begunAt + 2 * hourMs })
        },
        fail(errcode = -1) {
          one.isOver = true
          reject(new WecomFailure('errcode', '/cgi-bin/x', { errcode }))
        },
      }
      asked.push(one)
      clock.sleep(longestCallMs).then(() => one.fail())
    })

  const start: TokenStage['start'] = (change = {}) => {
    const tokens: Tokens = createTokenCache({
      store: { ...createMemoryStore({ clock, freshBytes, data }), ...change },
      budgets: createMemoryStore({ clock, freshBytes, data }),
      livingReplicas: () => 3,
      clock,
      random: () => 0.5,
      log: quiet,
      onRefused() {},
      source: {
        prepare: async (key) => ({
          fetch: () => ask(key, tokens),
          ...(shown.ticketSeconds !== undefined && { ticketSeconds: shown.ticketSeconds }),
        }),
      },
    })
    return tokens
  }

  return {
    clock,
    store,
    asked,
    start,
    async holding(tokens, key, value) {
      const getting = tokens.get(key)
      await clock.advance(0)
      asked.at(-1)!.answer(value)
      await getting
    },
  }
}
