/**
 * Callback pairs of companies' own: each company that authorised a customised app (代开发) has a
 * callback configuration, and so a Token and EncodingAESKey, of its own.
 */
import { ServiceError } from '../../errors'
import { parseEncodingAesKey } from '../../wecom/callback/crypto'
import type { CallbackPair } from '../../wecom/callback/envelope'
import type { Corps } from '../corps'
import { pairsOfSuite, requireSuiteId, type Suite } from '../suites'
import type { CallbackUrl } from './expected-pairs'

export interface CorpCallbackPairs {
  /**
   * The URL of one company: its own pair first, then those of its suite.
   *
   * @throws {ServiceError} suite_not_configured
   */
  locate(suite: Suite, corpid: string): Promise<CallbackUrl>
  /**
   * Saves a company's pair.
   *
   * @throws {ServiceError} corp_not_authorized, invalid_request
   */
  save(suiteId: string, corpid: string, token: string, encodingAesKey: string): Promise<void>
}

export const createCorpCallbackPairs = (corps: Corps): CorpCallbackPairs => ({
  async locate(suite, corpid) {
    const record = await corps.find(requireSuiteId(suite), corpid)
    const own = record?.callbackPair
    const aesKey = own ? parseEncodingAesKey(own.encodingAesKey) : null
    const ownPair: CallbackPair | null = own && aesKey ? { token: own.token, aesKey } : null
    return {
      url: 'company',
      suite,
      pathCorpid: corpid,
      hasOwnPair: ownPair !== null,
      pairs: [...(ownPair ? [ownPair] : []), ...pairsOfSuite(suite)],
    }
  },

  async save(suiteId, corpid, token, encodingAesKey) {
    const { corpid: savedAs } = await corps.require(suiteId, corpid)
    if (parseEncodingAesKey(encodingAesKey) === null) {
      throw new ServiceError('invalid_request', 'The EncodingAESKey must be 43 letters and digits.')
    }
    const callbackPair = { token, encodingAesKey }
    await corps.change(suiteId, savedAs, (current) => current && { ...current, callbackPair })
  },
})
