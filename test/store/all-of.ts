/** All of a list that comes in pages. */
import type { Page } from '../../src/store/store'

export const allOf = async <T>(list: (cursor?: string) => Promise<Page<T>>): Promise<T[]> => {
  const all: T[] = []
  let cursor: string | undefined
  do {
    const page = await list(cursor)
    all.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return all
}
