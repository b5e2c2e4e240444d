/**
 * The first details of a company whose permanent code has landed: its grant and its first token.
 */
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import type { CorpRecord } from '../../store/store'
import type { ReadGrant } from '../profile/grant'
import type { RetryReading } from '../profile/retry-reading'
import type { Tokens } from '../tokens/tokens'
import { type CodeLanded, type TryEnded, tryEnded } from './install-stage'

/** Reads the details. The company is authorised already: what fails is tried again for a day. */
export type ReadFirstDetails = (landed: CodeLanded) => Promise<TryEnded>

export const createReadFirstDetails = (parts: {
  readGrant: ReadGrant
  tokens: Pick<Tokens, 'get'>
  retryReading: RetryReading
  log: Logger
  /** Told when a company's code is stored and its details are read; never throws. */
  onAuthorized(record: CorpRecord): Promise<void>
}): ReadFirstDetails => {
  const { readGrant, tokens, retryReading, log, onAuthorized } = parts
  return async ({ event, record }) => {
    const { suiteId, corpid } = record
    try {
      const read = await readGrant(suiteId, corpid)
      await tokens.get({ suiteId, corpid, kind: 'access_token' })
      if (read) await onAuthorized(read)
      return tryEnded({ status: 'done', corpid })
    } catch (error) {
      log.warn('a company is authorised, but its details could not be read yet', {
        suiteId,
        corpid,
        reason: reasonOf(error),
      })
      return tryEnded(retryReading(event, corpid, error))
    }
  }
}
