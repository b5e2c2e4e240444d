/** Which events an endpoint wants: its filter, as it is now, also for what waits already. Pure. */
import type { OwnEventType } from '../events/own-events'
import { unreadType } from '../events/unread-type'
import type { EndpointFilter } from '../store/endpoints'
import type { EventRecord } from '../store/event-record'

export type Filtered = Pick<EventRecord, 'type' | 'suiteId' | 'corpid' | 'source' | 'body'>

/** The operator's name for a suite, by WeCom's id of it; null for one that is not ours. */
export type SuiteKeyOf = (suiteId: string) => string | null

/** What an own event about an endpoint is called; those never go to that endpoint. */
export const endpointEventTypes: readonly OwnEventType[] = [
  'suited.endpoint_failing',
  'suited.endpoint_off',
  'suited.endpoint_recovered',
]

const isAbout = ({ type, source, body }: Filtered, name: string): boolean =>
  source === 'suited' &&
  (endpointEventTypes as readonly string[]).includes(type) &&
  JSON.parse(body || '{}').endpoint === name

/**
 * Whether a type fits a pattern, in which `*` stands for any text. Each part between two of them is
 * looked for once, where it first stands: a regular expression would try all places that it could
 * have, and with a dozen `*` not end.
 */
export const fitsType = (pattern: string, type: string): boolean => {
  const parts = pattern.split('*')
  const first = parts.shift() ?? ''
  const last = parts.pop()
  if (last === undefined) return pattern === type
  if (!type.startsWith(first) || !type.endsWith(last)) return false
  let at = first.length
  for (const part of parts) {
    const found = type.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at <= type.length - last.length
}

/** Whether an event goes to an endpoint, once our own work on it has ended. */
export const isWanted = (
  endpoint: EndpointFilter,
  event: Filtered,
  suiteKeyOf: SuiteKeyOf,
): boolean => {
  const { name, types, suites, corps, signing } = endpoint
  const { type, suiteId, corpid, source } = event
  if (type === unreadType || isAbout(event, name)) return false
  // What suited says itself has no form in WeCom's envelope.
  if (signing.format === 'wecom' && source === 'suited') return false
  if (types !== null && !types.some((pattern) => fitsType(pattern, type))) return false
  if (corps !== null && (corpid === null || !corps.includes(corpid))) return false
  if (suites === null) return true
  const key = suiteId === null ? null : suiteKeyOf(suiteId)
  return key !== null && suites.includes(key)
}

/**
 * The endpoints that get an event, each once. The settings of several replicas may filter otherwise
 * for one name: it gets what any of them wants, and in order if any of them says so.
 */
export const endpointsWanting = (
  filters: readonly EndpointFilter[],
  event: Filtered,
  suiteKeyOf: SuiteKeyOf,
): readonly { readonly name: string; readonly ordered: boolean }[] => {
  const wanting = filters.filter((filter) => isWanted(filter, event, suiteKeyOf))
  const ordered = new Set(filters.filter(({ order }) => order === 'corp').map(({ name }) => name))
  return [...new Set(wanting.map(({ name }) => name))].map((name) => ({
    name,
    ordered: ordered.has(name),
  }))
}

/**
 * Whether an event goes to an endpoint by its own filter, or by one that another replica has.
 *
 * @param elsewhere asked only for what its own filter holds back
 */
export const isWantedByAny = (
  endpoint: EndpointFilter,
  elsewhere: () => readonly EndpointFilter[],
  event: Filtered,
  suiteKeyOf: SuiteKeyOf,
): boolean => {
  if (isWanted(endpoint, event, suiteKeyOf)) return true
  const { signing } = endpoint
  // In its own form: that of the other one is not what is sent here.
  return elsewhere().some((other) => isWanted({ ...other, signing }, event, suiteKeyOf))
}
