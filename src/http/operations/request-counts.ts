/** How many requests were answered since the process began, by what was asked and how it ended. */
import { pathnameOf } from '../request/address'

/** Parts of our address space: few and fixed, whatever strangers ask for. */
const areas = ['callback', 'sign', 'api', 'proxy', 'sdk', 'operations', 'other'] as const
export type Area = (typeof areas)[number]

export interface RequestCount {
  readonly area: Area
  /** `2xx` and its like. */
  readonly status: string
  readonly count: number
}

export interface RequestCounts {
  /** Costs some tens of nanoseconds: every signature pays it. */
  add(request: Request, response: Response): void
  /** Those that are not zero. */
  list(): RequestCount[]
}

const areaOfWord: Readonly<Record<string, Area>> = {
  callback: 'callback',
  orderUrl: 'callback',
  dataUrl: 'callback',
  verify: 'callback',
  sign: 'sign',
  api: 'api',
  proxy: 'proxy',
  'cgi-bin': 'sdk',
  healthz: 'operations',
  readyz: 'operations',
  metrics: 'operations',
  swagger: 'operations',
}

/**
 * Where a path leads: by its first word, behind `/suites/{key}` by the one after; a company's URL
 * is a callback's.
 */
const areaOf = (pathname: string): Area => {
  const words = pathname.split('/', 4)
  const word = words[1] === 'suites' ? (words[3] ?? '') : (words[1] ?? '')
  if (word === 'corps') return 'callback'
  return Object.hasOwn(areaOfWord, word) ? (areaOfWord[word] ?? 'other') : 'other'
}

const statusClasses = 6

export const createRequestCounts = (): RequestCounts => {
  const counts = new Map(areas.map((area) => [area, new Array<number>(statusClasses).fill(0)]))

  return {
    add(request, response) {
      const ofArea = counts.get(areaOf(pathnameOf(request)))
      const statusClass = Math.floor(response.status / 100)
      if (ofArea?.[statusClass] !== undefined) ofArea[statusClass] += 1
    },
    list: () =>
      [...counts].flatMap(([area, ofArea]) =>
        ofArea.flatMap((count, statusClass) =>
          count === 0 ? [] : [{ area, status: `${statusClass}xx`, count }],
        ),
      ),
  }
}
