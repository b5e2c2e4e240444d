/** What replicas told in their logs. */
import { type LogLine, logLines } from '../binary/suited'

export interface Told {
  /** Lines that are no log lines of ours. */
  readonly unstructured: readonly string[]
  /** Ids of events of which a replica said that their code is saved. */
  readonly authorised: ReadonlySet<string>
  /** How often events came that were stored already. */
  readonly comeAgain: number
  /** Settlements and writes of paused replicas that a number refused. */
  readonly superseded: number
  /** How often something did not open with the keys that there were. */
  readonly undecipherable: number
  /** How often requests were refused, by code. */
  readonly refusals: Readonly<Record<string, number>>
  /** How often what went wrong, by message and reason. */
  readonly errors: Readonly<Record<string, number>>
}

const countsOf = (all: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(all, (one) => one)].map(([one, { length }]) => [one, length]))

/** @param written all that they wrote, by lines */
export const whatWasTold = (written: string): Told => {
  const all = written.split('\n').filter((line) => line !== '')
  const lines = logLines(`${all.filter((line) => line.startsWith('{')).join('\n')}\n`)
  const saying = (text: string): LogLine[] => lines.filter(({ message }) => message === text)
  return {
    // Bun itself tells of a LISTEN that it can't renew yet.
    unstructured: all.filter((line) => !/^\{|^bun:sql LISTEN/.test(line)),
    authorised: new Set(
      saying('a company authorised the app').map(({ eventId }) => String(eventId)),
    ),
    comeAgain: saying('an event came again').length,
    superseded: lines.filter(({ message }) => /superseded/.test(message)).length,
    undecipherable: all.filter((line) => /which was not given|can’t be decrypted/.test(line))
      .length,
    refusals: countsOf(saying('a request was refused').map(({ code }) => `${code}`)),
    errors: countsOf(
      lines
        .filter(({ level }) => level === 'error')
        .map(({ message, reason }) => (reason === undefined ? message : `${message}: ${reason}`)),
    ),
  }
}
