/**
 * Callback pairs of companies' own: each company that authorised a customised app (代开发) has a
 * callback configuration, and so a Token and EncodingAESKey, of its own.
 */
import { type Clock, secondMs, within } from '../../clock'
import { ServiceError } from '../../errors'
import type { CorpRecord } from '../../store/store'
import { parseEncodingAesKey } from '../../wecom/callback/crypto'
import { type CallbackPair, isSamePair } from '../../wecom/callback/envelope'
import type { Corps } from '../corps'
import { pairsOfSuite, requireSuiteId, type Suite } from '../suites'
import type { CallbackUrl } from './expected-pairs'

export interface CorpCallbackPairs {
  /**
   * The URL of one company: its own pair first, then those of its suite.
   *
   * @throws {ServiceError} suite_not_configured; store_unavailable, within a second
   */
  locate(suite: Suite, corpid: string): Promise<CallbackUrl>
  /**
   * Saves a company's pair.
   *
   * @throws {ServiceError} corp_not_authorized, invalid_request
   */
  save(suiteId: string, corpid: string, token: string, encodingAesKey: string): Promise<void>
}

/** WeCom waits for the answer to its push, and pushes again where that is 503. */
const withinMs = 0.9 * secondMs

const inTime = <T>(reading: Promise<T>, clock: Pick<Clock, 'alarm'>): Promise<T> =>
  within(clock, withinMs, reading, () => {
    const sentence = 'What is kept of this company can’t be read in time.'
    throw new ServiceError('store_unavailable', sentence, { retryAfterSeconds: 10 })
  })

const ownPairOf = (record: CorpRecord | null): CallbackPair | null => {
  const own = record?.callbackPair
  const aesKey = own ? parseEncodingAesKey(own.encodingAesKey) : null
  return own && aesKey ? { token: own.token, aesKey } : null
}

const urlOf = (suite: Suite, corpid: string, own: CallbackPair | null): CallbackUrl => ({
  url: 'company',
  suite,
  pathCorpid: corpid,
  hasOwnPair: own !== null,
  pairs: [...(own ? [own] : []), ...pairsOfSuite(suite)],
})

export const createCorpCallbackPairs = (
  corps: Corps,
  clock: Pick<Clock, 'alarm'>,
): CorpCallbackPairs => ({
  async locate(suite, corpid) {
    const suiteId = requireSuiteId(suite)
    const record = await inTime(corps.find(suiteId, corpid), clock)
    const own = ownPairOf(record)
    const at = urlOf(suite, corpid, own)
    // Who was unknown was looked up just now.
    if (record === null) return at
    return {
      ...at,
      async again() {
        const now = ownPairOf(await inTime(corps.findCurrent(suiteId, corpid), clock))
        const isSame = now === own || (now !== null && own !== null && isSamePair(now, own))
        return isSame ? null : urlOf(suite, corpid, now)
      },
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
