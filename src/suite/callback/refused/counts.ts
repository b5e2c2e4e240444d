/**
 * The counts of refused callbacks, in groups of one mistake, one URL and one network. Those that a
 * Token of ours signed, those that look like WeCom's, and all others have 200 groups each:
 * strangers can push out nothing but their own. They are kept for as long as the process lives.
 */
import { type Clock, minuteMs } from '../../../clock'
import { type AcceptedCallback, disproves } from './disproof'
import { type Standing, standingFor, standings } from './mistake'
import type { RefusedCallback, RefusedPlace } from './refused-callback'

export interface RefusedCallbackGroup extends RefusedCallback {
  readonly id: string
  readonly standing: Standing
  readonly count: number
  /** Epoch milliseconds. */
  readonly firstAt: number
  readonly lastAt: number
  /**
   * Whether a callback that was accepted since the last of them shows that the mistake is mended.
   */
  readonly mended: boolean
}

export interface RefusedCallbackCounts {
  /** When counting began, epoch milliseconds. */
  readonly since: number
  /**
   * Counts one.
   *
   * @param silent leaves it to a later one to be named in the log
   * @returns how many of its group the log should name now, this one included; 0 if none
   */
  add(refused: RefusedCallback, silent: boolean): number
  /** Marks as mended what an accepted callback disproves. */
  accept(accepted: AcceptedCallback): void
  /** When a callback was last accepted at a place; null if never. Epoch milliseconds. */
  acceptedAt(place: RefusedPlace): number | null
  /** Signed ones first, then those like WeCom's, then the others; within each the latest first. */
  list(): RefusedCallbackGroup[]
}

const mostOfAStanding = 200
/** A group that goes on is named in the log again. */
const logAgainAfterMs = 10 * minuteMs

type Group = { -readonly [Name in keyof RefusedCallbackGroup]: RefusedCallbackGroup[Name] } & {
  loggedAt: number
  unlogged: number
}

const rankOf = ({ standing }: RefusedCallbackGroup): number => standings.indexOf(standing)

const placeName = ({ url, suiteKey, pathCorpid }: RefusedPlace): string =>
  `${url} ${suiteKey} ${url === 'company' ? pathCorpid : ''}`

/**
 * What tells groups apart; all else of a group is that of its latest. An id that came counts only
 * where a Token of ours signed it: from others each request could bring a new one.
 */
const nameOf = ({ mistake, place, by, network }: RefusedCallback): string =>
  JSON.stringify([
    mistake.code,
    standingFor(mistake) === 'signed' ? mistake.came : null,
    mistake.owner,
    placeName(place),
    by,
    network,
  ])

export const createRefusedCallbackCounts = (clock: Pick<Clock, 'now'>): RefusedCallbackCounts => {
  const groups = new Map<string, Group>()
  const acceptedAt = new Map<string, number>()
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

  const begin = (name: string, refused: RefusedCallback, now: number): Group => {
    const standing = standingFor(refused.mistake)
    makeRoom(standing)
    const facts = { id: String(++made), standing, count: 0, firstAt: now, lastAt: now }
    const unlogged = { mended: false, loggedAt: Number.NEGATIVE_INFINITY, unlogged: 0 }
    const group = { ...refused, ...facts, ...unlogged }
    groups.set(name, group)
    return group
  }

  return {
    since,
    add(refused, silent) {
      const now = clock.now()
      const name = nameOf(refused)
      const group = groups.get(name) ?? begin(name, refused, now)
      Object.assign(group, refused, { lastAt: now, mended: false })
      group.count += 1
      group.unlogged += 1
      const sinceLogged = now - group.loggedAt
      // A clock that was put back must not silence a group for as long.
      if (silent || (sinceLogged >= 0 && sinceLogged < logAgainAfterMs)) return 0
      const { unlogged } = group
      group.loggedAt = now
      group.unlogged = 0
      return unlogged
    },
    accept(accepted) {
      acceptedAt.set(placeName(accepted.place), clock.now())
      for (const group of groups.values()) {
        if (!group.mended && disproves(accepted, group)) group.mended = true
      }
    },
    acceptedAt: (place) => acceptedAt.get(placeName(place)) ?? null,
    list: () =>
      [...groups.values()]
        .map(({ loggedAt, unlogged, ...group }) => group)
        .sort(
          (a, b) => rankOf(a) - rankOf(b) || b.lastAt - a.lastAt || Number(b.id) - Number(a.id),
        ),
  }
}
