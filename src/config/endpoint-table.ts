/**
 * One `[[endpoints]]` table of the configuration file, read and judged. Pure but for `readFile`.
 */
import type { Endpoint } from '../delivery/endpoint'
import {
  defaultConcurrency,
  judgeCorps,
  judgeEndpointName,
  judgeHeaders,
  judgeSuites,
  judgeTypes,
  mostConcurrency,
  mostPerSecondEver,
} from '../delivery/endpoints/endpoint-fields'
import { judgeEndpointUrl } from '../delivery/send/endpoint-url'
import { judgeSecret } from '../delivery/send/signing-secret'
import { items } from '../web-address'
import { type Checked, checkTexts, isGiven } from './checked'
import {
  isTable,
  type Place,
  type Problem,
  type ReadFile,
  readPlaces,
  type Table,
  unknownKeys,
} from './place'
import type { Parse } from './value'
import * as value from './value'

export interface ReadEndpoint {
  /** Not to be used if there are problems. */
  readonly endpoint: Endpoint
  readonly problems: readonly Problem[]
}

/** As the key that it is entered as. */
const aesKeyText: Parse<string> = (text) => {
  const parsed = value.encodingAesKey(text)
  return parsed.ok ? { ok: true, value: text } : parsed
}

const schema = {
  name: judgeEndpointName,
  url: value.text,
  secret: judgeSecret,
  token: value.callbackToken,
  encoding_aes_key: aesKeyText,
  types: ((text) => judgeTypes(items(text))) satisfies Parse<string[]>,
  suites: ((text) => ({ ok: true, value: items(text) })) satisfies Parse<string[]>,
  corps: ((text) => judgeCorps(items(text))) satisfies Parse<string[]>,
  order: value.oneOf('none', 'corp'),
  format: value.oneOf('standard', 'wecom'),
  replies: value.trueOrFalse,
  private: value.trueOrFalse,
  max_per_second: value.integerIn(1, mostPerSecondEver),
  concurrency: value.integerIn(1, mostConcurrency),
}

export type EndpointKey = keyof typeof schema

const keys = Object.fromEntries(
  (Object.keys(schema) as EndpointKey[]).map((name) => [name, name]),
) as Record<string, EndpointKey>

const needed = {
  standard: ['name', 'url', 'secret'],
  wecom: ['name', 'url', 'token', 'encoding_aes_key'],
} as const satisfies Record<string, readonly EndpointKey[]>

/** What belongs to the other format. */
const foreign = {
  standard: ['token', 'encoding_aes_key'],
  wecom: ['secret'],
} as const satisfies Record<string, readonly EndpointKey[]>

/** What two keys say together that neither says alone. */
const contradictions = (
  checked: Checked<typeof schema>,
  shown: (own: string) => string,
  knownSuites: readonly string[] | null,
): Problem[] => {
  const { format = 'standard', url, suites, private: mayBePrivate = false } = checked.values
  const judgedUrl =
    url === undefined ? null : judgeEndpointUrl(url, mayBePrivate ? 'named' : 'public')
  const judgedSuites =
    suites === undefined || knownSuites === null ? null : judgeSuites(suites, knownSuites)
  return [
    ...(checked.wrong.has('format')
      ? []
      : [
          ...needed[format]
            .filter((name) => !isGiven(checked, name))
            .map((name) => ({ setting: shown(name), problem: 'is missing' })),
          ...foreign[format]
            .filter((name) => isGiven(checked, name))
            .map((name) => ({
              setting: shown(name),
              problem: `is not for an endpoint of the format "${format}"`,
            })),
        ]),
    ...(judgedUrl?.ok === false ? [{ setting: shown('url'), problem: judgedUrl.reason }] : []),
    ...(judgedSuites?.ok === false
      ? [{ setting: shown('suites'), problem: judgedSuites.reason }]
      : []),
  ]
}

const signingOf = ({ values }: Checked<typeof schema>): Endpoint['signing'] =>
  values.format === 'wecom'
    ? {
        format: 'wecom',
        pairs: [
          { token: values.token ?? '', encodingAesKey: values.encoding_aes_key ?? '', until: null },
        ],
      }
    : { format: 'standard', secrets: [{ secret: values.secret ?? '', until: null }] }

/**
 * @param where what stands before its keys in problems: `endpoints[0].`
 * @param knownSuites the keys of the suites; null where those can't be told
 */
export const readEndpoint = (
  table: Table,
  where: string,
  readFile: ReadFile,
  knownSuites: readonly string[] | null,
): ReadEndpoint => {
  const shown = (own: string) => where + own
  const place: Place<EndpointKey> = { values: table, names: keys, fileEnding: '_file', shown }
  const texts = readPlaces([place], readFile)
  const unknown = unknownKeys(place, 'an endpoint', ['headers'])
  const misspelt = unknown.flatMap(({ meant = '' }) => keys[meant] ?? [])
  const checked = checkTexts(schema, {
    ...texts,
    unreadable: new Set([...texts.unreadable, ...misspelt]),
  })
  const { headers = {} } = table
  const judgedHeaders = isTable(headers)
    ? judgeHeaders(headers)
    : ({ ok: false, reason: 'must be a table: [endpoints.headers]' } as const)

  const told = checked.values
  const judgedUrl = judgeEndpointUrl(told.url ?? '', 'named')
  return {
    endpoint: {
      name: told.name ?? '',
      url: judgedUrl.ok ? judgedUrl.value : '',
      signing: signingOf(checked),
      types: told.types ?? null,
      suites: told.suites ?? null,
      corps: told.corps ?? null,
      order: told.order ?? 'none',
      replies: told.replies ?? false,
      private: told.private ?? false,
      maxPerSecond: told.max_per_second ?? null,
      concurrency: told.concurrency ?? defaultConcurrency,
      headers: judgedHeaders.ok ? judgedHeaders.value : {},
      createdAt: null,
      origin: 'settings',
    },
    problems: [
      ...checked.problems,
      ...unknown.map(({ problem }) => problem),
      ...contradictions(checked, shown, knownSuites),
      ...(judgedHeaders.ok ? [] : [{ setting: shown('headers'), problem: judgedHeaders.reason }]),
    ],
  }
}
