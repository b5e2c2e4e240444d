/**
 * Callbacks that were refused, counted in groups of one mistake, one URL and one network. Those that
 * a Token of ours signed, those that look like WeCom's, and all others each have room of their own:
 * strangers can fill theirs and nobody else's. It is kept for as long as the process lives.
 */
import type { Clock } from '../../../clock'
import type { CallbackPlace } from '../place'
import { type Mistake, type Standing, standingFor, standings } from './mistake'

export interface Refusal {
  readonly mistake: Mistake
  readonly place: Omit<CallbackPlace, 'suite'> & { readonly suiteKey: string | null }
  readonly by: 'check' | 'push'
  /** The network that it came from; null if it came over none. */
  readonly network: string | null
}

export interface RefusedGroup extends Refusal {
  readonly id: string
  readonly standing: Standing
  readonly count: number
  /** Epoch milliseconds. */
  readonly firstAt: number
  readonly lastAt: number
}

export interface RefusedCallbacks {
  /** When counting began, epoch milliseconds. */
  readonly since: number
  /**
   * Counts one.
   *
   * @returns how many of its group are to be told in the log now, this one included; 0 if none
   */
  note(refusal: Refusal): number
  /** A callback was taken at a URL, by its place: what was refused there before is settled. */
  accepted(place: string): void
  /** When that was last; null if never. Epoch milliseconds. */
  acceptedAt(place: string): number | null
  /** Signed ones first, then those like WeCom's, then the others; within each the latest first. */
  list(): RefusedGroup[]
}

const mostOfAStanding = 200
/** A group that goes on is told again in the log. */
const tellAgainAfterMs = 10 * 60_000

type Kept = { -readonly [Name in keyof RefusedGroup]: RefusedGroup[Name] } & {
  toldAt: number
  untold: number
}

const rankOf = ({ standing }: RefusedGroup): number => standings.indexOf(standing)

/** The facts of a group are those of its latest; only what tells groups apart is in its name. */
const nameOf = ({ mistake, place, by, network }: Refusal): string =>
  JSON.stringify([
    mistake.code,
    mistake.came ?? '',
    place.url,
    place.suiteKey,
    place.url === 'company' ? place.pathCorpid : null,
    by,
    network,
  ])

export const createRefusedCallbacks = (clock: Pick<Clock, 'now'>): RefusedCallbacks => {
  const groups = new Map<string, Kept>()
  const taken = new Map<string, number>()
  const since = clock.now()
  let made = 0

  /** The rarest gives way, of equals the one that is longest ago. */
  const makeRoom = (standing: Standing): void => {
    const own = [...groups].filter(([, group]) => group.standing === standing)
    if (own.length < mostOfAStanding) return
    own.sort(([, a], [, b]) => a.count - b.count || a.lastAt - b.lastAt)
    const [first] = own
    if (first) groups.delete(first[0])
  }

  const begin = (name: string, refusal: Refusal, now: number): Kept => {
    const standing = standingFor(refusal.mistake)
    makeRoom(standing)
    const id = String(++made)
    const facts = { id, standing, count: 0, firstAt: now, lastAt: now }
    const group = { ...refusal, ...facts, toldAt: Number.NEGATIVE_INFINITY, untold: 0 }
    groups.set(name, group)
    return group
  }

  return {
    since,
    note(refusal) {
      const now = clock.now()
      const name = nameOf(refusal)
      const group = groups.get(name) ?? begin(name, refusal, now)
      group.mistake = refusal.mistake
      group.lastAt = now
      group.count += 1
      group.untold += 1
      const sinceTold = now - group.toldAt
      // A clock that was put back must not silence a group for as long.
      if (sinceTold >= 0 && sinceTold < tellAgainAfterMs) return 0
      const told = group.untold
      group.toldAt = now
      group.untold = 0
      return told
    },
    accepted: (place) => void taken.set(place, clock.now()),
    acceptedAt: (place) => taken.get(place) ?? null,
    list: () =>
      [...groups.values()]
        .map(({ toldAt, untold, ...group }) => group)
        .sort(
          (a, b) => rankOf(a) - rankOf(b) || b.lastAt - a.lastAt || Number(b.id) - Number(a.id),
        ),
  }
}
