/** Names that come and go, of which each deserves a word when it comes. No I/O. */

/**
 * @returns given all names that are there now, those that were not there when it was asked last,
 * each once
 */
export const createNewcomers = (): ((names: Iterable<string>) => readonly string[]) => {
  let before: ReadonlySet<string> = new Set()
  return (names) => {
    const now = new Set(names)
    const newcomers = [...now].filter((name) => !before.has(name))
    before = now
    return newcomers
  }
}
