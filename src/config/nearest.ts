/** The known name that an unknown one was probably meant to be. Pure. */

const inOrder = (text: string) => [...text].sort().join('')

/**
 * How many letters have to be put in, taken out or changed to make one text of the other; the same
 * letters in another order count as one mistake.
 */
const mistakes = (one: string, other: string): number => {
  if (one !== other && inOrder(one) === inOrder(other)) return 1
  let row = Array.from({ length: other.length + 1 }, (_, length) => length)
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1]
    for (const [j, wanted] of [...other].entries()) {
      const changed = (row[j] ?? 0) + (letter === wanted ? 0 : 1)
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}

const withoutPrefix = (name: string) => name.replace(/^[A-Z]+_/, '')

/**
 * The known name that an unknown one was probably meant to be, a wrong prefix aside: the first that
 * it is a part of, else the nearest; undefined if more than a third of its letters are wrong.
 */
export const nearestName = (name: string, known: readonly string[]): string | undefined => {
  const own = withoutPrefix(name)
  const whole = own.length < 4 ? undefined : known.find((candidate) => candidate.includes(own))
  if (whole) return whole
  const [best] = known
    .map((candidate) => ({ candidate, wrong: mistakes(own, withoutPrefix(candidate)) }))
    .sort((a, b) => a.wrong - b.wrong)
  return best && best.wrong <= own.length / 3 ? best.candidate : undefined
}

/**
 * The question after it, for the end of a sentence: a colon and what was probably meant, or
 * nothing.
 */
export const askIfMeant = (meant: string | undefined): string =>
  meant === undefined ? '' : `: did you mean ${meant}?`
