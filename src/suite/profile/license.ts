/**
 * The interface licences (接口许可) of companies: read daily, and members that came without one
 * counted.
 */
import { type Clock, hourMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import type { EventRecord, Settlement } from '../../store/event-record'
import type { CorpRecord } from '../../store/store'
import type { ProviderCalls } from '../../wecom/api/provider-calls'
import type { Corps } from '../corps'
import type { Suites } from '../suites'
import { providerTokenKey } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'

export interface Licensing {
  /** Reads one company's licence now, if the provider's secret is configured. Never throws. */
  read(record: CorpRecord): Promise<void>
  /** Whether its last reading is not of today. */
  isOld(record: CorpRecord): boolean
  /** Reads it if it is old. Never throws. */
  readIfOld(record: CorpRecord): Promise<void>
  /** Works on unlicensed_notify: a member without a licence opened the app. */
  count(event: EventRecord): Promise<Settlement>
}

/** Half a day: whatever the rhythm in which companies are visited, none is read less than daily. */
const oldAfterMs = 12 * hourMs

/** More than are worked on at once: one that is worked on again after a crash is among them. */
const eventsRemembered = 32

export const createLicensing = (parts: {
  suites: Suites
  corps: Corps
  tokens: Tokens
  providerCalls: Pick<ProviderCalls, 'fetchLicense'>
  clock: Clock
  log: Logger
}): Licensing => {
  const { suites, corps, tokens, providerCalls, clock, log } = parts

  const read: Licensing['read'] = async ({ suiteId, corpid }) => {
    const { provider } = suites
    if (provider.corpid === null || provider.secret === null) return
    try {
      const answer = await tokens.withToken(providerTokenKey(provider.corpid), (token) =>
        providerCalls.fetchLicense(token, corpid, suiteId),
      )
      const license = { ...answer, checkedAt: clock.now() }
      await corps.change(suiteId, corpid, (current) => current && { ...current, license })
    } catch (error) {
      log.info('a licence could not be read', { suiteId, corpid, reason: reasonOf(error) })
    }
  }

  const isOld = ({ license }: CorpRecord) => clock.now() - (license?.checkedAt ?? 0) >= oldAfterMs

  return {
    read,

    isOld,

    async readIfOld(record) {
      if (isOld(record)) await read(record)
    },

    async count({ id, suiteId, corpid, receivedAt }) {
      const record = suiteId && corpid ? await corps.find(suiteId, corpid) : null
      if (!record) return { status: 'done' }
      await corps.change(record.suiteId, record.corpid, (current) => {
        const { notices = 0, lastAt = 0, eventIds = [] } = current?.unlicensed ?? {}
        if (!current || eventIds.includes(id)) return null
        return {
          ...current,
          unlicensed: {
            notices: notices + 1,
            lastAt: Math.max(lastAt, receivedAt),
            eventIds: [...eventIds, id].slice(-eventsRemembered),
          },
        }
      })
      return { status: 'done' }
    },
  }
}
