/** The tokens of a service, put together: where they come from, and their cache. */
import type { Clock } from '../../clock'
import type { Logger } from '../../log'
import type { Random } from '../../retry'
import type { Budgets } from '../../store/replicas/budgets'
import type { Store } from '../../store/store'
import type { TokenKey } from '../../store/token-record'
import type { WecomFailure } from '../../wecom/api/failure'
import type { Corps } from '../corps'
import type { Suites } from '../suites'
import { createTokenCache } from './token-cache'
import { type CallsOf, createTokenSource } from './token-source'
import type { Tokens } from './tokens'

export const createTokens = (parts: {
  readonly suites: Suites
  readonly corps: Corps
  readonly store: Store
  readonly budgets: Budgets
  /** How many processes share the store, this one included. */
  livingReplicas(): number
  readonly callsOf: CallsOf
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Told of every fetch that WeCom refused. */
  onRefused(key: TokenKey, failure: WecomFailure): void
}): Tokens => {
  const { suites, corps, store, budgets, livingReplicas, callsOf } = parts
  const { clock, random, log, onRefused } = parts
  const source = createTokenSource({ suites, corps, store, callsOf })
  return createTokenCache({
    source,
    store,
    budgets,
    livingReplicas,
    clock,
    random,
    log,
    onRefused,
  })
}
