/**
 * The id by which a company is known since WeCom's ID upgrade (document 95604). It is asked for
 * ahead, once for each company, so that callers may use either id. Ids are never folded in case.
 */
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import type { CorpRecord } from '../../store/store'
import type { ProviderCalls } from '../../wecom/api/provider-calls'
import type { Corps } from '../corps'
import type { Suites } from '../suites'
import { providerTokenKey } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'

/** Asks for a company's other id unless that was done before. Never throws. */
export type LearnOpenCorpid = (record: CorpRecord) => Promise<void>

export const createLearnOpenCorpid =
  (parts: {
    suites: Suites
    corps: Corps
    tokens: Tokens
    providerCalls: ProviderCalls
    log: Logger
  }): LearnOpenCorpid =>
  async ({ suiteId, corpid, openCorpid }) => {
    const { suites, corps, tokens, providerCalls, log } = parts
    const { provider } = suites
    if (openCorpid !== undefined || provider.corpid === null || provider.secret === null) return
    try {
      const other = await tokens.withToken(providerTokenKey(provider.corpid), (token) =>
        providerCalls.fetchOpenCorpid(token, corpid),
      )
      await corps.change(suiteId, corpid, (current) => current && { ...current, openCorpid: other })
    } catch (error) {
      log.info('the open_corpid of a company could not be asked for', {
        suiteId,
        corpid,
        reason: reasonOf(error),
      })
    }
  }
