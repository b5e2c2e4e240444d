/** Who wins when two writes meet. No I/O. No clock. */
import type { SuiteTicket } from '../suite-record'
import type { TokenRecord } from '../token-record'

/** Whether a ticket comes too late: WeCom made the one that stands after it. */
export const isOlderTicket = (standing: SuiteTicket | null, ticket: SuiteTicket): boolean =>
  standing !== null && ticket.timeStampSeconds < standing.timeStampSeconds

/** Whether another token took the place meanwhile of the one with generation `replaces`. */
export const isSuperseded = (standing: TokenRecord | undefined, replaces: number): boolean =>
  (standing?.generation ?? 0) !== replaces

/** Whether a token that was reported dead is the very one that stands. */
export const isStanding = (standing: TokenRecord | undefined, dead: TokenRecord): boolean =>
  standing?.generation === dead.generation && standing.value === dead.value
