/** The replicas that share the state, as an operator is told of them. Pure. */
import { noticedOffsetMs, tolerableOffsetMs } from '../../store/replicas/clock-offset'
import type { ReplicaRecord } from '../../store/replicas/replicas'
import type { OutageNow } from '../../store/replicas/shared'
import { counted, inShort, inWords } from '../../wording'
import { endpointWarnings, isService, settingsWarnings, suiteWarnings } from './replica-settings'

/** One of them. */
export interface ReplicaStatus {
  readonly id: string
  /** Whether it is the one that tells this. */
  readonly isThis: boolean
  readonly version: string
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** By how many milliseconds the clock of the database is ahead of its machine’s. */
  readonly clockOffsetMs: number
  /** From where WeCom saw it call, once it refused that; null: not known. */
  readonly egressAddress: string | null
  /** A digest of its settings. */
  readonly settings: string
  /** What it works on. */
  readonly inHand: {
    readonly events: number
    readonly deliveries: number
    readonly permanentCodes: number
  }
}

/** One of them as it is told, to whoever asked the replica with the id `ownId`. */
export const replicaStatus = (
  { id, version, startedAt, settings, seen }: ReplicaRecord,
  ownId: string,
): ReplicaStatus => ({
  id,
  isThis: id === ownId,
  version,
  startedAt,
  clockOffsetMs: seen.clockOffsetMs,
  egressAddress: seen.egressAddress || null,
  settings,
  inHand: {
    events: seen.eventsInHand,
    deliveries: seen.deliveriesInHand,
    permanentCodes: seen.codesInHand,
  },
})

const isFarOff = (offsetMs: number): boolean => Math.abs(offsetMs) > tolerableOffsetMs

/**
 * Whether a replica with such a clock leaves its work to others, and calls itself not ready. Not
 * where all are far off: then it is the storage's own clock that is wrong, or nobody would be left,
 * and whatever they do by that clock is right among them.
 *
 * @param others who live beside it
 */
export const standsBack = (offsetMs: number, others: readonly ReplicaRecord[]): boolean =>
  isFarOff(offsetMs) &&
  others.some((other) => isService(other) && !isFarOff(other.seen.clockOffsetMs))

const consequenceOf = (offsetMs: number, others: readonly ReplicaRecord[]): string => {
  if (!isFarOff(offsetMs)) return ''
  return standsBack(offsetMs, others)
    ? ' That replica calls itself not ready.'
    : ' No replica has the database’s time: look at its clock first.'
}

const clockWarnings = (living: readonly ReplicaRecord[]): string[] =>
  living.flatMap(({ id, seen: { clockOffsetMs: offset } }) => {
    const others = living.filter((other) => other.id !== id)
    if (Math.abs(offset) <= noticedOffsetMs) return []
    const side = offset > 0 ? 'behind' : 'ahead of'
    return [
      `The clock of replica ${id} is ${inShort(Math.abs(offset))} ${side} the database’s: let both follow NTP. suited goes by the database’s.${consequenceOf(offset, others)}`,
    ]
  })

const codeWarnings = (living: readonly ReplicaRecord[], ownId: string): string[] =>
  living.flatMap(({ id, seen: { codesInMemory: codes } }) =>
    // Its own it tells of with their companies.
    codes === 0 || id === ownId
      ? []
      : [
          `Replica ${id} holds ${counted(codes, 'permanent code')} in memory alone, lost if it stops: do not stop it before this is gone.`,
        ],
  )

/** What an operator is told while nothing can be read: what is away, and what goes on meanwhile. */
export const outageText = ({ kind, database, reason, forMs }: OutageNow): string =>
  kind === 'unfit'
    ? `The database ${database} is there, and has taken no callbacks for ${inWords(forMs)}: ${reason} Callbacks are answered 503, so WeCom pushes them again. What needs nothing of that goes on, and all of it by itself within five seconds once this is mended.`
    : `The database ${database} has been away for ${inWords(forMs)}: ${reason} Callbacks are answered 503, so WeCom pushes them again. Pages are signed with the tokens at hand, until those end. Nothing else is done until it is back; then all of it goes on by itself within five seconds.`

/**
 * What of the replicas deserves a word to the operator.
 *
 * @param madeByApi the names of endpoints that each of them has, whatever its settings are
 */
export const replicaWarnings = (
  living: readonly ReplicaRecord[],
  ownId: string,
  madeByApi: ReadonlySet<string>,
): string[] => [
  ...settingsWarnings(living),
  ...endpointWarnings(living, madeByApi),
  ...suiteWarnings(living),
  ...clockWarnings(living),
  ...codeWarnings(living, ownId),
]
