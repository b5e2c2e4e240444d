/** How far the clock of a replica's machine may be from that of the storage, by which all goes. */
import { minuteMs, secondMs } from '../../clock'

/** Beyond this it deserves a word. */
export const noticedOffsetMs = secondMs
/** Beyond this the machine leaves its work to those that have a better one. */
export const tolerableOffsetMs = minuteMs
