/** What a resealing did, and what it had to leave. */
import { openFailureText, type Place, type Sealing } from '../../driver/sealing'

/** What was left as it is because it doesn't open. */
export interface LeftOut {
  /** Its table and key. */
  readonly row: string
  readonly problem: string
}

export interface Resealed {
  /** Rows that were written anew; the others were sealed already, or changed meanwhile. */
  readonly rewritten: number
  readonly leftOut: readonly LeftOut[]
}

/** The text sealed with the current key: itself if it is already, null if it doesn't open. */
export const resealedText = (
  sealing: Sealing,
  text: string,
  place: Place,
): { readonly text: string } | { readonly problem: string } => {
  if (text === '' || sealing.isCurrent(text)) return { text }
  const opened = sealing.open(text, place)
  return opened.ok
    ? { text: sealing.seal(opened.value, place) }
    : { problem: openFailureText(opened.reason) }
}

/** All of several. */
export const together = (all: readonly Resealed[]): Resealed => ({
  rewritten: all.reduce((sum, { rewritten }) => sum + rewritten, 0),
  leftOut: all.flatMap(({ leftOut }) => leftOut),
})
