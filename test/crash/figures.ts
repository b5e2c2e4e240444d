/** What a campaign counted: what was done, and what was lost. */

export interface Figures {
  readonly kills: number
  /**
   * By moment: how often it came, and how often the wait for it was given up and the kill came
   * anyway.
   */
  readonly moments: Readonly<Record<string, { came: number; missed: number }>>
  /** Answers that made WeCom believe that an event, or a ticket, is safe. */
  readonly eventsAcknowledged: number
  readonly ticketsAcknowledged: number
  /**
   * Pushes that were known as repeated: a kill cut off their answer, or they were repeated on
   * purpose.
   */
  readonly comeAgain: number
  readonly installsExchanged: number
  readonly signaturesAccepted: number
  /** Effects that would show it if work were done twice. */
  readonly noticesCounted: number
  /** Secrets that were looked for, and the files in which, each as often as it was read. */
  readonly secretsGiven: number
  readonly filesSearched: number
  readonly eventsLost: readonly string[]
  readonly ticketsBackwards: readonly string[]
  readonly codesLost: readonly string[]
  readonly codesInTheGap: readonly string[]
  readonly notErased: readonly string[]
  readonly appliedTwice: readonly string[]
  readonly foldersNotOpened: readonly string[]
  /** Secrets in clear in a file of the folder. Without a key that is where they are. */
  readonly secretsInFolder: readonly string[]
  /** Secrets in the log, or in the name of a file. */
  readonly secretsTold: readonly string[]
}

const sum = (one: unknown, other: unknown): unknown => {
  if (typeof one === 'number') return one + Number(other)
  if (Array.isArray(one)) return one.concat(other)
  const others = new Map(Object.entries(other as object))
  const sums = Object.entries(one as object).map(([name, value]) => [
    name,
    sum(value, others.get(name)),
  ])
  return Object.fromEntries(sums)
}

/** The figures of several campaigns as those of one. */
export const together = (first: Figures, ...others: readonly Figures[]): Figures =>
  others.reduce((total, one) => sum(total, one) as Figures, first)
