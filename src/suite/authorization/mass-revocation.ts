/**
 * The rule of a mass revocation: if too many companies of a suite would lose their authorisation
 * within a few minutes, the fault is ours or WeCom's. No I/O. No clock.
 */
import { minuteMs } from '../../clock'

/** What happened longer ago doesn't count together with what happens now. */
export const guardWindowMs = 10 * minuteMs

const fewest = 3
const largestShare = 0.05

/** Whether so many at once can't be a coincidence. */
export const isMassRevocation = (revoked: number, corps: number): boolean =>
  revoked > fewest && revoked > corps * largestShare
