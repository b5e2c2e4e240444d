/**
 * The guard against losing many companies at once: if WeCom calls too many of them gone within a
 * few minutes, the fault is ours or WeCom's, and none of them is given up. Pure but for its memory.
 */
import { minuteMs } from '../clock'

const withinMs = 10 * minuteMs
const fewest = 3
const largestShare = 0.05

export interface MassAlarm {
  /**
   * Notes that WeCom calls a company gone.
   *
   * @param companies how many have authorised the suite
   * @returns `'alone'`, or `'many'` if too many were called gone lately
   */
  suspect(corpid: string, now: number, companies: number): 'alone' | 'many'
  /** WeCom serves it after all. */
  clear(corpid: string): void
  /** Those called gone lately. */
  suspects(now: number): string[]
}

/** Whether so many at once can't be a coincidence. */
export const tooMany = (gone: number, companies: number): boolean =>
  gone > fewest && gone > companies * largestShare

export const createMassAlarm = (): MassAlarm => {
  const since = new Map<string, number>()

  const recent = (now: number): string[] => {
    for (const [corpid, at] of since) if (now - at >= withinMs) since.delete(corpid)
    return [...since.keys()]
  }

  return {
    suspect(corpid, now, companies) {
      if (!since.has(corpid)) since.set(corpid, now)
      return tooMany(recent(now).length, companies) ? 'many' : 'alone'
    },
    clear: (corpid) => void since.delete(corpid),
    suspects: recent,
  }
}
