/** The endpoints of the settings and of the store, together. */
import { type Clock, secondMs } from '../clock'
import type { EndpointFilter, Endpoints } from '../store/endpoints'
import { type Endpoint, type EndpointDirectory, filtersBeside, lackedAmong } from './endpoint'

/** What other processes changed is known after so long at the latest. */
const rememberedMs = 2 * secondMs

/** @param ofSettings of two with one name the one of the settings counts */
export const createEndpointDirectory = (parts: {
  ofSettings: readonly Endpoint[]
  store: Pick<Endpoints, 'listEndpoints'>
  /** Those of the settings of other replicas. */
  ofOthers(): readonly EndpointFilter[]
  clock: Clock
}): EndpointDirectory => {
  const { ofSettings, store, ofOthers, clock } = parts
  const reserved = new Set(ofSettings.map(({ name }) => name))
  let known: readonly Endpoint[] | null = null
  let namesOfStore: ReadonlySet<string> = new Set()
  let reading: Promise<readonly Endpoint[]> | null = null
  let readAt = 0

  let readings = 0

  const read = async (): Promise<readonly Endpoint[]> => {
    readings += 1
    const own = readings
    const records = await store.listEndpoints()
    const stored = records
      .filter(({ name }) => !reserved.has(name))
      .map(({ version: _, ...record }): Endpoint => ({ ...record, origin: 'api' }))
    const all = [...ofSettings, ...stored].sort((a, b) => (a.name < b.name ? -1 : 1))
    // A slow one may end after one that began later.
    if (own === readings) {
      known = all
      namesOfStore = new Set(records.map(({ name }) => name))
    }
    return all
  }

  const all = (): Promise<readonly Endpoint[]> => {
    const now = clock.now()
    const isRecent = now >= readAt && now - readAt < rememberedMs
    if (reading !== null && isRecent) return reading
    readAt = now
    reading = read().catch((error) => {
      // Better those of a moment ago than none: what is due goes on.
      if (known !== null) return known
      reading = null
      throw error
    })
    return reading
  }

  const elsewhere = () => lackedAmong(known ?? ofSettings, ofOthers())

  return {
    all,
    elsewhere,
    async destinations() {
      const own = await all()
      return [...own, ...filtersBeside(own, ofOthers())]
    },
    filtersElsewhere: (name) => ofOthers().filter((one) => one.name === name),
    ambiguous() {
      const names = new Set(ofOthers().map(({ name }) => name))
      return [...names].filter((name) => namesOfStore.has(name) && !reserved.has(name))
    },
    namesOfStore: () => namesOfStore,
    byName: async (name) => (await all()).find((endpoint) => endpoint.name === name) ?? null,
    known: () => known ?? [],
    hasAny: () => known === null || known.length > 0 || elsewhere().length > 0,
    forget() {
      reading = null
    },
  }
}
