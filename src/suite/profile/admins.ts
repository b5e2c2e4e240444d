/** The admins of the app inside a company (应用管理员, documents 90606 and 95038). */
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import type { OwnEvents } from '../../events/own-events'
import { retryForADay } from '../../events/retry-for-a-day'
import type { Random } from '../../retry'
import type { EventRecord, Settlement } from '../../store/event-record'
import type { CorpAdmin } from '../../store/store'
import type { ProviderCalls } from '../../wecom/api/provider-calls'
import type { Corps } from '../corps'
import { suiteTokenKey } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'

export interface Admins {
  /**
   * Asks WeCom now and stores the answer.
   *
   * @throws {ServiceError} corp_not_authorized, suite_not_configured, wecom_error, wecom_timeout
   */
  read(suiteId: string, corpid: string): Promise<CorpAdmin[]>
  /** Works on change_app_admin: reads them again. */
  readAgain(event: EventRecord): Promise<Settlement>
}

const namesOf = (admins: readonly CorpAdmin[]): string[] =>
  admins.map(({ userid, authType }) => `${userid} (${authType === 1 ? 'manages' : 'messages'})`)

export const createAdmins = (parts: {
  corps: Corps
  tokens: Tokens
  providerCalls: Pick<ProviderCalls, 'fetchAdmins'>
  ownEvents: OwnEvents
  clock: Clock
  random: Random
}): Admins => {
  const { corps, tokens, providerCalls, ownEvents, clock, random } = parts

  const read: Admins['read'] = async (suiteId, id) => {
    const { agentid, corpid, admins: before } = await corps.require(suiteId, id)
    if (agentid === null) {
      throw new ServiceError(
        'suite_not_configured',
        'The agentid of this company could not be read from WeCom yet.',
        { retryAfterSeconds: 15 },
      )
    }
    const admins = await tokens.withToken(suiteTokenKey(suiteId), (token) =>
      providerCalls.fetchAdmins(token, corpid, agentid),
    )
    await corps.change(suiteId, corpid, (current) =>
      current?.permanentCode ? { ...current, admins } : null,
    )
    // Before the first reading nobody knew them: that they are there is no change.
    if (!before) return admins
    const [old, now] = [namesOf(before), namesOf(admins)]
    const added = now.filter((name) => !old.includes(name))
    const removed = old.filter((name) => !now.includes(name))
    if (added.length + removed.length > 0) {
      await ownEvents.add('suited.corp_admins_changed', suiteId, corpid, { added, removed })
    }
    return admins
  }

  return {
    read,
    async readAgain(event) {
      const { suiteId, corpid } = event
      if (!suiteId || !corpid) return { status: 'done' }
      const record = await corps.find(suiteId, corpid)
      if (record?.status !== 'authorized') return { status: 'done' }
      try {
        await read(suiteId, corpid)
        return { status: 'done' }
      } catch (error) {
        return retryForADay(event, error, clock.now(), random)
      }
    },
  }
}
