/** What WeCom has shown so far: which of our URLs it reached, whether it lets our calls through. */
import { type Clock, hourMs } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import type { EventLog } from '../store/event-log'
import type { Store } from '../store/store'
import { catalogue } from '../wecom/catalogue'
import type { Journal } from './journal'
import type { CallbackUrl } from './reception'
import type { RefusedAddress } from './refused-address'
import type { Evidence } from './setup'
import type { Suite, Suites } from './suites'
import { suiteTokenKey } from './token-source'

type Place = Pick<CallbackUrl, 'url' | 'suite'>

export interface EvidenceBook {
  /** WeCom reached a URL with a good signature. A check leaves no other trace: it is noted. */
  reached(at: Place, by: 'check' | 'push'): void
  /** A callback came that was sealed with a pair of before a rotation. */
  usedPreviousPair(suite: Suite): void
  previousPairUsedAt(key: string): number | null
  /** What is known: seen by this process, or left by earlier ones in the store. */
  read(): Promise<Evidence>
}

const typesOf = (url: 'data' | 'system'): string[] =>
  catalogue()
    .filter(({ urls }) => urls[0] === url)
    .map(({ type }) => type)

const placeOf = ({ url, suite }: Place): string => `${url} ${suite?.key ?? ''}`

const checkedType = 'suited.url_checked'

export const createEvidence = (parts: {
  suites: Suites
  store: Pick<Store, 'loadSuite' | 'loadToken'>
  eventLog: Pick<EventLog, 'list'>
  refusedAddress: Pick<RefusedAddress, 'current'>
  journal: Journal
  clock: Clock
  log: Logger
}): EvidenceBook => {
  const { suites, store, eventLog, refusedAddress, journal, clock, log } = parts
  const previousUsedAt = new Map<string, number>()
  const seen = new Set<string>()
  const noted = new Set<string>()
  const dataTypes = typesOf('data')
  const systemTypes = typesOf('system')

  const kept = async (types: readonly string[], suiteId?: string): Promise<boolean> =>
    (await eventLog.list({ suiteId, types, limit: 1 })).items.length > 0

  /** The places that processes before this one saw checked. */
  const checkedBefore = async (): Promise<Set<string>> => {
    const { items } = await eventLog.list({ type: checkedType, limit: 200 })
    const places = items.map(({ body }) => (JSON.parse(body || '{}') as { place?: string }).place)
    return new Set(places.filter((place) => place !== undefined))
  }

  const noteCheck = async (place: string, suiteId: string | null): Promise<void> => {
    if ((await checkedBefore()).has(place)) return
    await journal.note(checkedType, suiteId, null, { place })
  }

  return {
    reached(at, by) {
      const place = placeOf(at)
      seen.add(place)
      if (by === 'push' || noted.has(place)) return
      noted.add(place)
      noteCheck(place, at.suite?.suiteId ?? null).catch((error) =>
        log.warn('the check of a URL could not be noted', { reason: reasonOf(error) }),
      )
    },

    usedPreviousPair({ key }) {
      const now = clock.now()
      const before = previousUsedAt.get(key)
      if (before === undefined || now - before >= hourMs) {
        log.info('WeCom still uses the previous Token of a suite', { suite: key })
      }
      previousUsedAt.set(key, now)
    },
    previousPairUsedAt: (key) => previousUsedAt.get(key) ?? null,

    async read() {
      const commandUrlReached = new Set<string>()
      const dataUrlReached = new Set<string>()
      const callsAllowed = new Set<string>()
      const refusedIp = refusedAddress.current()
      const reached = new Set([...seen, ...(await checkedBefore())])
      for (const suite of suites.all) {
        const { key, suiteId } = suite
        if (reached.has(placeOf({ url: 'command', suite }))) commandUrlReached.add(key)
        if (reached.has(placeOf({ url: 'data', suite }))) dataUrlReached.add(key)
        if (suiteId === null) continue
        if ((await store.loadSuite(suiteId))?.ticket) commandUrlReached.add(key)
        if (await kept(dataTypes, suiteId)) dataUrlReached.add(key)
        const allowed = refusedIp === null && (await store.loadToken(suiteTokenKey(suiteId)))
        if (allowed) callsAllowed.add(key)
      }
      const systemPlace = placeOf({ url: 'system', suite: null })
      const systemUrlReached = reached.has(systemPlace) || (await kept(systemTypes))
      return {
        systemUrlReached,
        commandUrlReached,
        dataUrlReached,
        callsAllowed,
        refusedIp: refusedIp || null,
      }
    },
  }
}
