/** The warnings about permanent codes that no company's document holds yet. */
import type { Logger } from '../../log'
import type { HeldCodeEntry, HeldCodes } from './held-codes'

const mostShown = 20

const namesOf = (codes: readonly HeldCodeEntry[]): string => {
  const shown = codes.slice(0, mostShown).map(({ suiteId, code }) => `${code.corpid} (${suiteId})`)
  return [...shown, ...(codes.length > mostShown ? ['…'] : [])].join(', ')
}

/** One sentence for the operator while codes are in memory alone; none as a rule. */
export const heldCodeWarnings = (held: HeldCodes): string[] => {
  const alone = [...held.values()].filter(({ place }) => place === 'in memory')
  if (alone.length === 0) return []
  return [
    `Permanent codes that are in memory alone, and lost if suited stops: ${alone.length}, of ${namesOf(alone)}. Make the data folder writable, with room on its disk, and do not stop suited before this warning is gone; within a quarter of a minute they are written.`,
  ]
}

/** For the end of a process: one error for each code that it takes with it. */
export const logLostCodes = (held: HeldCodes, log: Logger): void => {
  for (const [eventId, { suiteId, code, place }] of held) {
    if (place === 'beside its event') continue
    log.error('a permanent code is lost: it was in memory alone when suited stopped', {
      suiteId,
      corpid: code.corpid,
      eventId,
      cure: 'Let the company install the app again, or import its code.',
    })
  }
}
