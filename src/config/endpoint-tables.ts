/**
 * All endpoints of the settings: those of the file, and the one of the environment, which is called
 * `default`. Pure but for `readFile`.
 */
import type { Endpoint } from '../delivery/endpoint'
import { defaultConcurrency } from '../delivery/endpoints/endpoint-fields'
import { replyConflict } from '../delivery/endpoints/reply-conflict'
import { readEndpoint } from './endpoint-table'
import type { Problem, ReadFile, Table } from './place'
import type { Settings } from './settings'

export interface EndpointTables {
  /** Not to be used if there are problems. */
  readonly endpoints: readonly Endpoint[]
  readonly problems: readonly Problem[]
}

const placeAt = (position: number): string => `endpoints[${position}].`

/** The name of the endpoint of `SUITED_FORWARD_URL`. */
const nameOfForward = 'default'

/** Being the operator's own word, it may be a private address. */
const endpointOfForward = ({
  SUITED_FORWARD_URL: url,
  SUITED_FORWARD_SECRET: secret,
}: Settings): Endpoint | null =>
  url === null || secret === null
    ? null
    : {
        name: nameOfForward,
        url,
        signing: { format: 'standard', secrets: [{ secret, until: null }] },
        types: null,
        suites: null,
        corps: null,
        order: 'none',
        replies: false,
        private: true,
        maxPerSecond: null,
        concurrency: defaultConcurrency,
        headers: {},
        createdAt: null,
        origin: 'settings',
      }

const sharedNames = (endpoints: readonly Endpoint[]): Problem[] => {
  const names = endpoints.map(({ name }) => name)
  return names.flatMap((name, i) => {
    const first = names.indexOf(name)
    if (name === '' || first === i) return []
    return [{ setting: `${placeAt(i)}name`, problem: `is the same as ${placeAt(first)}name` }]
  })
}

const besideForward = (endpoints: readonly Endpoint[], isForwarding: boolean): Problem[] =>
  isForwarding
    ? endpoints.flatMap(({ name }, i) =>
        name === nameOfForward
          ? [
              {
                setting: `${placeAt(i)}name`,
                problem: `is "${nameOfForward}", which is the endpoint of SUITED_FORWARD_URL: give it another one, or unset that`,
              },
            ]
          : [],
      )
    : []

const sharedReplies = (endpoints: readonly Endpoint[]): Problem[] =>
  endpoints.flatMap((endpoint, i) => {
    const other = replyConflict(endpoint, endpoints.slice(0, i))
    if (other === null) return []
    const first = `${placeAt(endpoints.indexOf(other))}replies`
    const problem = `is true as ${first} is, for the same suite: a message has one reply, so one endpoint of a suite replies`
    return [{ setting: `${placeAt(i)}replies`, problem }]
  })

/**
 * @param knownSuites the keys of the suites; null where those can't be told
 */
export const readEndpointTables = (
  tables: readonly Table[],
  readFile: ReadFile,
  settings: Settings,
  knownSuites: readonly string[] | null,
): EndpointTables => {
  const read = tables.map((table, i) => readEndpoint(table, placeAt(i), readFile, knownSuites))
  const ofTables = read.map(({ endpoint }) => endpoint)
  const forward = endpointOfForward(settings)
  const problems = [
    ...read.flatMap((one) => one.problems),
    ...sharedNames(ofTables),
    ...besideForward(ofTables, settings.SUITED_FORWARD_URL !== null),
  ]
  return {
    endpoints: forward === null ? ofTables : [forward, ...ofTables],
    problems: problems.length > 0 ? problems : sharedReplies(ofTables),
  }
}
