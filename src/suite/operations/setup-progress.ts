/**
 * The progress of the setup, as far as WeCom has shown it: which of our URLs it reached, whether it
 * lets our calls through.
 */
import type { Clock } from '../../clock'
import { reasonOf } from '../../errors'
import type { OwnEvents } from '../../events/own-events'
import type { Logger } from '../../log'
import type { EventLog } from '../../store/event-log'
import type { Facts } from '../../store/facts'
import type { Store } from '../../store/store'
import { catalogue } from '../../wecom/catalogue/catalogue'
import type { CurrentRefusedCallbackWarnings } from '../callback/refused/current-warnings'
import { type CallbackPlace, placeOf } from '../callback-place'
import type { Suite, Suites } from '../suites'
import { suiteTokenKey } from '../tokens/token-source'
import type { RefusedAddress } from './refused-ip'
import type { CorpUrls, SetupProgress } from './setup-facts'

export interface SetupProgressRecorder {
  /** WeCom reached a URL with a good signature: that is kept as a fact. */
  reached(at: CallbackPlace, by: 'check' | 'push'): void
  /** What is known: seen by this process, or left by earlier ones in the store. */
  read(): Promise<SetupProgress>
}

const typesOf = (url: 'data' | 'system'): string[] =>
  catalogue()
    .filter(({ urls }) => urls[0] === url)
    .map(({ type }) => type)

const checkedType = 'suited.url_checked'
const corpCheckedType = 'suited.corp_url_checked'
/** What a push leaves of the URL, whose own event is purged. */
const reachedType = 'suited.url_reached'
const corpReachedType = 'suited.corp_url_reached'

/** A template may serve thousands of companies: so many are looked at. */
const corpsShown = 20

/** Those from WeCom's market stand among them. */
const installsShown = 50

export const createSetupProgressRecorder = (parts: {
  suites: Suites
  store: Pick<Store, 'loadSuite' | 'loadToken' | 'listCorps' | 'countCorps'>
  eventLog: Pick<EventLog, 'list'>
  facts: Pick<Facts, 'addFacts' | 'listFacts'>
  refusedAddress: Pick<RefusedAddress, 'current'>
  refusedCallbackWarnings: CurrentRefusedCallbackWarnings
  ownEvents: OwnEvents
  clock: Pick<Clock, 'now'>
  log: Logger
  /** The places that this process saw reached: they outlive a change of settings. */
  seen: Set<string>
}): SetupProgressRecorder => {
  const { suites, store, eventLog, facts, refusedAddress, refusedCallbackWarnings } = parts
  const { ownEvents, clock, log, seen } = parts
  /** The places whose check, or whose push, stands among the facts. */
  const noted = { check: new Set<string>(), push: new Set<string>() }
  const dataTypes = typesOf('data')
  const systemTypes = typesOf('system')

  const isLogged = async (
    types: readonly string[],
    suiteId?: string,
    corpid?: string,
  ): Promise<boolean> =>
    (await eventLog.list({ suiteId, corpid, types, limit: 1 })).items.length > 0

  const placesOf = async (types: readonly string[]): Promise<Set<string>> => {
    const { items } = await facts.listFacts({ types, limit: 200 })
    const places = items.map(
      ({ payload }) => (JSON.parse(payload || '{}') as { place?: string }).place,
    )
    return new Set(places.filter((place) => place !== undefined))
  }

  const isKnownOf = async (
    types: readonly string[],
    suiteId: string,
    corpid: string,
  ): Promise<boolean> =>
    (await facts.listFacts({ types, suiteId, corpids: [corpid], limit: 1 })).items.length > 0

  const noteCheck = async (
    place: string,
    { url, suite, pathCorpid }: CallbackPlace,
  ): Promise<void> => {
    const suiteId = suite?.suiteId ?? null
    if (url === 'company' && suiteId !== null && pathCorpid !== null) {
      if (await isKnownOf([corpCheckedType], suiteId, pathCorpid)) return
      return ownEvents.add(corpCheckedType, suiteId, pathCorpid)
    }
    if ((await placesOf([checkedType])).has(place)) return
    await ownEvents.add(checkedType, suiteId, null, { place })
  }

  const notePush = async (place: string, { url, suite, pathCorpid }: CallbackPlace) => {
    const ofCorp = url === 'company' && pathCorpid !== null
    await facts.addFacts([
      {
        id: `reached ${place}`,
        suiteId: suite?.suiteId ?? null,
        corpid: ofCorp ? pathCorpid : null,
        type: ofCorp ? corpReachedType : reachedType,
        at: clock.now(),
        payload: JSON.stringify({ place }),
      },
    ])
  }

  /** Whether a browser has brought a code of WeCom's that gave a company. */
  const hasInstalledHere = async (suiteId: string): Promise<boolean> => {
    const { items } = await eventLog.list({ suiteId, type: 'create_auth', limit: installsShown })
    return items.some(({ source, corpid }) => source === 'install' && corpid !== null)
  }

  /** Of a template each company has a URL of its own. */
  const corpUrlsOf = async (suite: Suite, suiteId: string): Promise<CorpUrls> => {
    const status = 'authorized'
    const { items } = await store.listCorps({ suiteId, status, limit: corpsShown })
    const first = items.map(async ({ corpid, name }) => {
      const own = placeOf({ url: 'company', suite, pathCorpid: corpid })
      const reached =
        seen.has(own) ||
        (await isKnownOf([corpCheckedType, corpReachedType], suiteId, corpid)) ||
        (await isLogged(dataTypes, suiteId, corpid))
      return { corpid, name, reached }
    })
    const { authorized } = await store.countCorps(suiteId)
    return { first: await Promise.all(first), more: authorized - first.length }
  }

  return {
    reached(at, by) {
      const place = placeOf(at)
      seen.add(place)
      if (noted[by].has(place)) return
      noted[by].add(place)
      const note = by === 'check' ? noteCheck : notePush
      note(place, at).catch((error) =>
        log.warn('that WeCom reached a URL could not be noted', { reason: reasonOf(error) }),
      )
    },

    async read() {
      const commandUrlReached = new Set<string>()
      const dataUrlReached = new Set<string>()
      const callsAllowed = new Set<string>()
      const corpUrls = new Map<string, CorpUrls>()
      const installedHere = new Set<string>()
      const refusedIp = refusedAddress.current()
      const reached = new Set([...seen, ...(await placesOf([checkedType, reachedType]))])
      for (const suite of suites.all) {
        const { key, kind, suiteId } = suite
        const pathCorpid = null
        if (reached.has(placeOf({ url: 'command', suite, pathCorpid }))) commandUrlReached.add(key)
        if (reached.has(placeOf({ url: 'data', suite, pathCorpid }))) dataUrlReached.add(key)
        if (suiteId === null) continue
        if (kind === 'customised') corpUrls.set(key, await corpUrlsOf(suite, suiteId))
        if ((await store.loadSuite(suiteId))?.ticket) commandUrlReached.add(key)
        if (await isLogged(dataTypes, suiteId)) dataUrlReached.add(key)
        if (await hasInstalledHere(suiteId)) installedHere.add(key)
        const allowed = refusedIp === null && (await store.loadToken(suiteTokenKey(suiteId)))
        if (allowed) callsAllowed.add(key)
      }
      const systemPlace = placeOf({ url: 'system', suite: null, pathCorpid: null })
      const systemUrlReached = reached.has(systemPlace) || (await isLogged(systemTypes))
      return {
        systemUrlReached,
        commandUrlReached,
        dataUrlReached,
        callsAllowed,
        corpUrls,
        installedHere,
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
