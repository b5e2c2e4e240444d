/** The permanent codes that this process holds for want of a document, and what to say of them. */
import type { Logger } from '../../log'

/** A permanent code on its way into its company's document. */
export interface HeldCode {
  readonly corpid: string
  readonly name: string
  readonly permanentCode: string
  /** When the exchange began, epoch milliseconds. */
  readonly authorizedAt: number
}

export interface BookedCode {
  readonly suiteId: string | null
  readonly code: HeldCode
  /** Where it waits for its document; null while it is on its way there for the first time. */
  readonly place: 'beside its event' | 'in memory' | null
}

/** By the id of the event whose auth_code brought it. It outlives a change of settings. */
export type CodeBook = Map<string, BookedCode>

const mostShown = 20

const namesOf = (codes: readonly BookedCode[]): string => {
  const shown = codes.slice(0, mostShown).map(({ suiteId, code }) => `${code.corpid} (${suiteId})`)
  return [...shown, ...(codes.length > mostShown ? ['…'] : [])].join(', ')
}

/** One sentence for the operator while codes are in memory alone; none as a rule. */
export const codeWarnings = (book: CodeBook): string[] => {
  const alone = [...book.values()].filter(({ place }) => place === 'in memory')
  if (alone.length === 0) return []
  return [
    `Permanent codes that are in memory alone, and lost if suited stops: ${alone.length}, of ${namesOf(alone)}. Make the data folder writable, with room on its disk, and do not stop suited before this warning is gone; within a quarter of a minute they are written.`,
  ]
}

/** For the end of a process: one error for each code that it takes with it. */
export const tellOfLostCodes = (book: CodeBook, log: Logger): void => {
  for (const [eventId, { suiteId, code, place }] of book) {
    if (place === 'beside its event') continue
    log.error('a permanent code is lost: it was in memory alone when suited stopped', {
      suiteId,
      corpid: code.corpid,
      eventId,
      cure: 'Let the company install the app again, or import its code.',
    })
  }
}
