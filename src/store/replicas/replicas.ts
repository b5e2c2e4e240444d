/**
 * The port to the replicas: the processes that share one state, each with a life that it renews.
 * Claims, leases and turns of an owner end with its life, so that others take over what a replica
 * had that was killed, or that is cut off. The clock of the storage judges lives.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`.
 */
import type { Static } from '@sinclair/typebox'
import { Type } from '@sinclair/typebox'
import { EndpointFilter } from '../endpoints'

/** What one replica knows and all of them tell an operator. No secret. */
export const ReplicaSeen = Type.Object({
  clockOffsetMs: Type.Integer({
    description: 'By how much the clock of the storage is ahead of this machine’s.',
  }),
  egressAddress: Type.Union([Type.String(), Type.Null()], {
    description: 'From where WeCom saw it call, once it refused that; null: not known.',
  }),
  addressRefused: Type.Boolean({ description: 'Whether WeCom refuses calls from there now.' }),
  learntIds: Type.Array(
    Type.Object({
      suiteKey: Type.Union([Type.String(), Type.Null()]),
      setting: Type.Union([Type.Literal('suite_id'), Type.Literal('provider_corpid')]),
      id: Type.String(),
    }),
    { description: 'Ids that signed messages named and that no setting has yet.' },
  ),
  eventsInHand: Type.Integer({ description: 'Events that it works on.' }),
  deliveriesInHand: Type.Integer({ description: 'Deliveries under way.' }),
  codesInHand: Type.Integer({ description: 'Permanent codes on their way to their company.' }),
  codesInMemory: Type.Integer({ description: 'Those of them that are in its memory alone.' }),
  suites: Type.Union(
    [Type.Array(Type.Object({ key: Type.String(), suiteId: Type.String() })), Type.Null()],
    { description: 'The suites of its settings; null: its version doesn’t tell them.' },
  ),
  endpoints: Type.Union([Type.Array(EndpointFilter), Type.Null()], {
    description: 'The endpoints of its settings; null: its version doesn’t tell them.',
  }),
})
export type ReplicaSeen = Static<typeof ReplicaSeen>

/** What a replica tells when it renews its life. */
export interface ReplicaReport {
  /** When its process began. Epoch milliseconds. */
  readonly startedAt: number
  readonly version: string
  /** A digest of its settings: all replicas of a service are to have the same. '': it has none. */
  readonly settings: string
  readonly seen: ReplicaSeen
}

export interface ReplicaRecord extends ReplicaReport {
  /** Fresh for each start of a process. */
  readonly id: string
}

export interface Replicas {
  /**
   * Lets this replica live for `ttlMs` from now, also if its life had ended, and notes what it
   * tells. Gives the time by the clock of the storage, in epoch milliseconds.
   */
  renewLife(report: ReplicaReport, ttlMs: number): Promise<number>

  /** Ends the life of this replica: what it has in hand is free at once. */
  endLife(): Promise<void>

  /** Those that live, the one that began first before the others. */
  listReplicas(): Promise<ReplicaRecord[]>
}
