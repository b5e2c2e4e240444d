/**
 * Parameters in a query that a route doesn't take: whoever mistypes a filter must not get it all.
 */
import { ServiceError } from '../../errors'
import { queryOf } from './address'

interface Route {
  readonly method: string
  readonly path: string
  readonly hooks: unknown
}

interface Declared {
  readonly query?: { readonly properties?: Readonly<Record<string, unknown>> }
  readonly detail?: {
    readonly 'x-parameters'?: readonly { readonly name: string; readonly in: string }[]
  }
}

const mostNamed = 5
const longestName = 64

const declaredBy = ({ query, detail }: Declared): string[] => [
  ...Object.keys(query?.properties ?? {}),
  ...(detail?.['x-parameters'] ?? []).filter((one) => one.in === 'query').map(({ name }) => name),
]

const unknownParameters = (unknown: readonly string[], known: readonly string[]): ServiceError => {
  const named = unknown.slice(0, mostNamed).map((name) => name.slice(0, longestName))
  const takes = known.length === 0 ? 'none' : known.join(', ')
  return new ServiceError(
    'invalid_request',
    `This address doesn’t know these query parameters: ${named.join(', ')}. It takes: ${takes}.`,
    { extra: { errors: named.map((field) => ({ field, message: 'is not known here' })) } },
  )
}

/**
 * Judges queries by what routes declare, in their schema or as `x-parameters`.
 *
 * @param routes all of them, asked for when the first request comes
 * @returns refuses a request at a route: throws invalid_request, which names what is not known and
 * lists what is
 */
export const createQueryJudge = (routes: () => readonly Route[]) => {
  let declared: ReadonlyMap<string, readonly string[]> | null = null

  return (request: Request, path: string): void => {
    const query = queryOf(request)
    if (query === '') return
    declared ??= new Map(
      routes().map((route) => [
        `${route.method} ${route.path}`,
        declaredBy((route.hooks ?? {}) as Declared),
      ]),
    )
    const method = request.method === 'HEAD' ? 'GET' : request.method
    const known = declared.get(`${method} ${path}`) ?? []
    const sent = new Set(new URLSearchParams(query).keys())
    const unknown = [...sent].filter((name) => !known.includes(name))
    if (unknown.length > 0) throw unknownParameters(unknown, known)
  }
}
