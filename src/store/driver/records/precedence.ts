/** The precedence between two writes that meet. No I/O. No clock. */
import type { SuiteTicket } from '../../suite-record'
import type { TokenRecord } from '../../token-record'

/** Whether a ticket comes too late: WeCom made the one that is stored after it. */
export const isOlderTicket = (stored: SuiteTicket | null, ticket: SuiteTicket): boolean =>
  stored !== null && ticket.timeStampSeconds < stored.timeStampSeconds

/** Whether another token took the place meanwhile of the one with generation `replaces`. */
export const isSuperseded = (stored: TokenRecord | undefined, replaces: number): boolean =>
  (stored?.generation ?? 0) !== replaces

/** Whether a token that was reported dead is the very one that is stored. */
export const isSameToken = (stored: TokenRecord | undefined, dead: TokenRecord): boolean =>
  stored?.generation === dead.generation && stored.value === dead.value
