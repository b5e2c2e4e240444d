/**
 * The grant of a company, as WeCom tells it: read, stored, and the difference noted in its
 * timeline.
 */
import type { Clock } from '../../clock'
import type { OwnEvents } from '../../events/own-events'
import type { CorpRecord } from '../../store/store'
import type { WecomCalls } from '../../wecom/api/suite-calls'
import type { Corps } from '../corps'
import type { Tokens } from '../tokens/tokens'
import { fetchAuthInfo } from './auth-info'
import { grantDiff } from './grant-diff'

/**
 * Reads what a company granted; its record as it then stands, null if it left meanwhile.
 *
 * @throws {ServiceError} corp_not_authorized, wecom_error, wecom_timeout
 */
export type ReadGrant = (suiteId: string, corpid: string) => Promise<CorpRecord | null>

export const createReadGrant = (parts: {
  corps: Corps
  tokens: Tokens
  calls: Pick<WecomCalls, 'fetchAuthInfo'>
  ownEvents: OwnEvents
  clock: Pick<Clock, 'now'>
}): ReadGrant => {
  const { corps, tokens, calls, ownEvents, clock } = parts
  /** The last reading of each company that is under way. */
  const readings = new Map<string, Promise<unknown>>()

  const read: ReadGrant = async (suiteId, id) => {
    const { corpid, permanentCode } = await corps.require(suiteId, id)
    const grantReadAt = clock.now()
    const answer = await fetchAuthInfo({ tokens, calls }, suiteId, corpid, permanentCode)
    const { before, after } = await corps.change(suiteId, corpid, (current) => {
      if (current?.permanentCode !== permanentCode) return null
      // Another process began to read later, and was told sooner.
      if ((current.grantReadAt ?? 0) > grantReadAt) return null
      return {
        ...current,
        name: answer.name || current.name,
        agentid: answer.agentid ?? current.agentid,
        authMode: answer.authMode ?? current.authMode,
        authInfo: answer.agent ?? current.authInfo,
        grantReadAt,
      }
    })
    if (before?.permanentCode !== permanentCode || !after) return null
    // The first reading after an install has nothing to be compared with.
    const changes = before.authInfo === null ? [] : grantDiff(before, after)
    if (changes.length > 0) await ownEvents.add('suited.corp_changed', suiteId, corpid, { changes })
    return after
  }

  // One after the other, so that those of one process need no second look at their order.
  return (suiteId, corpid) => {
    const name = `${suiteId} ${corpid}`
    const begin = () => read(suiteId, corpid)
    const earlier = readings.get(name)
    const reading = earlier ? earlier.then(begin, begin) : begin()
    readings.set(name, reading)
    const forget = () => {
      if (readings.get(name) === reading) readings.delete(name)
    }
    reading.then(forget, forget)
    return reading
  }
}
