/**
 * The state of a process that no store keeps. It goes on when other settings bring a new service:
 * an operator who has them read again is told as much afterwards as before.
 */
import type { Clock } from '../../clock'
import type { Outcome } from '../../events/worker'
import { createRequestCounts, type RequestCounts } from '../../http/operations/request-counts'
import type { JobHistories } from '../../periodic'
import type { RememberedIds } from '../../suite/callback/discovered-ids'
import type { GivenNotices } from '../../suite/callback/notices'
import type { PreviousPairUses } from '../../suite/callback/previous-pairs'
import {
  createRefusedCallbackCounts,
  type RefusedCallbackCounts,
} from '../../suite/callback/refused/counts'
import type { KnownPairs } from '../../suite/callback/refused/known-pairs'
import { createUnknownPaths, type UnknownPaths } from '../../suite/callback/refused/unknown-paths'
import type { HeldCodes } from '../../suite/install/held-codes'
import { createRefusalCounts, type RefusalCounts } from '../../suite/operations/errcode-counts'
import { createRefusedAddress, type RefusedAddress } from '../../suite/operations/refused-ip'
import { type ClockCheck, type ClockOwner, createClockCheck } from '../../wecom/clock-check'
import type { ObservingSince } from './observe-only'

export interface ProcessState {
  /** Of the process, in epoch milliseconds. */
  readonly startedAt: number
  readonly observingSince: ObservingSince
  /** The places of ours that WeCom has reached. */
  readonly reached: Set<string>
  readonly discoveredIds: RememberedIds
  readonly previousPairs: PreviousPairUses
  readonly givenNotices: GivenNotices
  readonly refusals: RefusalCounts
  readonly refusedAddress: RefusedAddress
  readonly refusedCallbacks: RefusedCallbackCounts
  /** The paths that WeCom, or somebody like it, calls and that aren't here. */
  readonly unknownPaths: UnknownPaths
  /** The callback pairs of all settings that this process had. */
  readonly knownPairs: KnownPairs
  readonly clockCheck: ClockCheck
  /** Permanent codes that are in no document yet. */
  readonly heldCodes: HeldCodes
  /** How periodic jobs went. */
  readonly jobs: JobHistories
  readonly requestCounts: RequestCounts
  /** How work ended, where the event log could not take it from the service that did it. */
  readonly unwritten: Outcome[]
}

/** The state of a process that begins now, by this clock. */
export const createProcessState = (clock: Clock, owner?: ClockOwner): ProcessState => ({
  startedAt: clock.now(),
  observingSince: new Map(),
  reached: new Set(),
  discoveredIds: new Map(),
  previousPairs: new Map(),
  givenNotices: new Set(),
  refusals: createRefusalCounts(clock),
  refusedAddress: createRefusedAddress(clock),
  refusedCallbacks: createRefusedCallbackCounts(clock),
  unknownPaths: createUnknownPaths(clock),
  knownPairs: [],
  clockCheck: createClockCheck(clock, owner),
  heldCodes: new Map(),
  jobs: new Map(),
  requestCounts: createRequestCounts(),
  unwritten: [],
})
