/** What an example message is made of. No I/O. */
import type { Elements } from './xml-elements'

/** Whom and what an example is about. */
export interface Example {
  readonly suiteId: string
  readonly providerCorpid: string
  readonly corpid: string
  readonly agentid: number
  /** A member of the company. */
  readonly userid: string
  /** Seconds, for TimeStamp and CreateTime. */
  readonly timestamp: number
  /** 19 digits that no other example has: MsgId, order numbers and the like. */
  readonly serial: string
}

/** The elements of a message beyond those that all of its kind have. */
export type Fields = (example: Example) => Elements

/** Fields by type; a ChangeType follows the type after a dot. */
export type FieldsByType = Readonly<Record<string, Fields>>

export const none: Fields = () => ({})
