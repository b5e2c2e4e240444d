/**
 * Interface licences (接口许可) as state: read daily for each company, and members that came without
 * one counted. A slice of the companies every minute, so that a round takes about a day.
 */
import { type Clock, hourMs } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import type { EventRecord, Settlement } from '../store/event-log'
import type { CorpRecord, Store } from '../store/store'
import type { ProviderCalls } from '../wecom/provider-calls'
import type { Companies } from './companies'
import type { Suites } from './suites'
import { providerTokenKey } from './token-source'
import type { Tokens } from './tokens'

export interface Licensing {
  /** Reads one company's licence now, if the provider's secret is configured. Never throws. */
  read(record: CorpRecord): Promise<void>
  /** Reads the next slice of those whose last reading is old. */
  readDue(): Promise<void>
  /** Works on unlicensed_notify: a member without a licence opened the app. */
  count(event: EventRecord): Promise<Settlement>
}

const oldAfterMs = 20 * hourMs
const slicesADay = 24 * 60
const largestSlice = 200

export const createLicensing = (parts: {
  suites: Suites
  store: Pick<Store, 'listCorps' | 'countCorps'>
  companies: Companies
  tokens: Tokens
  providerCalls: ProviderCalls
  clock: Clock
  log: Logger
}): Licensing => {
  const { suites, store, companies, tokens, providerCalls, clock, log } = parts
  let cursor: string | undefined

  const read: Licensing['read'] = async ({ suiteId, corpid }) => {
    const { provider } = suites
    if (provider.corpid === null || provider.secret === null) return
    try {
      const told = await tokens.withToken(providerTokenKey(provider.corpid), (token) =>
        providerCalls.fetchLicense(token, corpid, suiteId),
      )
      const license = { ...told, checkedAt: clock.now() }
      await companies.change(suiteId, corpid, (current) => current && { ...current, license })
    } catch (error) {
      log.info('a licence could not be read', { suiteId, corpid, reason: reasonOf(error) })
    }
  }

  return {
    read,

    async readDue() {
      if (suites.provider.secret === null) return
      const { authorized } = await store.countCorps()
      const limit = Math.min(Math.max(Math.ceil(authorized / slicesADay), 1), largestSlice)
      const page = await store.listCorps({ status: 'authorized', limit, cursor })
      cursor = page.next ?? undefined
      for (const { suiteId, corpid } of page.items) {
        const record = await companies.find(suiteId, corpid)
        const checkedAt = record?.license?.checkedAt ?? 0
        if (record && clock.now() - checkedAt >= oldAfterMs) await read(record)
      }
    },

    async count({ suiteId, corpid, receivedAt }) {
      if (!suiteId || !corpid) return { status: 'done' }
      await companies.change(suiteId, corpid, (current) => {
        if (!current) return null
        const notices = (current.unlicensed?.notices ?? 0) + 1
        return { ...current, unlicensed: { notices, lastAt: receivedAt } }
      })
      return { status: 'done' }
    },
  }
}
