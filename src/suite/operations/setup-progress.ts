/** What WeCom has shown so far: which of our URLs it reached, whether it lets our calls through. */
import { reasonOf } from '../../errors'
import type { Journal } from '../../events/own-events'
import type { Logger } from '../../log'
import type { EventLog } from '../../store/event-log'
import type { Store } from '../../store/store'
import { catalogue } from '../../wecom/catalogue/catalogue'
import type { CurrentRefusedCallbackWarnings } from '../callback/refused/current-warnings'
import { type CallbackPlace, placeOf } from '../callback-place'
import type { Suite, Suites } from '../suites'
import { suiteTokenKey } from '../tokens/token-source'
import type { CompanyUrls, Evidence } from './console-fields'
import type { RefusedAddress } from './refused-ip'

export interface EvidenceBook {
  /** WeCom reached a URL with a good signature. A check leaves no other trace: it is noted. */
  reached(at: CallbackPlace, by: 'check' | 'push'): void
  /** What is known: seen by this process, or left by earlier ones in the store. */
  read(): Promise<Evidence>
}

const typesOf = (url: 'data' | 'system'): string[] =>
  catalogue()
    .filter(({ urls }) => urls[0] === url)
    .map(({ type }) => type)

const checkedType = 'suited.url_checked'
const corpCheckedType = 'suited.corp_url_checked'

/** A template may serve thousands of companies: so many are looked at. */
const companiesShown = 20

export const createEvidence = (parts: {
  suites: Suites
  store: Pick<Store, 'loadSuite' | 'loadToken' | 'listCorps' | 'countCorps'>
  eventLog: Pick<EventLog, 'list'>
  refusedAddress: Pick<RefusedAddress, 'current'>
  refusedCallbackWarnings: CurrentRefusedCallbackWarnings
  journal: Journal
  log: Logger
  /** The places that this process saw reached: they outlive a change of settings. */
  seen: Set<string>
}): EvidenceBook => {
  const { suites, store, eventLog, refusedAddress, refusedCallbackWarnings, journal, log, seen } =
    parts
  const noted = new Set<string>()
  const dataTypes = typesOf('data')
  const systemTypes = typesOf('system')

  const kept = async (
    types: readonly string[],
    suiteId?: string,
    corpid?: string,
  ): Promise<boolean> =>
    (await eventLog.list({ suiteId, corpid, types, limit: 1 })).items.length > 0

  /** The places that processes before this one saw checked. */
  const checkedBefore = async (): Promise<Set<string>> => {
    const { items } = await eventLog.list({ type: checkedType, limit: 200 })
    const places = items.map(({ body }) => (JSON.parse(body || '{}') as { place?: string }).place)
    return new Set(places.filter((place) => place !== undefined))
  }

  const noteCheck = async (
    place: string,
    { url, suite, pathCorpid }: CallbackPlace,
  ): Promise<void> => {
    const suiteId = suite?.suiteId ?? null
    if (url === 'company' && suiteId !== null && pathCorpid !== null) {
      if (await kept([corpCheckedType], suiteId, pathCorpid)) return
      return journal.note(corpCheckedType, suiteId, pathCorpid)
    }
    if ((await checkedBefore()).has(place)) return
    await journal.note(checkedType, suiteId, null, { place })
  }

  /** Of a template each company has a URL of its own. */
  const companyUrlsOf = async (suite: Suite, suiteId: string): Promise<CompanyUrls> => {
    const status = 'authorized'
    const { items } = await store.listCorps({ suiteId, status, limit: companiesShown })
    const first = items.map(async ({ corpid, name }) => {
      const own = placeOf({ url: 'company', suite, pathCorpid: corpid })
      const types = [...dataTypes, corpCheckedType]
      return { corpid, name, reached: seen.has(own) || (await kept(types, suiteId, corpid)) }
    })
    const { authorized } = await store.countCorps(suiteId)
    return { first: await Promise.all(first), more: authorized - first.length }
  }

  return {
    reached(at, by) {
      const place = placeOf(at)
      seen.add(place)
      if (by === 'push' || noted.has(place)) return
      noted.add(place)
      noteCheck(place, at).catch((error) =>
        log.warn('the check of a URL could not be noted', { reason: reasonOf(error) }),
      )
    },

    async read() {
      const commandUrlReached = new Set<string>()
      const dataUrlReached = new Set<string>()
      const callsAllowed = new Set<string>()
      const companyUrls = new Map<string, CompanyUrls>()
      const refusedIp = refusedAddress.current()
      const reached = new Set([...seen, ...(await checkedBefore())])
      for (const suite of suites.all) {
        const { key, kind, suiteId } = suite
        const pathCorpid = null
        if (reached.has(placeOf({ url: 'command', suite, pathCorpid }))) commandUrlReached.add(key)
        if (reached.has(placeOf({ url: 'data', suite, pathCorpid }))) dataUrlReached.add(key)
        if (suiteId === null) continue
        if (kind === 'customised') companyUrls.set(key, await companyUrlsOf(suite, suiteId))
        if ((await store.loadSuite(suiteId))?.ticket) commandUrlReached.add(key)
        if (await kept(dataTypes, suiteId)) dataUrlReached.add(key)
        const allowed = refusedIp === null && (await store.loadToken(suiteTokenKey(suiteId)))
        if (allowed) callsAllowed.add(key)
      }
      const systemPlace = placeOf({ url: 'system', suite: null, pathCorpid: null })
      const systemUrlReached = reached.has(systemPlace) || (await kept(systemTypes))
      return {
        systemUrlReached,
        commandUrlReached,
        dataUrlReached,
        callsAllowed,
        companyUrls,
        refusedIp: refusedIp || null,
        refused: new Map(
          (await refusedCallbackWarnings()).flatMap(({ places, detail }) =>
            places.map((place) => [place, detail] as const),
          ),
        ),
      }
    },
  }
}
