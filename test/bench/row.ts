/** What a group of rows of the benchmark is: something to measure, and what it gives. */
import type { DataFolder, FolderOptions } from './folders'

/** One line of the table of targets. */
export interface Finding {
  readonly what: string
  readonly measured: string
  readonly target: string
  /** Null where this machine can't measure it; `measured` says why. */
  readonly met: boolean | null
}

export interface Table {
  /** Between which marks of docs/performance.md it stands. */
  readonly name: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface Report {
  readonly findings: readonly Finding[]
  readonly tables: readonly Table[]
}

export interface Conditions {
  readonly rounds: number
  /** How long each contender is measured in each round. */
  readonly seconds: number
  readonly warmUpSeconds: number
  /** Whether suited with a planted slowness takes part. */
  readonly planted: boolean
  /** A folder that is filled once for the whole run and handed out again. */
  folder(options: FolderOptions): Promise<DataFolder>
  /** Tells the operator what goes on. */
  tell(line: string): void
}

export type Row = (conditions: Conditions) => Promise<Report>
