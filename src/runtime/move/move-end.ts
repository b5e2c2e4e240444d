/** Where a move begins and where it ends: a folder or a database that nobody works on. */
import type { Holding } from '../../store/move/kinds'

/** What a move comes from: read, and left as it is. */
export interface MoveSource {
  /** For people, and to know it again; no secret. */
  readonly name: string
  readonly holding: Holding
  /** @throws {StartFailure} somebody began to work on it meanwhile */
  stillAlone(): Promise<void>
  close(): Promise<void>
}

/** What a move was told to lead to. */
export interface Target {
  /** `postgres://…`, `file`, or the path of a folder. */
  readonly to: string
  /** Which flag says so. */
  readonly flag: '--to' | '--to-file'
  /** What its secrets are sealed with; null: with nothing. */
  readonly key: Uint8Array | null
  /** The name of the source. */
  readonly from: string
}

/** What a move leads to. */
export interface MoveTarget {
  readonly name: string
  readonly holding: Holding
  /** Whether the move begins in it anew, after one that was broken off. */
  readonly isAnew: boolean
  /** Notes, durably, that what comes is not all of it yet: no service starts on it. */
  begin(): Promise<void>
  /** All of it is there. */
  finish(): Promise<void>
  close(): Promise<void>
}
