/** What WeCom has shown so far: which of our URLs it reached, whether it lets our calls through. */
import { type Clock, hourMs } from '../clock'
import type { Logger } from '../log'
import type { EventLog } from '../store/event-log'
import type { Store } from '../store/store'
import { catalogue } from '../wecom/catalogue'
import { WecomFailure } from '../wecom/client'
import { ipInErrmsg, reactionTo } from '../wecom/errcode'
import type { CallbackUrl } from './reception'
import type { Evidence } from './setup'
import type { Suite, Suites } from './suites'
import { suiteTokenKey } from './token-source'
import type { Tokens } from './tokens'

export interface EvidenceBook {
  /** WeCom reached a URL with a good signature. */
  reached(at: Pick<CallbackUrl, 'url' | 'suite'>): void
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

export const createEvidence = (parts: {
  suites: Suites
  store: Pick<Store, 'loadSuite' | 'loadToken'>
  eventLog: Pick<EventLog, 'list'>
  tokens: Pick<Tokens, 'refusalOf'>
  clock: Clock
  log: Logger
}): EvidenceBook => {
  const { suites, store, eventLog, tokens, clock, log } = parts
  const previousUsedAt = new Map<string, number>()
  const seen = new Set<string>()
  const dataTypes = typesOf('data')
  const systemTypes = typesOf('system')

  const kept = async (types: readonly string[], suiteId?: string): Promise<boolean> =>
    (await eventLog.list({ suiteId, types, limit: 1 })).items.length > 0

  return {
    reached: ({ url, suite }) => void seen.add(`${url} ${suite?.key ?? ''}`),

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
      let refusedIp: string | null = null
      for (const { key, suiteId } of suites.all) {
        if (seen.has(`command ${key}`)) commandUrlReached.add(key)
        if (seen.has(`data ${key}`)) dataUrlReached.add(key)
        if (suiteId === null) continue
        if ((await store.loadSuite(suiteId))?.ticket) commandUrlReached.add(key)
        if (await kept(dataTypes, suiteId)) dataUrlReached.add(key)
        const error = tokens.refusalOf(suiteTokenKey(suiteId))?.error
        const refused = error instanceof WecomFailure ? error : null
        if (refused?.errcode && reactionTo(refused.errcode) === 'ip_not_allowed') {
          refusedIp = ipInErrmsg(refused.errmsg ?? '') ?? refusedIp
        } else if (await store.loadToken(suiteTokenKey(suiteId))) callsAllowed.add(key)
      }
      const systemUrlReached = seen.has('system ') || (await kept(systemTypes))
      return { systemUrlReached, commandUrlReached, dataUrlReached, callsAllowed, refusedIp }
    },
  }
}
